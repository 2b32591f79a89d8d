"""Recorders inside real frameworks whose turns go to a real broker: the store has what a file of the same call has."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scripts.staged.caller import Caller, Truth
from scripts.staged.livekit_stage import LiveKitAgent
from scripts.staged.pipecat_stage import PipecatAgent, speech_timeout
from tests.fleet.processes import PATIENCE_S, Fleet, fleet_in, wait_for
from tests.vendors.loudness import livekit_vad, pipecat_vad, tone
from tests.vendors.scenes import turn
from turntempo.recorders.livekit import TurnRecorder as LiveKitRecorder
from turntempo.recorders.mqtt import MqttSink
from turntempo.recorders.pipecat import TurnRecorder as PipecatRecorder
from turntempo.recorders.sink import Sink, sink_of

pytestmark = pytest.mark.skipif(shutil.which("mosquitto") is None, reason="needs mosquitto")

TURNS = [turn("plain"), turn("pause", (600, 300), end=1_500), turn("last")]


class Both:
    """Gives a broker and a file the same turns."""

    def __init__(self, fleet: Fleet) -> None:
        self.file = fleet.folder / "calls.jsonl"
        self._sinks: list[Sink] = [
            MqttSink(fleet.broker.url, agent="room-7", answer_s=PATIENCE_S),
            sink_of(self.file),
        ]

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        for sink in self._sinks:
            sink.write(session, settings, lines)

    def close(self) -> None:
        for sink in self._sinks:
            sink.close()


async def livekit(sink: Sink) -> list[Truth]:
    agent = LiveKitAgent({"turn_detection": "vad", "endpointing": {"min_delay": 0.4}}, vad=livekit_vad())
    recorder = LiveKitRecorder(agent.session, sink, name="room")
    async with agent.running():
        truths = await Caller(agent, TURNS, voice=tone, rest_s=0.5).call()
    recorder.close()
    assert recorder._writer.dropped == 0
    return truths


async def pipecat(sink: Sink) -> list[Truth]:
    recorder = PipecatRecorder(sink, name="room")
    agent = PipecatAgent(speech_timeout(0.3), [recorder], vad=pipecat_vad())
    async with agent.running():
        truths = await Caller(agent, TURNS, voice=tone, rest_s=0.5).call()
    recorder.close()
    assert recorder._writer.dropped == 0
    return truths


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with fleet_in(tmp_path) as found:
        yield found


def stored(fleet: Fleet) -> dict[str, dict[str, Any]]:
    """The turns in the store, by their names."""
    with closing(sqlite3.connect(fleet.folder / "fleet.db")) as held:
        rows = held.execute("SELECT turn, body FROM turns WHERE agent = 'room-7'").fetchall()
    return {name: json.loads(body) for name, body in rows}


@pytest.mark.parametrize("call", [livekit, pipecat])
def test_turns_of_a_real_session_are_in_the_store_as_in_a_file(
    fleet: Fleet, call: Callable[[Sink], Coroutine[Any, Any, list[Truth]]]
) -> None:
    fleet.listening(fleet.collector())
    sink = Both(fleet)
    truths = asyncio.run(call(sink))
    wait_for(lambda: fleet.stored() >= len(truths))
    lines = [json.loads(line) for line in sink.file.read_text().splitlines()]
    in_file = {one["id"]: one for one in lines if "speech" in one}
    assert len(in_file) == len(truths) == len(TURNS)
    assert stored(fleet) == in_file
    assert all(one["response_ms"] > 0 for one in in_file.values())
    assert fleet.asked("SELECT COUNT(*) FROM turns WHERE settings IS NOT NULL") == len(TURNS)
    assert fleet.asked("SELECT COUNT(*) FROM aside") == 0


@pytest.mark.parametrize("call", [livekit, pipecat])
def test_a_session_whose_broker_is_away_goes_on_and_its_turns_come_later(
    fleet: Fleet, call: Callable[[Sink], Coroutine[Any, Any, list[Truth]]]
) -> None:
    fleet.listening(fleet.collector())
    fleet.broker.kill()
    truths = asyncio.run(call(MqttSink(fleet.broker.url, agent="room-7")))
    assert [one.response_ms is not None for one in truths] == [True] * len(TURNS)
    assert fleet.stored() == 0
    fleet.broker.start()
    wait_for(lambda: fleet.stored() == len(TURNS))
