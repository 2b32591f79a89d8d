"""The cells of a probe: which requests show what, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stages.errors import InputError, UnknownName
from turntempo.probe.records import QUESTIONS, Cell, Question, Record, Stage, Version

SIDE = 4
"""Of the requests at one load, one in so many is spent on each other question."""
FEWEST_SIDE = 10

MOST_AT_ONCE = 256
MOST_HISTORY = 200_000


@dataclass(frozen=True)
class Wanted:
    """What is to be measured, as the options say."""

    stage: Stage
    n: int
    levels: tuple[int, ...]
    versions: tuple[Version, ...] = ("auto",)
    histories: tuple[int, ...] = ()
    """The first is that of all requests; the others show what reading a longer one takes."""
    tools: bool = False
    streamed: bool = False
    """Over a socket of its own for each request: then there are no warm connections and no twins."""
    only: tuple[Question, ...] = QUESTIONS
    """What is to be shown."""

    def cells(self) -> tuple[Cell, ...]:
        """In the order in which they are asked, round by round."""
        version, history = self.versions[0], self.histories[0] if self.histories else None
        side, least = min(max(self.n // SIDE, FEWEST_SIDE), self.n), min(self.levels)
        found = [Cell("load", level, version, history, self.n) for level in self.levels]
        if self.streamed:
            return tuple(found)  # every request opens a connection of its own
        found.append(Cell("cold", 1, version, history, side))
        found.append(Cell("twins", 2, version, history, side))
        found += [Cell("history", least, version, one, side) for one in self.histories[1:]]
        found += [Cell("http", least, one, history, side) for one in self.versions[1:]]
        found += [Cell("tools", least, version, history, side)] if self.tools else []
        return tuple(cell for cell in found if cell.question in self.only)


def requests_of(cell: Cell) -> int:
    """How many requests a cell sends."""
    return cell.n * (2 if cell.question in ("twins", "tools") else 1)


def levels(text: str) -> tuple[int, ...]:
    """1,4,16. Raises InputError."""
    return _numbers(text, "--concurrency", 1, MOST_AT_ONCE)


def histories(text: str) -> tuple[int, ...]:
    """1000,0,4000. Raises InputError."""
    return _numbers(text, "--history", 0, MOST_HISTORY)


def questions(text: str) -> tuple[Question, ...]:
    """load,cold: names of what is to be shown. Raises UnknownName, InputError."""
    names = [part.strip() for part in text.split(",")]
    for name in names:
        if name not in QUESTIONS:
            raise UnknownName("question", name, QUESTIONS)
    if "load" not in names:
        raise InputError("--only: load must be among them, as the others are compared with it")
    return tuple(one for one in QUESTIONS if one in names)


def versions(text: str) -> tuple[Version, ...]:
    """auto, 1, 2, or 1,2. Raises InputError."""
    known: Mapping[str, Version] = {"auto": "auto", "1": "1", "1.1": "1", "2": "2"}
    names = [part.strip() for part in text.split(",")]
    if not all(name in known for name in names) or len(set(names)) < len(names):
        raise InputError(f"--http: must be auto, 1, 2, or two of them such as 1,2, got {text!r}")
    return tuple(known[name] for name in names)


def _numbers(text: str, option: str, low: int, high: int) -> tuple[int, ...]:
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or len(set(found)) < len(found) or not all(low <= one <= high for one in found):
        raise InputError(f"{option}: must be different numbers from {low} to {high}, such as 1,4,16, got {text!r}")
    return found


@dataclass(frozen=True)
class Prices:
    """In the currency of the user: of a million tokens read or written, a million characters, a minute of audio."""

    by_unit: Mapping[str, float]

    def of(self, amounts: Mapping[str, float]) -> float | None:
        """What these amounts cost; None: nobody said what they cost."""
        if not self.by_unit:
            return None
        size = {"minute": 1.0}
        return sum(self.by_unit.get(unit, 0.0) * amount / size.get(unit, 1e6) for unit, amount in amounts.items())


UNITS: Mapping[Stage, tuple[str, ...]] = {"llm": ("in", "out"), "tts": ("chars",), "asr": ("minute",)}


def prices(texts: Sequence[str], stage: Stage) -> Prices:
    """in=0.15, out=0.6. Raises InputError."""
    found = {}
    for text in texts:
        unit, _, amount = text.partition("=")
        try:
            value = float(amount)
        except ValueError:
            value = -1.0
        if unit not in UNITS[stage] or not 0 <= value < 1e9:
            names = ", ".join(f"{name}=NUMBER" for name in UNITS[stage])
            raise InputError(f"--price: must be {names}, got {text!r}")
        found[unit] = value
    return Prices(found)


def amounts(records: Sequence[Record]) -> dict[str, float]:
    """What requests used, by unit, as far as their answers say."""
    return {
        "in": float(sum(one.prompt_tokens or 0 for one in records)),
        "out": float(sum(one.reply_tokens or 0 for one in records)),
        "chars": float(sum(one.characters or 0 for one in records)),
        "minute": sum(one.audio_ms or 0.0 for one in records if one.characters is None) / 60_000,
    }
