"""From a log to a promise: what a recording of one run predicts for another run, beside what was measured there.

`python -m scripts.staged.promise FRAMEWORK_RUNS RECORDER_RUNS` prints the tables of docs/fidelity.md.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.importers import import_recording
from pipeline.recordings import read
from scripts.framework_runs import Json, livekit, livekit_reading, pipecat, pipecat_reading
from scripts.staged.kept import Happened, Kept, facts_at, framework, kept, placed
from scripts.staged.runs import SESSIONS, TURNS
from scripts.staged.script import script
from stages.settings import Settings
from tuner.deploy.in_force import completed_anyway

FULL: dict[str, tuple[str, ...]] = {
    "livekit": ("spans.jsonl", "metrics.jsonl", "session_report.json"),
    "pipecat": ("otel_spans.json", "latency_breakdown.jsonl", "metrics_frames.jsonl"),
}
METRICS: dict[str, tuple[str, ...]] = {"livekit": ("metrics.jsonl",), "pipecat": ("metrics_frames.jsonl",)}

PAIRS = (
    ("livekit-default", "livekit-vad"),
    ("livekit-vad", "livekit-default"),
    ("pipecat-speech-timeout", "pipecat-smart-turn"),
    ("pipecat-smart-turn", "pipecat-speech-timeout"),
)
"""The run that is recorded, and the one that is predicted."""

OWN_PAIRS = (
    ("livekit-400", "livekit-700"),
    ("livekit-700", "livekit-400"),
    ("pipecat-600", "pipecat-300"),
    ("pipecat-300", "pipecat-600"),
)
"""The same of the recorders' runs."""


def settings_of(folder: Path) -> Settings:
    """The settings of a run of `framework-runs`."""
    if framework(folder.name) == "livekit":
        return livekit_reading(json.loads((folder / "settings.json").read_text())).settings
    return pipecat_reading(json.loads((folder / "pipecat_settings.json").read_text())).settings


def happened(folder: Path) -> list[Happened]:
    """What was measured in a run of `framework-runs`."""
    run = livekit(folder) if framework(folder.name) == "livekit" else pipecat(folder)
    return [
        Happened(
            one.turn.id,
            one.turn.speech.end_ms,
            tuple((pause.at_ms, pause.ms) for pause in one.turn.speech.pauses or ()),
            one.measured.response_ms,
            one.measured.cut_off,
            one.measured.premature,
            one.turn.llm.ttft_ms[0] if one.turn.llm.ttft_ms else None,
        )
        for one in run.turns
    ]


def from_telemetry(folder: Path, files: dict[str, tuple[str, ...]], by_ttft: bool = False) -> Iterator[Kept]:
    """Each run of `framework-runs`, predicted from the telemetry of the other run of its framework."""
    for recorded, meant in PAIRS:
        held = [folder / recorded / name for name in files[framework(recorded)]]
        columns = import_recording(framework(recorded), held).columns
        in_force, settings = settings_of(folder / recorded), settings_of(folder / meant)
        yield kept(recorded, meant, columns, in_force, settings, happened(folder / meant), by_ttft)


def measured(folder: Path, run: str) -> list[Happened]:
    """What happened in a run that was recorded."""
    lines = gzip.decompress((folder / f"{run}.truth.jsonl.gz").read_bytes()).splitlines()
    held: list[Json] = [json.loads(line) for line in lines]
    scripted = framework(run) != "local"
    ttfts = {one.name: one.ttft_ms for session in range(SESSIONS) for one in script(session, TURNS) if scripted}
    return [
        Happened(
            one["name"],
            one["end_ms"],
            tuple((at, ms) for at, ms in one["pauses"]),
            one["response_ms"],
            one["cut_off"],
            one["premature"],
            ttfts.get(one["name"].removesuffix("-over")),
            one.get("interrupted"),
            one.get("failed"),
        )
        for one in held
    ]


def from_recorders(folder: Path, pairs: Sequence[tuple[str, str]] = OWN_PAIRS) -> Iterator[Kept]:
    """Each of the recorders' runs, predicted from the recording of another one; a session after the other."""
    for recorded, meant in pairs:
        recording, other = (read(folder / f"{run}.jsonl.gz") for run in (recorded, meant))
        if recording.settings is None or other.settings is None:
            raise SystemExit(f"{recorded} or {meant}: a recording without its settings")
        happened = measured(folder, meant)
        found = kept(recorded, meant, recording.columns, recording.settings, other.settings, happened)
        completed, _ = completed_anyway(other.columns, 0, None, other.settings)
        found_there = placed(completed.columns, happened, framework(meant))
        there = {one.name: facts_at(completed.columns, at[-1]) for one, at in found_there if at}
        whole = replace(found, meanwhile=there)
        yield whole
        if framework(recorded) == "livekit":
            yield without_answers(whole)


def without_answers(whole: Kept) -> Kept:
    """The same without the turns that answer what was said over the agent, of which the model knows too little."""
    turns = tuple(pair for pair in whole.turns if not pair[0].name.endswith("-over"))
    return replace(whole, meant=f"{whole.meant}{WITHOUT}", turns=turns)


WITHOUT = ", without answers to interruptions"


HEAD = (
    "| recorded | predicted | turns | p50 | p95 | cut-offs | premature replies | error of a turn |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
)


def table(found: Sequence[Kept]) -> Iterator[str]:
    """The lines of a table: measured, and in brackets the prediction or how far it is from that."""
    yield from HEAD
    for one in found:
        times = " | ".join(f"{was:,.0f} ms ({error:+,.0f})" for was, error in (one.errors(0.5), one.errors(0.95)))
        counts = " | ".join(
            f"{was} (not shown)" if told is None else f"{was} ({told})" for was, told in one.counts().values()
        )
        median, p95 = one.of_turns()
        turns = f"{len(one.both)} of {len(one.turns)}"
        yield f"| {one.recorded} | {one.meant} | {turns} | {times} | {counts} | {median:.1f}, {p95:.1f} |"


def explained(found: Sequence[Kept]) -> Iterator[str]:
    """The lines of a table with each turn that is off."""
    yield "| recorded | predicted | turn | what is off |"
    yield "|---|---|---|---|"
    for one in found:
        for name, what in () if one.meant.endswith(WITHOUT) else one.differ():
            yield f"| {one.recorded} | {one.meant} | {name} | {what} |"


def main(framework_runs: Path, recorder_runs: Path) -> None:
    """Print the tables."""
    for title, found in (
        ("full telemetry", list(from_telemetry(framework_runs, FULL))),
        ("metrics alone", list(from_telemetry(framework_runs, METRICS, by_ttft=True))),
        ("recorders", list(from_recorders(recorder_runs))),
    ):
        print(f"{title}\n")
        print("\n".join(table(found)), end="\n\n")
        if title != "metrics alone":
            print("\n".join(explained(found)), end="\n\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
