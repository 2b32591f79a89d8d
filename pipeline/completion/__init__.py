"""Completing a recording: each missing value is drawn once, before any replay (timing model, section 6).

Each draw is a uniform number in (0, 1) that depends only on (seed, turn id, field with its array index): not on the
order of the turns, on what else the recording holds, or on the settings. It picks a value from the session's own values
where there are 20, else from the recording's, else from a profile. So a recording is completed whole, and split or
sharded afterwards. Where only a part of it is completed, the uniform numbers and the values from a turn's own session
are the same, but values from the recording come from the part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.completion.assumed import assumed_speech
from pipeline.completion.filling import DrawSource, Table
from pipeline.completion.fit import NOT_MEASURED, Fit
from pipeline.completion.measured import any_of, derived, drawn_other, fitted
from pipeline.completion.report import CompletionReport, Filled
from pipeline.completion.stage_fields import Gaps
from pipeline.completion.survival import Flags
from pipeline.completion.tokens import filled_tokens
from pipeline.completion.tools import filled_tools, unseen_attempts
from pipeline.simulation.profile import Profile
from pipeline.turns.columns import CENSORABLE, SCALARS, Columns
from pipeline.turns.draws import ATTEMPTS, keys
from stages.arrays import Floats
from stages.settings import Settings, StagePolicy

__all__ = ["NOT_MEASURED", "Completed", "CompletionReport", "Filled", "Fit", "complete"]

_DRAWN = ("up_ms", "down_ms", "final_ms", "token_ms", "fallback_ttft_ms", "fallback_ttfb_ms", "ms_per_token")
_DEFAULTS = Settings()
_LISTS = {"ttft_ms": "llm.ttft_ms", "ttfb_ms": "tts.ttfb_ms"}


@dataclass(frozen=True)
class Completed:
    """Turns that an engine can replay, a report of what was filled in, and the turns as read."""

    columns: Columns
    report: CompletionReport
    fit: Fit
    """What was measured beside what the model says of the turns, before the rest was explained."""
    recording: Columns
    """The turns as read."""
    seed: int
    profile: Profile | None
    in_force: Settings
    """While recording."""

    def is_of(self, recording: Columns, seed: int, profile: Profile | None, in_force: Settings) -> bool:
        """Whether `complete` of these would give the same again."""
        asked = (self.seed, self.profile, self.in_force) == (seed, profile, in_force)
        return self.recording is recording and asked


def complete(columns: Columns, seed: int, profile: Profile | None = None, in_force: Settings = _DEFAULTS) -> Completed:
    """The turns with every missing or censored value drawn, and the report of it.

    A list of draws that is missing gets as many as the longest in the recording, three if there is none, and every
    list at least one for each attempt in force; draws beyond that never arrive. End-of-turn and interruption scores
    are never invented. Pauses and overlaps that were not recorded are drawn from the profile and marked assumed;
    without a profile they count as none, and figures that rest on them are not known. Without a history, prefill
    costs nothing. `in_force`: the settings while recording, the defaults where they are not known.

    Raises InputError, naming the field and the next step, where a profile is needed and none is given.
    """
    source = DrawSource(seed, keys(columns.ids), columns.session.astype(np.int64), len(columns.session_names), profile)
    recording = columns
    columns, from_measured = derived(_as_asked(recording, in_force), in_force)
    gaps = Gaps.of(columns)
    changed, report = filled_tokens(columns, source)
    tables = {name: _scalar(columns, name) for name in (*_DRAWN, "prefill_ms_per_1k")}
    tables |= {name: _list(columns, recording, name, in_force) for name in _LISTS}
    for name, table in tables.items():
        values, filled = table.filled(source)
        report |= filled
        changed[name] = values if name in _LISTS else values[:, 0]
    of_tools, filled = filled_tools(columns, tables["ttft_ms"].pool(source), source, in_force)
    changed, report = changed | of_tools, report | filled
    done = columns.replace(**changed, censored=np.zeros(len(columns), dtype=np.uint16))
    done = done.replace(**assumed_speech(done, source), shortest_pause_ms=_pause_floor(columns, in_force))
    filled_in_fields = {field.partition("[")[0] for field in report}
    fields = {name: SCALARS[name] for name in _DRAWN} | _LISTS
    measured = tuple(field for name, field in fields.items() if field not in filled_in_fields and _known(done, name))
    likeness = profile.name if profile else None
    done, fit = fitted(done, gaps, from_measured, in_force)
    done, filled = drawn_other(done, any_of(from_measured, len(done)), source)
    report |= filled
    known = {field: int(turns.sum()) for field, turns in from_measured.items()}
    report |= _assumed(done)
    filled_in = CompletionReport(len(columns), likeness, report, _not_recorded(done), measured, known)
    return Completed(done, filled_in, fit, recording, seed, profile, in_force)


def _as_asked(columns: Columns, in_force: Settings) -> Columns:
    """The turns with a draw, known or not, for each attempt that the settings in force make."""
    changed = {}
    for name in _LISTS:
        draws, unseen = _unseen(columns, name, in_force)
        changed[name] = np.where(unseen, np.nan, draws)
    return columns.replace(**changed)


def _unseen(columns: Columns, name: str, in_force: Settings) -> tuple[Floats, Flags]:
    """A list's draws, with room for the attempts in force, and which of them nobody saw."""
    return unseen_attempts(getattr(columns, name), _policy(in_force, name), np.isfinite(columns.response_ms))


