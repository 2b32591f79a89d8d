"""Real runs of LiveKit Agents and Pipecat with scripted stages: what the imports say, beside the truth."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.turn import Turn

Pair = tuple[Turn, dict[str, Any], dict[str, Any]]
"""An imported turn, the turn as it was scripted, and what was measured at the loudspeaker."""


def imported(shared: Path, run: str, *files: str) -> Imported:
    return import_recording(AUTO, [shared / "data" / "framework-runs" / run / file for file in files])


def pairs(shared: Path, run: str, truth: str, turns: Sequence[Turn], response_ms: float = 40) -> list[Pair]:
    """Each scripted turn with the import's of the same first token and response time."""
    path = shared / "data" / "framework-runs" / run / truth
    found = []
    for line in path.read_text().splitlines():
        held = json.loads(line)
        scripted, measured = held["turn"], held["measured"]
        same = [turn for turn in turns if abs(first(turn.llm.ttft_ms) - scripted["llm"]["ttft_ms"][0]) < 40]
        off = [abs((turn.response_ms or 0) - measured["response_ms"]) for turn in same]
        if off and min(off) < response_ms:
            found.append((same[off.index(min(off))], scripted, measured))
    return found


def first(draws: tuple[float | None, ...] | None) -> float:
    value = draws[0] if draws else None
    return -1e9 if value is None else value


def close(value: float, within: float) -> object:
    return pytest.approx(value, abs=within)


def errors(
    found: list[Pair], given: Callable[[Turn], float | None], true: Callable[[dict[str, Any]], float]
) -> list[float]:
    """How far the imports' values are from the scripted ones, in order."""
    known = [(given(turn), true(scripted)) for turn, scripted, _ in found]
    return sorted(abs(value - right) for value, right in known if value is not None)


LIVEKIT = pytest.mark.parametrize("run", ["livekit-default", "livekit-vad"])
PIPECAT = pytest.mark.parametrize("run", ["pipecat-smart-turn", "pipecat-speech-timeout"])


@LIVEKIT
@pytest.mark.parametrize("files", [("spans.jsonl",), ("spans.jsonl", "session_report.json", "metrics.jsonl")])
def test_livekits_spans_give_every_stage_of_every_turn(shared: Path, run: str, files: tuple[str, ...]) -> None:
    turns = imported(shared, run, *files).turns
    found = pairs(shared, run, "truth.jsonl", turns, 2)
    assert len(found) >= 17  # of 19; one was answered again after its first attempt was given up
    assert errors(found, lambda turn: turn.asr.final_ms, lambda true: float(true["asr"]["final_ms"]))[-1] < 4
    assert errors(found, lambda turn: first(turn.llm.ttft_ms), lambda true: float(true["llm"]["ttft_ms"][0]))[-1] < 4
    assert errors(found, lambda turn: turn.llm.token_ms, lambda true: float(true["llm"]["token_ms"]))[-1] < 1
    assert errors(found, lambda turn: first(turn.tts.ttfb_ms), lambda true: float(true["tts"]["ttfb_ms"][0]))[-1] < 4
    assert errors(found, lambda turn: turn.tts.ms_per_token, lambda true: float(true["tts"]["ms_per_token"]))[-1] < 3
    for turn, scripted, _ in found:
        assert turn.llm.reply_tokens == scripted["llm"]["reply_tokens"]
        assert turn.llm.sentence_tokens == scripted["llm"]["sentence_tokens"]


@LIVEKIT
def test_livekits_spans_give_every_pause_that_the_vad_could_see(shared: Path, run: str) -> None:
    found = pairs(shared, run, "truth.jsonl", imported(shared, run, "spans.jsonl").turns, 2)
    whole = [pair for pair in found if abs(pair[0].speech.end_ms - pair[1]["speech"]["end_ms"]) < 2]
    assert len(whole) >= len(found) - 1  # a user who was answered for 915 ms has begun a new turn
    for turn, scripted, _ in whole:
        seen = [pause for pause in scripted["speech"]["pauses"] if pause["ms"] >= 250]
        assert [(pause.at_ms, pause.ms) for pause in turn.speech.pauses or ()] == [
            (close(pause["at_ms"], 2), close(pause["ms"], 2)) for pause in seen
        ]


