"""The importer of typed figures: a table of stage times, or a line of them, out of a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed, Value
from pipeline.importers.observed.faults import note_sum_over_whole
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading
from pipeline.importers.typed.quantities import Quantity
from pipeline.importers.typed.spread import TURNS, places, value_at
from pipeline.importers.typed.stage_names import Figure
from pipeline.importers.typed.typed_figures import TypedFigures, typed_figures
from stages.errors import RecordingError

ORDER: tuple[Figure, ...] = (
    "final_ms",
    "ttft_ms",
    "ttfb_ms",
    "end_of_turn_ms",
    "lead_ms",
    "network_ms",
    "response_ms",
)

PARTS: tuple[Figure, ...] = ("final_ms", "lead_ms", "ttft_ms", "ttfb_ms")
"""What adds up to a response, without the wait."""

NO_PROSE = (
    *(".json", ".jsonl", ".yaml", ".yml", ".toml", ".env", ".ini", ".cfg", ".xml", ".html", ".htm", ".lock"),
    *(".py", ".ts", ".js", ".sh", ".cs", ".go", ".java", ".kt", ".php", ".rb", ".rs", ".swift", ".c", ".cpp", ".h"),
)
"""Files of configuration and code: numbers beside names of stages are settings there, not times."""

MOST_LEFT = 5
"""Times that are left out of which each is named."""

ASSUMED = "assumed"
"""The session of turns that nobody recorded."""

_HOW = {
    "asr.final_ms": "as typed for speech recognition",
    "llm.ttft_ms": "as typed for the LLM, taken for its first token",
    "tts.ttfb_ms": "as typed for speech synthesis, taken for its first audio",
    "response_ms": "as typed for the whole response",
    "llm.lead_ms": "as typed for memory, intent or tools",
    "network.up_ms": "half of what was typed for the network; else 0",
    "network.down_ms": "half of what was typed for the network; else 0",
}


class TypedOptions(LogOptions):
    """The options of typed figures."""

    unit: Literal["s", "ms"] | None = Field(
        None, description="unit of times that are typed without one; seconds where all are below 30"
    )


class Typed:
    """The importer of typed figures."""

    name = "figures"
    reads = "stage times out of a ticket, typed as a line, a Markdown table or CSV: an assumed recording"
    options = TypedOptions

    def recognise(self, file: File) -> str | None:
        """By the names of two stages with times beside or below them."""
        if file.head.lstrip()[:1] in (b"{", b"[") or b"\x00" in file.head or file.name.lower().endswith(NO_PROSE):
            return None
        return "stage times that somebody typed" if typed_figures(file.head.decode("utf-8", "replace")).is_any else None

    def read(self, files: Sequence[File], options: TypedOptions) -> Reading:
        """A turn a line of a table of turns; else turns that take their share of every range."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(_HOW))
        sessions = [_session(file, options, findings) for file in _once(files)]
        return Reading(turns_of_exchanges(sessions, options, findings), findings)


def _once(files: Sequence[File]) -> list[File]:
    """The files, each once."""
    return list({file.path: file for file in files}.values())


def _session(file: File, options: TypedOptions, findings: Findings) -> list[Observed]:
    """The exchanges that a file tells of. Raises RecordingError where it tells of none."""
    found = typed_figures(file.text())
    if not found.is_any:
        rule = "holds no stage times: write two at least with their names, such as `stt 120-150, llm 80-120`"
        raise RecordingError(rule, file=file.path)
    scale = found.otherwise() if options.unit is None else 1000.0 if options.unit == "s" else 1.0
    if scale == 1000.0 and options.unit is None:
        findings.note("doubtful", "times without a unit are taken for seconds; say otherwise with --option unit=ms")
    _note_left(found, file.path, findings)
    stem = plain_name(file.stem)
    if found.turns:
        findings.note("doubtful", "the figures were typed by somebody: who measured them, and from where, is not known")
        return list(_typed(found, scale, stem, file.path, findings))
    findings.assumed = True
    spread = {figure: _ms(quantiles, scale) for figure, quantiles in found.shares.items()}
    _note_wait(spread, findings)
    return list(_assumed(spread, f"{ASSUMED}-{stem}"))


def _ms(quantiles: dict[float, Quantity], scale: float) -> dict[float, float]:
    return {share: one.ms(scale)[0] for share, one in quantiles.items()}


def _typed(found: TypedFigures, scale: float, session: str, path: str, findings: Findings) -> Iterator[Observed]:
    """An exchange a line of the table; a range counts with its middle."""
    for line, turn in found.turns:
        times = {figure: sum(one.ms(scale)) / 2 for figure, one in turn.items()}
        where = f"{path}:{line}"
        one = _observed({figure: Value(ms) for figure, ms in times.items()}, session, where)
        note_sum_over_whole(one, findings)
        yield one


def _note_left(found: TypedFigures, path: str, findings: Findings) -> None:
    """What was typed and not taken."""
    for line, time in found.left[:MOST_LEFT]:
        findings.note("lost", f"{path}:{line}: {time}: nothing near it says what it is the time of, so it is left out")
    if len(found.left) > MOST_LEFT:
        findings.note("lost", f"{path}: {len(found.left) - MOST_LEFT} more such times are left out")
    if found.totals:
        findings.note("info", f"{path}: {found.totals} rows that sum up the others are no turns")


def _note_wait(spread: dict[Figure, dict[float, float]], findings: Findings) -> None:
    if "end_of_turn_ms" in spread:
        findings.note(
            "info",
            "the time typed for the end of the turn is of the settings' making, so it is no part of a turn: "
            "name the settings in force with --settings",
        )


def _assumed(spread: dict[Figure, dict[float, float]], session: str) -> Iterator[Observed]:
    """The assumed turns. Longer responses go with longer parts, as a part cannot exceed its whole."""
    figures = [figure for figure in ORDER if figure in spread]
    drawn = {
        figure: [value_at((rank + 0.5) / TURNS, spread[figure]) for rank in places(number)]
        for number, figure in enumerate(figures)
    }
    if whole := drawn.get("response_ms"):
        parts = [sum(drawn[figure][turn] for figure in PARTS if figure in drawn) for turn in range(TURNS)]
        ranked = sorted(range(TURNS), key=lambda turn: parts[turn])
        for value, turn in zip(sorted(whole), ranked, strict=True):
            whole[turn] = value
    for turn in range(TURNS):
        yield _observed({figure: Value(drawn[figure][turn], "derived") for figure in figures}, session, "")


def _observed(times: dict[Figure, Value], session: str, place: str) -> Observed:
    return Observed(
        session=session,
        place=place,
        final_ms=times.get("final_ms"),
        end_of_turn_ms=times.get("end_of_turn_ms"),
        lead_ms=times.get("lead_ms"),
        ttft_ms=(times["ttft_ms"],) if "ttft_ms" in times else (),
        ttfb_ms=(times["ttfb_ms"],) if "ttfb_ms" in times else (),
        network_ms=times.get("network_ms"),
        response_ms=times.get("response_ms"),
    )
