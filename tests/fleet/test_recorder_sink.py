"""A recorder whose turns go to a broker: all of them reach the store, or their process learns that they are lost."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import time
from pathlib import Path

import pytest

from stages.errors import InputError
from tests.fleet.processes import PATIENCE_S, Fleet, Process, free_port, wait_for
from turntempo.recorders.mqtt import ANSWER_S, MOST_TURNS, MqttSink, NotTaken, _turns_payloads
from turntempo.recorders.sink import sink_of

SETTINGS = b'{"schema":"turntempo.settings/2","endpointing":{"silence_ms":640}}'


def line(name: str) -> bytes:
    turn = {"schema": "turntempo.turn/2", "id": name, "session": "call-1", "speech": {"end_ms": 900}}
    return json.dumps(turn).encode()


def patient_sink(fleet: Fleet) -> MqttSink:
    """A sink that waits for the broker however busy the machine is."""
    return MqttSink(fleet.broker.url, agent="clinic-7", answer_s=PATIENCE_S)


def recorder(fleet: Fleet, calls: int, linger_s: float = 0.0) -> Process:
    path = Path(__file__).parents[2]
    arguments = (fleet.broker.url, "clinic-7", str(calls), str(linger_s))
    made = fleet.process("recorder", *arguments, module="tests.fleet.recorded", PYTHONPATH=str(path))
    made.start()
    return made


def test_turns_and_settings_of_a_recorder_are_in_the_store(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    assert recorder(fleet, calls=4).end() == 0
    wait_for(lambda: fleet.stored() == 12)
    assert fleet.asked("SELECT COUNT(DISTINCT session) FROM turns WHERE agent = 'clinic-7'") == 4
    assert fleet.asked("SELECT COUNT(*) FROM turns WHERE settings IS NOT NULL AND response_ms IS NOT NULL") == 12
    assert fleet.asked("SELECT COUNT(*) FROM aside") == 0


def test_calls_that_end_while_the_broker_is_away_are_stored_when_it_is_back(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    fleet.broker.kill()
    recorded = recorder(fleet, calls=3, linger_s=60.0)
    wait_for(lambda: "recording failed" in recorded.says())
    fleet.broker.start()
    wait_for(lambda: fleet.stored() == 9)
    assert recorded.kill(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert "are lost" not in recorded.says()


def test_what_a_killed_broker_may_have_lost_is_published_again(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector())
    sink = patient_sink(fleet)
    sink.write("call-1", SETTINGS, [line("a")])
    wait_for(lambda: fleet.stored() == 1)
    collector.kill()
    (fleet.folder / "fleet.db").unlink()
    fleet.broker.kill()
    fleet.broker.start()
    fleet.listening(fleet.collector("other.db"))
    sink.write("call-1", SETTINGS, [line("b")])
    wait_for(lambda: fleet.stored("other.db") == 2)
    assert fleet.asked("SELECT COUNT(*) FROM turns WHERE settings IS NOT NULL", "other.db") == 2


def test_a_turn_that_nobody_subscribes_to_is_refused_and_taken_later(fleet: Fleet) -> None:
    sink = patient_sink(fleet)
    sink._delay_s = 600.0
    with pytest.raises(NotTaken, match="no collector subscribes"):
        sink.write("call-1", SETTINGS, [line("a")])
    with pytest.raises(NotTaken, match="next attempt"):
        sink.write("call-1", SETTINGS, [line("a")])
    fleet.listening(fleet.collector())
    sink._not_before = 0.0  # ten minutes later
    sink.write("call-1", SETTINGS, [line("a")])
    wait_for(lambda: fleet.stored() == 1)


def test_a_broker_that_does_not_answer_in_time_is_an_error() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        sink = MqttSink(f"mqtt://127.0.0.1:{silent.getsockname()[1]}", agent="clinic-7", answer_s=0.1)
        begun = time.monotonic()
        with pytest.raises(NotTaken, match="did not answer in time"):
            sink.write("call-1", None, [line("a")])
    assert time.monotonic() - begun < ANSWER_S  # and not as long as a sink waits that was told no time


def test_many_turns_go_as_few_messages_and_all_arrive(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    lines = [line(f"t{number}") for number in range(2 * MOST_TURNS + 1)]
    assert [len(json.loads(gzip.decompress(one))["turns"]) for one in list(_turns_payloads(None, lines))[:2]] == [
        MOST_TURNS,
        MOST_TURNS,
    ]
    patient_sink(fleet).write("call-1", SETTINGS, lines)
    wait_for(lambda: fleet.stored() == len(lines))


def test_settings_that_change_are_reported_and_each_turn_counts_under_its_own(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    sink = patient_sink(fleet)
    other = SETTINGS.replace(b"640", b"900")
    for number, settings in enumerate((SETTINGS, other, SETTINGS)):
        sink.write("call-1", settings, [line(f"t{number}")])
    wait_for(lambda: fleet.stored() == 3)
    assert fleet.asked("SELECT COUNT(DISTINCT settings) FROM turns") == 2
    asked = "SELECT COUNT(*) FROM turns JOIN settings ON settings.id = turns.settings WHERE settings.body LIKE '%900%'"
    assert fleet.asked(f"{asked} AND turn = 't1'") == 1


def test_a_bad_address_or_agent_is_named_where_the_sink_is_made() -> None:
    with pytest.raises(InputError, match="mqtt://HOST"):
        MqttSink("http://127.0.0.1", agent="clinic-7")
    with pytest.raises(ValueError, match="agent's id"):
        MqttSink("mqtt://127.0.0.1", agent="a/b")
    with pytest.raises(ValueError, match="MqttSink"):
        sink_of(f"mqtt://127.0.0.1:{free_port()}")
