"""The recorder in a real Pipecat pipeline: scripted stages, a caller in real time, and what stands in the recording."""

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from loguru import logger
from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer, BaseTurnParams, EndOfTurnState
from pipecat.frames.frames import UserStoppedSpeakingFrame
from pipecat.metrics.metrics import TurnMetricsData

from pipeline.recordings import read
from scripts.staged.caller import Caller, Truth
from scripts.staged.pipecat_stage import PipecatAgent, analysed, speech_timeout
from scripts.staged.script import Scripted
from tests.vendors.loudness import pipecat_vad, tone
from tests.vendors.scenes import Lag, answered_ms, turn
from turntempo.recorders.pipecat import TurnRecorder
from turntempo.recorders.pipecat_events import PipecatEvents
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import sink_of

TOOL_MS, SCORE, SCORED_MS = 240.0, 0.81, 35.0

TURNS = [
    turn("plain"),
    turn("short pause", (500, 150), end=1_200),
    turn("pause", (600, 300), end=1_500),
    turn("tool"),
    turn("interrupted", over=(800, 900, 3), reply_words=24),
    turn("last"),
]


class Scene(PipecatAgent):
    """Sets up the stage of each turn."""

    def expect(self, one: Scripted) -> None:
        super().expect(one)
        self.stages.tool = one.name == "tool"


async def look_up(params: Any) -> None:
    """A tool."""
    await asyncio.sleep(TOOL_MS / 1000)
    await params.result_callback({"found": True})


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Truth], Path, list[float]]:
    """What happened, the recording, and how late the loop was meanwhile."""
    logger.remove()
    file = tmp_path_factory.mktemp("pipecat") / "calls.jsonl"
    lag = Lag()

    async def run() -> list[Truth]:
        recorder = TurnRecorder(file, name="room", tags={"build": "7"}, text=True, audio=True)
        agent = Scene(speech_timeout(0.3), [recorder], vad=pipecat_vad(), tool=look_up)
        async with agent.running():
            watch = asyncio.create_task(lag.watch())
            truths = await Caller(agent, TURNS, voice=tone, rest_s=0.5).call()
            watch.cancel()
        recorder.close()
        assert (recorder._writer.failures, recorder._writer.dropped) == (0, 0)
        return truths

    return asyncio.run(run()), file, lag.late


@pytest.fixture(scope="module")
def turns(call: tuple[list[Truth], Path, list[float]]) -> dict[str, dict[str, Any]]:
    """The recorded turns by what was scripted."""
    held = [json.loads(line) for line in call[1].read_text().splitlines()[1:]]
    return dict(zip([truth.name for truth in call[0]], held, strict=True))


def test_the_recording_is_ours_with_the_settings_in_force(call: tuple[list[Truth], Path, list[float]]) -> None:
    settings = read(call[1]).settings
    assert settings is not None
    assert settings.vad.silence_ms == 192
    assert settings.endpointing.silence_ms == 492
    assert settings.endpointing.onset_ms == 192
    assert settings.asr.final_timeout_ms == 500


def test_response_times_are_those_at_the_loudspeaker(
    call: tuple[list[Truth], Path, list[float]], turns: dict[str, dict[str, Any]]
) -> None:
    measured = {truth.name: truth.response_ms for truth in call[0]}
    assert {name: one["response_ms"] for name, one in turns.items()} == pytest.approx(measured, abs=60)


def test_each_stage_took_as_long_as_it_was_scripted_to(turns: dict[str, dict[str, Any]]) -> None:
    last = turns["last"]  # the first one loads what the framework defers
    assert last["speech"]["end_ms"] == pytest.approx(800, abs=12)
    assert last["asr"]["final_ms"] == pytest.approx(150, abs=60)
    assert last["llm"]["ttft_ms"][0] == pytest.approx(260, abs=60)
    assert last["llm"]["token_ms"] == pytest.approx(20, abs=5)
    assert last["llm"]["lead_ms"] < 50
    assert last["tts"]["ttfb_ms"][0] == pytest.approx(110, abs=60)
    assert last["tts"]["ms_per_token"] == pytest.approx(110, abs=3)
    assert (last["llm"]["sentence_tokens"], last["llm"]["reply_tokens"]) == (4, 8)
    assert last["tags"] == {"build": "7"}


def test_pauses_are_there_also_where_the_vad_passed_over_them(turns: dict[str, dict[str, Any]]) -> None:
    (short,), (long,) = (turns[name]["speech"]["pauses"] for name in ("short pause", "pause"))
    assert (short["at_ms"], short["ms"]) == (pytest.approx(500, abs=20), pytest.approx(150, abs=20))
    assert (long["at_ms"], long["ms"]) == (pytest.approx(600, abs=20), pytest.approx(300, abs=20))
    assert max(short["release_ms"], long["release_ms"]) < 60


def test_a_tool_is_a_round_of_the_reply(turns: dict[str, dict[str, Any]]) -> None:
    (tool,) = turns["tool"]["llm"]["tools"]
    assert tool["ms"] == pytest.approx(TOOL_MS, abs=90)
    assert tool["ttft_ms"][0] == pytest.approx(260, abs=90)


def test_what_was_said_over_the_agent_is_an_overlap_with_its_words(turns: dict[str, dict[str, Any]]) -> None:
    (over,) = turns["interrupted"]["overlaps"]
    assert over["kind"] == "interrupt"
    assert over["words"] == 3
    assert over["at_ms"] == pytest.approx(800, abs=30)
    assert over["ms"] == pytest.approx(900, abs=30)