def _policy(in_force: Settings, name: str) -> StagePolicy:
    """That of the stage of a list of draws."""
    return in_force.llm if name == "ttft_ms" else in_force.tts


def _pause_floor(columns: Columns, in_force: Settings) -> Floats:
    """(n,) the VAD's silence with which shorter pauses than those recorded would be noticed; 0: none.

    A VAD reports a pause that is longer than its silence. Where the recording holds shorter ones, something else
    noticed them, and the shortest of them is the floor.
    """
    noticed = columns.pause_ms + columns.pause_onset_lag_ms - columns.pause_release_ms
    return np.full(len(columns), min(in_force.vad.silence_ms, float(noticed.min(initial=np.inf))))


def _scalar(columns: Columns, name: str) -> Table:
    field, values = SCALARS[name], getattr(columns, name)
    if name == "prefill_ms_per_1k":
        values = np.where(np.isnan(values) & np.isnan(columns.history_turns), 0.0, values)
    bound = _censored(columns, (field,))
    return Table(field, (field,), values[:, None], bound, np.zeros_like(bound))


def _list(columns: Columns, recording: Columns, name: str, in_force: Settings) -> Table:
    values = _cut(getattr(columns, name), max(ATTEMPTS, _policy(in_force, name).attempts))
    _, unseen = _unseen(recording, name, in_force)
    names = tuple(f"{_LISTS[name]}[{i}]" for i in range(values.shape[1]))
    return Table(_LISTS[name], names, values, _censored(columns, names), unseen[:, : values.shape[1]])


def _cut(draws: Floats, otherwise: int) -> Floats:
    """The draws without the columns in which no turn has a draw; so many where every list is missing."""
    missing = np.isnan(draws).all(axis=1)
    lengths = np.isfinite(draws[~missing]) | np.isnan(draws[~missing])
    length = int(lengths.any(axis=0).sum()) if len(lengths) else otherwise
    return np.ascontiguousarray(draws[:, :length])


def _censored(columns: Columns, names: tuple[str, ...]) -> Flags:
    """(n, d) which values are only lower bounds."""
    marks = [columns.censored >> CENSORABLE.index(name) & 1 if name in CENSORABLE else 0 for name in names]
    return np.stack(np.broadcast_arrays(*marks, columns.censored)[:-1], axis=1).astype(np.bool_)


def _known(columns: Columns, name: str) -> bool:
    """Whether any turn has it. (A fallback that does not exist is neither measured nor missing.)"""
    return bool(np.isfinite(getattr(columns, name)).any())


def _assumed(columns: Columns) -> dict[str, Filled]:
    """The pauses and overlaps that a profile gave."""
    counts = {"speech.pauses": columns.pauses_assumed, "overlaps": columns.overlaps_assumed}
    return {name: Filled(n, 0, {"profile": n}) for name, turns in counts.items() if (n := int(turns.sum()))}


def _not_recorded(columns: Columns) -> dict[str, int]:
    counts: dict[str, Any] = {
        "speech.pauses": (~columns.pauses_known & ~columns.pauses_assumed).sum(),
        "speech.eot_score": np.isnan(columns.eot_score).sum(),
        "overlaps": (~columns.overlaps_known & ~columns.overlaps_assumed).sum(),
        "history": np.isnan(columns.history_turns).sum(),
    }
    return {name: int(count) for name, count in counts.items() if count}
