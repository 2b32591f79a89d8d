"""Devices of xiaozhi on a real broker: their own messages, and the turns in the store."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from contextlib import closing

from tests.fleet.processes import Fleet, wait_for

DOWN = "devices/p2p/11_22_33_44_55_66"


def say(fleet: Fleet, topic: str, body: str) -> None:
    command = ["mosquitto_pub", "-p", str(fleet.broker.port), "-t", topic, "-m", body]
    subprocess.run(command, check=True, timeout=20)


def test_an_exchange_of_a_device_becomes_a_turn_with_the_time_that_passed(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector("fleet.db", "--protocol", "xiaozhi"))
    say(fleet, "device-server", '{"type":"listen","state":"start","mode":"manual","session_id":"s1"}')
    say(fleet, "device-server", '{"type":"listen","state":"stop","session_id":"s1"}')
    stopped = time.monotonic()
    time.sleep(0.3)
    say(fleet, DOWN, '{"type":"stt","text":"how far is the moon","session_id":"s1"}')
    say(fleet, DOWN, '{"type":"tts","state":"start","session_id":"s1"}')
    started_ms = (time.monotonic() - stopped) * 1000
    time.sleep(1.5)
    say(fleet, DOWN, '{"type":"tts","state":"sentence_start","text":"far","session_id":"s1"}')
    sounded_ms = (time.monotonic() - stopped) * 1000
    say(fleet, DOWN, '{"type":"tts","state":"stop","session_id":"s1"}')
    wait_for(lambda: fleet.stored() == 1)
    with closing(sqlite3.connect(fleet.folder / "fleet.db")) as held:
        agent, response_ms = held.execute("SELECT agent, response_ms FROM turns").fetchone()
    assert agent == "11_22_33_44_55_66"
    assert abs(response_ms - sounded_ms) < abs(response_ms - started_ms)  # a message may be on its way for a while
    assert collector.kill(signal.SIGTERM) == 0


def test_messages_of_while_the_collector_was_away_are_not_taken_for_live_ones(fleet: Fleet) -> None:
    first = fleet.listening(fleet.collector("fleet.db", "--protocol", "xiaozhi"))
    assert first.kill(signal.SIGTERM) == 0
    for body in ('"type":"listen","state":"stop"', '"type":"stt","text":"a"', '"type":"tts","state":"stop"'):
        command = ["mosquitto_pub", "-p", str(fleet.broker.port), "-q", "1", "-t", DOWN]
        subprocess.run([*command, "-m", f'{{{body},"session_id":"s1"}}'], check=True, timeout=20)
    again = fleet.listening(fleet.collector("fleet.db", "--protocol", "xiaozhi"))
    time.sleep(1.0)
    assert again.kill(signal.SIGTERM) == 0
    assert "of 0 messages" in again.says()
