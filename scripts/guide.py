"""Writes the tables of docs/guide, replayed on simulated turns: `make guide`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, profile_names, simulate
from pipeline.simulation.prefixes import keeping
from pipeline.turns.columns import KINDS
from scripts.guide_tables import SOUNDS, TABLES, Row, Table
from scripts.page_blocks import between_marks
from stages.settings import Settings
from tuner.diagnosis.floor import LEAST, floor
from tuner.diagnosis.parts import NAMES
from tuner.diagnosis.words.guide import PAGES
from tuner.statistics import numbers
from tuner.statistics.intervals import Estimate, estimates_of
from turntempo.show.bars import bar

FOLDER = Path(__file__).parents[1] / "docs" / "guide"
TURNS, SEED, CELLS = 20_000, 7, 8

HEADINGS = {
    "response_ms.p50": "median answer",
    "response_ms.p95": "answer at p95",
    "response_ms.p99": "answer at p99",
    "cut_off_rate": "users cut off",
    "failed_rate": "failed",
    "dead_air_rate": "dead air (over 3 s)",
    "filler_rate": "with a filler",
    "stutter_rate": "stutters",
    "history_lost_rate": "lost references",
    "llm_starts_per_turn": "LLM requests a turn",
    "missed_interrupt_rate": "missed interrupts",
    "false_interrupt_rate": "false interrupts",
    "hiccup_rate": "hiccups",
    "stop_ms.p50": "stop time, median",
    "talked_over_ms": "talked over, a turn",
}


def renewed(page: str, name: str) -> str:
    """The page with its tables renewed."""
    for table in TABLES:
        if table.page == name:
            page = _put(page, table.name, drawn(table))
    return _put(page, "floor", floors()) if name == "floor" else page


def index(page: str) -> str:
    """The first page of the guide with the list of the others renewed."""
    return _put(page, "pages", "\n".join(f"- [{one.name}]({one.name}.md): {one.says}" for one in PAGES.values()))


def drawn(table: Table) -> str:
    """The table in Markdown, and below it the turns and settings of its figures."""
    found = [_figures(table, row) for row in table.rows]
    longest = {name: max(one[name].value or 0.0 for one in found) for name in table.drawn}
    lines = [f"| {' | '.join([_code(table.varied), *(HEADINGS[name] for name in table.figures)])} |"]
    lines.append(f"|{'---|' * (len(table.figures) + 1)}")
    for row, figures in zip(table.rows, found, strict=True):
        cells = (_cell(figures[name], longest.get(name)) for name in table.figures)
        lines.append(f"| {' | '.join([row.label, *cells])} |")
    return "\n".join([*lines, "", _caption(table)])


def floors() -> str:
    """The parts of the median turn with every wait at its minimum, one row for each profile."""
    least = Settings().replace(LEAST)
    lines = [f"| profile | {' | '.join(NAMES)} | median answer |", f"|{'---|' * (len(NAMES) + 2)}"]
    for profile in profile_names():
        turns = batch(profile)
        found = floor(turns, Settings(), ())
        parts = found.fastest.parts if found else {}
        median = estimates_of(turns.measure(least), turns.columns.session)["response_ms.p50"]
        cells = (f"{parts[name]:,.0f}" if name in parts else numbers.NONE for name in NAMES)
        lines.append(f"| {profile} | {' | '.join(cells)} | {_cell(median, None)} |")
    return "\n".join([*lines, "", f"{TURNS:,} simulated turns of each profile (seed {SEED}), {_INTERVALS}; ms."])


@cache
def batch(profile: str, sounds: tuple[str, ...] = SOUNDS) -> Batch:
    """The turns of a profile, with interrupts and only these other kinds of sound."""
    turns = simulate(Profile.load(profile), TURNS, SEED)
    kept = [KINDS.index(kind) for kind in ("interrupt", *sounds)]
    return Batch(keeping(turns, "overlap", np.isin(turns.overlap_kind, kept)))


_INTERVALS = "95% intervals in brackets"


def _figures(table: Table, row: Row) -> dict[str, Estimate]:
    turns = batch(table.profile, row.sounds)
    return estimates_of(turns.measure(Settings().replace(table.base | row.changes)), turns.columns.session)


def _cell(one: Estimate, longest: float | None) -> str:
    """`████▌   ` 1,205 ms (1,198 - 1,213), and the number of turns if it is not all of them."""
    shown = numbers.figure(one.name, one.value)
    if one.low is not None:
        shown += f" ({numbers.span(one.name, one.low, one.high)})".replace(" ms)", ")")
    if one.n != TURNS and one.n:
        shown += f" of {one.n:,}"
    return shown if longest is None else f"`{bar(one.value or 0.0, longest, CELLS):{CELLS}}` {shown}"


def _caption(table: Table) -> str:
    sessions = len(batch(table.profile).columns.session_names)
    base = ", ".join(f"`{name}` {numbers.setting(value)}" for name, value in table.base.items())
    rest = f"{base}, the rest by default" if base else "the rest by default"
    return (
        f"{TURNS:,} simulated turns of {sessions:,} sessions of the profile `{table.profile}` (seed {SEED}), "
        f"{_INTERVALS}; {rest}."
    )


def _code(varied: str) -> str:
    return ", ".join(f"`{one}`" if "." in one else one for one in varied.split(", "))


def _put(page: str, name: str, text: str) -> str:
    return between_marks(page, name, "scripts/guide.py", text)


if __name__ == "__main__":
    for page in PAGES.values():
        path = FOLDER / f"{page.name}.md"
        path.write_text(renewed(path.read_text(encoding="utf-8"), page.name), encoding="utf-8")
    first = FOLDER / "README.md"
    first.write_text(index(first.read_text(encoding="utf-8")), encoding="utf-8")
