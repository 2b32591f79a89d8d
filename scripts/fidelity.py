"""Prints the tables of docs/fidelity.md: predictions of the timing model beside measured runs of two agent frameworks.

`python -m scripts.fidelity FOLDER`, with the folder of the runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.completion import complete
from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch
from pipeline.turns.builder import from_turns
from scripts.framework_runs import Measured, Run, livekit, pipecat

COUNTED = ("cut_off", "premature", "llm_starts", "false_start", "restarted", "false_interrupt", "hiccups")
"""What happened or not, or how often."""


class Compared(NamedTuple):
    """One turn, predicted and measured."""

    id: str
    error_ms: float
    """Predicted less measured response time."""
    stop_errors_ms: tuple[float, ...]
    hiccup_error_ms: float | None
    agrees: dict[str, bool]
    """Whether they are equal, of `COUNTED` those that were measured, and of the interrupts how they were handled."""
    differs: dict[str, tuple[Any, Any]]
    """Predicted and measured value, where they differ."""


def compare(run: Run) -> list[Compared]:
    """Every turn of a run, predicted under its settings and measured."""
    columns = from_turns(one.turn for one in run.turns)
    outcomes = Batch(columns).outcomes(run.settings)
    places = {name.decode(): place for place, name in enumerate(columns.ids.tolist())}
    return [_compared(c.turn.id, outcomes.outcome(places[c.turn.id]), c.measured) for c in run.turns]


class Explained(NamedTuple):
    """How far the model is from what was measured in a run, in ms, before and after `other_ms` takes what is left."""

    turns: int
    median: float
    """Of the residual, measured less modelled."""
    p95: float
    distance: float
    """The median of its absolute value."""
    verdict: str
    sooner: int
    """Turns that were answered sooner than the model allows, by however little."""
    later_left: float
    """The greatest residual after it."""
    sooner_left: float
    """The smallest residual after it: what was answered sooner than its stages is not explained away."""


def explained(run: Run) -> Explained:
    """The residuals of a run, as a user's recording of it would show them: with the measured response times."""
    turns = [one.turn.model_copy(update={"response_ms": one.measured.response_ms}) for one in run.turns]
    done = complete(from_turns(turns), 0, None, run.settings)
    before = (
        done.recording.response_ms
        - Batch(done.columns.replace(other_ms=np.zeros(len(turns)))).measure(run.settings).response_ms
    )
    after = done.columns.response_ms - Batch(done.columns).measure(run.settings).response_ms
    fit = done.fit
    return Explained(
        fit.turns,
        fit.residual_p50 or 0.0,
        fit.residual_p95 or 0.0,
        fit.distance_p50 or 0.0,
        fit.verdict,
        int((before < 0).sum()),
        float(after.max()),
        float(after.min()),
    )


def response_errors(compared: list[Compared]) -> tuple[float, float, float]:
    """Median, p95 and greatest absolute error of the response time in ms."""
    errors = np.abs([one.error_ms for one in compared])
    return float(np.median(errors)), float(np.quantile(errors, 0.95, method="inverted_cdf")), float(errors.max())


def agreement(compared: list[Compared], name: str) -> tuple[int, int]:
    """In how many turns the prediction is right, and of how many."""
    known = [one.agrees[name] for one in compared if name in one.agrees]
    return sum(known), len(known)


def _compared(name: str, outcome: Outcome, measured: Measured) -> Compared:
    predicted = {field: getattr(outcome, field) for field in COUNTED}
    predicted["llm_starts"] += outcome.wasted_starts
    pairs = {field: (predicted[field], was) for field in COUNTED if (was := getattr(measured, field)) is not None}
    pairs["interrupts handled"] = (len(outcome.stop_ms), len(measured.stop_ms))
    return Compared(
        name,
        (float("inf") if outcome.response_ms is None else outcome.response_ms) - measured.response_ms,
        tuple(a - b for a, b in zip(outcome.stop_ms, measured.stop_ms, strict=False)),
        outcome.hiccup_ms - measured.hiccup_ms if measured.hiccups else None,
        {field: is_ == was for field, (is_, was) in pairs.items()},
        {field: pair for field, pair in pairs.items() if pair[0] != pair[1]},
    )


def residual_table(found: dict[str, Explained]) -> Iterator[str]:
    """The lines of the table of residuals in Markdown."""
    yield "| run | turns | median | p95 | median of the absolute value | fit | with `other_ms`: least .. greatest |"
    yield "|---|--:|--:|--:|--:|---|--:|"
    for title, one in found.items():
        before = f"{one.median:+.1f} | {one.p95:+.1f} | {one.distance:.1f} | {one.verdict}"
        yield f"| {title} | {one.turns} | {before} | {one.sooner_left:+.1f} .. {one.later_left + 0.0:+.1f} |"


def tables(runs: dict[str, list[Compared]]) -> Iterator[str]:
    """The lines of the tables in Markdown."""
    yield "| run | turns | median | p95 | greatest | stop times | hiccups |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for title, compared in runs.items():
        errors = " | ".join(f"{error:.1f}" for error in response_errors(compared))
        stops = _spread([error for one in compared for error in one.stop_errors_ms])
        hiccups = _spread([one.hiccup_error_ms for one in compared if one.hiccup_error_ms is not None])
        yield f"| {title} | {len(compared)} | {errors} | {stops} | {hiccups} |"
    names = (*COUNTED, "interrupts handled")
    yield ""
    yield f"| run | {' | '.join(name.replace('_', ' ') for name in names)} |"
    yield f"|---|{'--:|' * len(names)}"
    for title, compared in runs.items():
        shares = [agreement(compared, name) for name in names]
        cells = [f"{same}/{known}" if known else "-" for same, known in shares]
        yield f"| {title} | {' | '.join(cells)} |"
    yield ""
    yield "| run | turn | response, predicted - measured | differs (predicted, measured) |"
    yield "|---|---|--:|---|"
    for title, compared in runs.items():
        worst = sorted(compared, key=lambda one: -abs(one.error_ms))[:3]
        for one in compared:
            if one.differs or one in worst:
                differs = ", ".join(f"{name.replace('_', ' ')} {a} {b}" for name, (a, b) in one.differs.items())
                yield f"| {title} | {one.id} | {one.error_ms:+.1f} | {differs} |"


def _spread(errors: list[float]) -> str:
    """The range of the errors, and how many there are."""
    return f"{min(errors):+.0f} .. {max(errors):+.0f} ({len(errors)})" if errors else "-"


def recorded(folder: Path) -> dict[str, Run]:
    """The four runs; those of Pipecat with typical lags of its VAD, and with the lags in its events."""
    found = {name: livekit(folder / name) for name in ("livekit-default", "livekit-vad")}
    for name in ("pipecat-speech-timeout", "pipecat-smart-turn"):
        found[name] = pipecat(folder / name)
        found[f"{name}, own lags"] = pipecat(folder / name, own_lags=True)
    return found


if __name__ == "__main__":
    all_runs = recorded(Path(sys.argv[1]))
    print("\n".join(tables({title: compare(run) for title, run in all_runs.items()})))
    print()
    print("\n".join(residual_table({title: explained(run) for title, run in all_runs.items()})))
