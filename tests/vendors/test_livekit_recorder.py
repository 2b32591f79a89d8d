"""The recorder in a real LiveKit session: scripted stages, a caller in real time, and what stands in the recording."""

import asyncio
import json
import logging
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import function_tool, llm
from livekit.agents.inference import OverlappingSpeechEvent
from livekit.agents.metrics import LLMMetrics, RealtimeModelMetrics
from livekit.agents.types import APIConnectOptions

from pipeline.importers.observed.timeline import Sound
from pipeline.recordings import read
from scripts.staged.caller import Caller, Truth
from scripts.staged.livekit_stage import LiveKitAgent
from scripts.staged.script import Scripted
from tests.vendors.loudness import livekit_vad, tone
from tests.vendors.scenes import Lag, answered_ms, turn
from turntempo.recorders.livekit import TurnRecorder
from turntempo.recorders.livekit_events import LiveKitEvents
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import sink_of

LEAD_MS, TOOL_MS = 60.0, 240.0


TURNS = [
    turn("plain"),
    turn("short pause", (500, 150), end=1_200),
    turn("pause", (600, 300), end=1_500),
    turn("tool"),
    turn("failure"),
    turn("interrupted", over=(800, 900, 3), reply_words=24),
    turn("last"),
]


class Scene(LiveKitAgent):
    """Sets up the stage of each turn."""

    def expect(self, one: Scripted) -> None:
        super().expect(one)
        self.stages.tool = one.name == "tool"
        self.stages.failures = 2 * (one.name == "failure")


@function_tool
async def look_up() -> str:
    """Look something up."""
    await asyncio.sleep(TOOL_MS / 1000)
    return "found"


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Truth], Path, list[float]]:
    """What happened, the recording, and how late the loop was meanwhile."""
    file = tmp_path_factory.mktemp("livekit") / "calls.jsonl"
    lag = Lag()

    async def run() -> list[Truth]:
        agent = Scene(
            {
                "turn_detection": "vad",
                "endpointing": {"min_delay": 0.4, "max_delay": 3.0},
                "preemptive_generation": {"enabled": False},
                "interruption": {"min_duration": 0.4},
            },
            llm_options=APIConnectOptions(max_retry=3, retry_interval=0.2, timeout=5.0),
            vad=livekit_vad(),
            lead_ms=LEAD_MS,
            tools=[look_up],
        )
        recorder = TurnRecorder(agent.session, file, name="room", tags={"build": "7"}, text=True, audio=True)
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
    assert settings.endpointing.silence_ms == 400
    assert settings.vad.silence_ms == 250
    assert settings.eager.on == "off"
    assert settings.barge_in.min_speech_ms == 416
    assert (settings.llm.attempts, settings.llm.timeout_ms) == (4, 5_000)
    assert settings.barge_in.guard_first_ms == 0


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
    assert last["llm"]["lead_ms"] == pytest.approx(LEAD_MS, abs=50)
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


def test_attempts_that_failed_are_lower_bounds(turns: dict[str, dict[str, Any]]) -> None:
    failed = turns["failure"]
    assert failed["llm"]["ttft_ms"][:3] == [
        pytest.approx(80, abs=60),
        pytest.approx(80, abs=60),
        pytest.approx(260, abs=90),
    ]
    assert failed["censored"] == ["llm.ttft_ms[0]", "llm.ttft_ms[1]"]


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


def test_an_error_inside_of_the_recorder_never_reaches_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def write(self, *args: object) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    async def run() -> list[Truth]:
        agent = LiveKitAgent({"turn_detection": "vad", "endpointing": {"min_delay": 0.3}}, vad=livekit_vad())
        recorder = TurnRecorder(agent.session, Broken())
        for name in ("_note", "_attach"):
            monkeypatch.setattr(recorder, name, lambda *values: 1 / 0)
        async with agent.running():
            truths = await Caller(agent, [turn("plain")], voice=tone, rest_s=0.3).call()
        recorder.close()
        return truths

    logging.getLogger("turntempo.recorders").setLevel(logging.CRITICAL)
    (truth,) = asyncio.run(run())
    assert truth.response_ms is not None


def test_a_version_without_the_hooks_is_recorded_from_the_sessions_own_events(tmp_path: Path) -> None:
    """As an older version has them: the activity shows neither windows nor reports of the VAD."""

    async def run() -> None:
        agent = LiveKitAgent({"turn_detection": "vad", "endpointing": {"min_delay": 0.3}}, vad=livekit_vad())
        recorder = TurnRecorder(agent.session, tmp_path / "calls.jsonl")
        recorder._activity = object()
        recorder._attach = lambda: None  # type: ignore[method-assign]
        async with agent.running():
            await Caller(agent, [turn("plain")], voice=tone, rest_s=0.3).call()
        recorder.close()

    asyncio.run(run())
    (one,) = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert one["speech"]["end_ms"] == pytest.approx(800, abs=60)
    assert "release_ms" not in one["speech"]
    assert one["llm"]["ttft_ms"][0] == pytest.approx(260, abs=90)


def test_what_we_read_of_the_metrics_is_there() -> None:
    assert {"type", "timestamp", "duration", "ttft", "cancelled", "completion_tokens", "speech_id"} <= set(
        LLMMetrics.model_fields
    )
    assert llm.LLMError.model_fields["recoverable"].annotation is bool


HEAVY = ("numba", "llvmlite", "pyarrow", "textual", "lets_plot", "plotext", "jinja2")


@pytest.mark.parametrize("framework", ["livekit", "pipecat"])
def test_importing_a_recorder_loads_nothing_heavy_beside_the_framework(framework: str) -> None:
    program = f"import sys, turntempo.recorders.{framework}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "[]\n"


def test_a_realtime_model_answers_without_a_transcript(tmp_path: Path) -> None:
    log = SessionLog(sink_of(tmp_path / "calls.jsonl"), "call")
    events = LiveKitEvents(log)
    for start in (0.0, 10_000.0):
        log.speech(Sound(start, start + 1_000))
        used: dict[str, Any] = {"input_token_details": {}, "output_token_details": {}}
        metrics = RealtimeModelMetrics(request_id="r", timestamp=(start + 1_500) / 1000, ttft=0.4, **used)
        events.agent_state(start, "speaking", None, start + 1_950)
        events.metrics(start + 3_000, metrics)
        events.agent_state(start, "listening", None, start + 3_000)
    events.flush(last=True)
    held = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [one["llm"]["ttft_ms"][0] for one in held] == [400, 400]
    assert [one["asr"]["final_ms"] for one in held] == [0, 0]
    assert [one["response_ms"] for one in held] == [950, 950]


def test_what_the_interruption_model_says_of_speech_over_the_agent_is_its_score(tmp_path: Path) -> None:
    log = SessionLog(sink_of(tmp_path / "calls.jsonl"), "call")
    events = LiveKitEvents(log)
    recorder = TurnRecorder.__new__(TurnRecorder)
    recorder._events = events
    recorder._note = lambda call, *values: call(3_400.0, *values)  # type: ignore[method-assign]
    log.speech(Sound(0.0, 1_000))
    events.agent_state(0.0, "speaking", None, 2_000)
    log.speech(Sound(3_000, 3_400))
    for probability, more in ((0.2, {}), (0.9, {"agent_ended": True}), (0.8, {"num_requests": 0})):
        recorder._overlapping(OverlappingSpeechEvent(**{"num_requests": 1, "probability": probability} | more))
    events.agent_state(0.0, "listening", None, 6_000)
    events.flush(last=True)
    (one,) = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [(over["kind"], over["score"]) for over in one["overlaps"]] == [("backchannel", 0.2)]


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
