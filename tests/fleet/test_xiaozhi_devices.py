"""Devices of xiaozhi on a real broker: their own messages, and the turns in the store."""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import closing

from tests.fleet.processes import Fleet, wait_for

UP, DOWN = "device-server", "devices/p2p/11_22_33_44_55_66"
ROUNDED_MS = 3
"""Two times are rounded to a millisecond, and the clocks of the two processes may run apart a little."""


def exchange(fleet: Fleet, down: str, session: str) -> None:
    """A whole exchange of another device: once its turn is stored, all that was said before has arrived."""
    for topic, body in (
        (UP, '"type":"listen","state":"stop"'),
        (down, '"type":"stt","text":"a"'),
        (down, '"type":"tts","state":"sentence_start","text":"b"'),
        (down, '"type":"tts","state":"stop"'),
    ):
        fleet.say(topic, f'{{{body},"session_id":"{session}"}}')


def test_an_exchange_of_a_device_becomes_a_turn_with_the_time_that_passed(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector("fleet.db", "--protocol", "xiaozhi"))
    fleet.say(UP, '{"type":"listen","state":"start","mode":"manual","session_id":"s1"}')
    before_stop = time.monotonic()
    fleet.say(UP, '{"type":"listen","state":"stop","session_id":"s1"}')
    exchange(fleet, "devices/p2p/aa_bb_cc_dd_ee_ff", "other")
    wait_for(lambda: fleet.stored() == 1)
    stop_arrived = time.monotonic()
    time.sleep(0.3)
    fleet.say(DOWN, '{"type":"stt","text":"how far is the moon","session_id":"s1"}')
    fleet.say(DOWN, '{"type":"tts","state":"start","session_id":"s1"}')
    time.sleep(0.5)
    before_sound = time.monotonic()
    fleet.say(DOWN, '{"type":"tts","state":"sentence_start","text":"far","session_id":"s1"}')
    fleet.say(DOWN, '{"type":"tts","state":"stop","session_id":"s1"}')
    wait_for(lambda: fleet.stored() == 2)
    sound_arrived = time.monotonic()
    with closing(sqlite3.connect(fleet.folder / "fleet.db")) as held:
        asked = "SELECT agent, response_ms FROM turns WHERE session = 's1'"
        agent, response_ms = held.execute(asked).fetchone()
    assert agent == "11_22_33_44_55_66"
    least, most = (before_sound - stop_arrived) * 1000, (sound_arrived - before_stop) * 1000
    assert least - ROUNDED_MS <= response_ms <= most + ROUNDED_MS
    assert collector.kill(signal.SIGTERM) == 0


def test_messages_of_while_the_collector_was_away_are_not_taken_for_live_ones(fleet: Fleet) -> None:
    first = fleet.listening(fleet.collector("fleet.db", "--protocol", "xiaozhi"))
    assert first.kill(signal.SIGTERM) == 0
    for body in ('"type":"listen","state":"stop"', '"type":"stt","text":"a"', '"type":"tts","state":"stop"'):
        fleet.say(DOWN, f'{{{body},"session_id":"s1"}}', "-q", "1")
    again = fleet.listening(fleet.collector("fleet.db", "--protocol", "xiaozhi"))
    exchange(fleet, "devices/p2p/aa_bb_cc_dd_ee_ff", "live")
    wait_for(lambda: fleet.stored() == 1)
    assert fleet.asked("SELECT COUNT(*) FROM turns WHERE session = 's1'") == 0
    assert again.kill(signal.SIGTERM) == 0
    assert "of 4 messages" in again.says()