def test_livekits_spans_separate_the_attempts_that_a_metric_adds_up(shared: Path) -> None:
    turns = imported(shared, "livekit-vad", "spans.jsonl").turns
    (retried,) = (turn for turn in turns if turn.censored)
    assert retried.censored == ("llm.ttft_ms[0]",)
    assert retried.llm.ttft_ms == (close(1000, 5), close(226, 4), None, None, None, None)
    by_metric = imported(shared, "livekit-vad", "metrics.jsonl").turns
    assert max(first(turn.llm.ttft_ms) for turn in by_metric) == close(1330, 10)


@LIVEKIT
def test_livekits_metrics_alone_give_response_times_to_some_ms(shared: Path, run: str) -> None:
    turns = imported(shared, run, "metrics.jsonl").turns
    found = pairs(shared, run, "truth.jsonl", turns, 10)
    assert len(found) >= 17
    off = [abs((turn.response_ms or 0) - measured["response_ms"]) for turn, _, measured in found]
    assert median(off) < 3
    assert {turn.speech.pauses for turn in turns} == {None}


@LIVEKIT
def test_livekits_report_alone_gives_pauses_overlaps_and_settings(shared: Path, run: str) -> None:
    done = imported(shared, run, "session_report.json")
    found = pairs(shared, run, "truth.jsonl", done.turns, 2)
    assert len(found) >= 16
    assert sum(len(turn.speech.pauses or ()) for turn, *_ in found) >= 6
    assert any(over.kind == "interrupt" for turn in done.turns for over in turn.overlaps or ())
    assert done.vendor is not None


@PIPECAT
def test_pipecats_spans_give_every_stage_of_every_turn(shared: Path, run: str) -> None:
    done = imported(shared, run, "otel_spans.json", "metrics_frames.jsonl", "latency_breakdown.jsonl")
    found = pairs(shared, run, "ground_truth.jsonl", done.turns)
    assert len(found) >= 27  # of 30
    off = sorted(abs((turn.response_ms or 0) - measured["response_ms"]) for turn, _, measured in found)
    assert median(off) < 12
    assert off[int(0.95 * len(off))] < 35
    assert median(errors(found, lambda turn: turn.asr.final_ms, lambda true: float(true["asr"]["final_ms"]))) < 5
    voice = errors(found, lambda turn: first(turn.tts.ttfb_ms), lambda true: float(true["tts"]["ttfb_ms"][0]))
    assert median(voice) < 3


@PIPECAT
def test_pipecats_spans_give_pauses_with_the_lags_of_its_vad(shared: Path, run: str) -> None:
    found = pairs(shared, run, "ground_truth.jsonl", imported(shared, run, "otel_spans.json").turns)
    one = [(turn, true) for turn, true, _ in found if len(true["speech"]["pauses"]) == 1 and turn.speech.pauses]
    assert len(one) >= 8
    longer = [(turn.speech.pauses or ())[0].ms - true["speech"]["pauses"][0]["ms"] for turn, true in one]
    assert 0 <= median(longer) < 60  # resumed speech is heard later than speech that begins


@PIPECAT
def test_pipecats_breakdowns_give_what_was_heard_and_no_pauses(shared: Path, run: str) -> None:
    turns = imported(shared, run, "latency_breakdown.jsonl").turns
    found = pairs(shared, run, "ground_truth.jsonl", turns)
    assert len(found) >= 27
    assert {turn.speech.pauses for turn in turns} == {None}


def test_posted_logs_are_read(shared: Path) -> None:
    logs = shared / "data" / "cases" / "logs"
    (spoken,) = import_recording(AUTO, [logs / "pipecat_loguru.txt"]).turns
    assert first(spoken.llm.ttft_ms) == 963
    assert spoken.response_ms == close(4666 + 24, 1)
    (metric,) = import_recording(AUTO, [logs / "livekit_text_metrics.jsonl"]).turns
    assert (metric.asr.final_ms, first(metric.llm.ttft_ms), first(metric.tts.ttfb_ms)) == (4120, 2100, 360)
    (message,) = import_recording(AUTO, [logs / "livekit_message_metrics.jsonl"]).turns
    assert (message.asr.final_ms, first(message.llm.ttft_ms), message.response_ms) == (310, 480, 1490)
    assert message.speech.end_ms == close(2320, 1)