def test_no_text_is_in_the_recording(call: tuple[list[Truth], Path, list[float]]) -> None:
    content = call[1].read_text()
    assert "word" not in content.replace("words", "").replace("on_word", "")
    assert "amber" not in content


def test_the_loop_is_not_held_up(call: tuple[list[Truth], Path, list[float]]) -> None:
    assert sorted(call[2])[len(call[2]) // 2] < 5


class Analyzer(BaseTurnAnalyzer):
    """An end-of-turn model that always says the same."""

    def __init__(self) -> None:
        super().__init__(sample_rate=16_000)

    speech_triggered = property(lambda self: False)
    params = property(lambda self: BaseTurnParams())

    def append_audio(self, buffer: bytes, is_speech: bool) -> EndOfTurnState:
        return EndOfTurnState.INCOMPLETE

    async def analyze_end_of_turn(self) -> tuple[EndOfTurnState, Any]:
        await asyncio.sleep(SCORED_MS / 1000)
        said = TurnMetricsData(processor="model", is_complete=True, probability=SCORE, e2e_processing_time_ms=SCORED_MS)
        return EndOfTurnState.COMPLETE, said

    def clear(self) -> None:
        pass


def test_scores_of_the_end_of_turn_model_are_there_without_metrics_too(tmp_path: Path) -> None:
    async def run() -> None:
        recorder = TurnRecorder(tmp_path / "calls")
        agent = PipecatAgent(analysed(Analyzer()), [recorder], vad=pipecat_vad(), metrics=False)
        async with agent.running():
            await Caller(agent, [turn("plain")], voice=tone, rest_s=0.3).call()
        recorder.close()

    asyncio.run(run())
    (file,) = (tmp_path / "calls").iterdir()
    head, line = file.read_text().splitlines()
    one = json.loads(line)
    assert json.loads(head)["endpointing"]["eot_threshold"] == 0.5
    assert one["speech"]["eot_score"] == SCORE
    assert one["speech"]["eot_delay_ms"] == SCORED_MS
    assert one["llm"]["ttft_ms"][0] == pytest.approx(260, abs=60)
    assert one["tts"]["ttfb_ms"][0] == pytest.approx(110, abs=90)


def test_an_error_inside_of_the_recorder_never_reaches_the_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def write(self, *args: object) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    async def run() -> list[Truth]:
        recorder = TurnRecorder(Broken())
        monkeypatch.setattr(recorder, "_see", lambda *values: 1 / 0)
        agent = PipecatAgent(speech_timeout(0.3), [recorder], vad=pipecat_vad())
        async with agent.running():
            truths = await Caller(agent, [turn("plain")], voice=tone, rest_s=0.3).call()
        recorder.close()
        return truths

    (truth,) = asyncio.run(run())
    assert truth.response_ms is not None


def test_the_turns_of_a_service_have_no_response_time_as_nothing_says_when_speech_ended(tmp_path: Path) -> None:
    """As with Flux: no VAD, and the service says when a turn begins and ends."""
    log = SessionLog(sink_of(tmp_path / "calls.jsonl"), "call")
    events = PipecatEvents(log)
    for start in (0.0, 10_000.0):
        events.turn_began(start)
        events.final(start + 1_900, "some words")
        events.turn_ended(start + 2_000)
        events.llm_began(start + 2_001, "model")
        events.llm_text(start + 2_301, "Yes.")
        events.llm_ended(start + 2_400)
        events.agent_began(start + 2_600)
        events.agent_stopped(start + 3_600)
    events.closed(20_000)
    events.flush(last=True)
    held = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [one.get("response_ms") for one in held] == [None, None]
    assert ["pauses" in one["speech"] for one in held] == [False, False]
    assert [one["llm"]["ttft_ms"][0] for one in held] == [300, 300]


async def test_the_frames_of_an_older_version_come_one_by_one(tmp_path: Path) -> None:
    recorder = TurnRecorder(tmp_path / "calls.jsonl")
    seen: list[tuple[str, float]] = []
    recorder._see = lambda data, kind, frame: seen.append((kind, data.timestamp))  # type: ignore[method-assign]
    await recorder.on_push_frame("source", "destination", UserStoppedSpeakingFrame(), "downstream", 7)
    recorder.close()
    assert seen == [("UserStoppedSpeakingFrame", 7)]


def test_texts_that_were_asked_for_are_beside_the_recording_with_the_ids_of_turns(
    call: tuple[list[Truth], Path, list[float]], turns: dict[str, dict[str, Any]]
) -> None:
    (file,) = call[1].with_name("calls.said").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    texts = {one["turn"]: one for one in map(json.loads, file.read_text().splitlines())}
    plain = texts[turns["plain"]["id"]]
    assert plain["user_transcript"]
    assert len(plain["agent_transcript"].split()) == 8
    assert set(texts) <= {one["id"] for one in turns.values()}


def test_the_sound_that_was_asked_for_agrees_with_the_recording(
    call: tuple[list[Truth], Path, list[float]], turns: dict[str, dict[str, Any]]
) -> None:
    answered = answered_ms(call[1].with_name("calls.sound"))
    apart = sorted(min(abs(one["response_ms"] - ms) for ms in answered) for one in turns.values())
    assert apart[len(apart) // 2] < 20
    assert apart[-1] < 60
