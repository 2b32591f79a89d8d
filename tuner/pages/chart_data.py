"""What charts show, as data; each renderer draws it its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stages.i18n import Said

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tuner.diagnosis.parts import Slice


@dataclass(frozen=True)
class Waterfall:
    """Where turns spend their time, part by part, in ms; `then`: the same turns under better settings."""

    parts: tuple[str, ...]
    """Names of the parts that are drawn."""
    now: Slice
    then: Slice | None = None


@dataclass(frozen=True)
class Point:
    """Settings by their risk (a share of the turns) and their time (ms); `label` names the settings."""

    risk: float
    ms: float
    within: bool
    """Within all limits."""
    label: Said | None = None


@dataclass(frozen=True)
class Frontier:
    """The trade-off between a risk and a time: `kind` names the risk, `marked` are settings to point out."""

    kind: str
    points: tuple[Point, ...]
    """By ascending risk."""
    marked: tuple[Point, ...]
    limit: float | None
    """On the risk; None: there is none."""


@dataclass(frozen=True)
class Distribution:
    """Response times of the same turns, now and under better settings."""

    times: tuple[npt.NDArray[np.float64], ...]
    """(n,) each, in ms, infinite for an unanswered turn."""
    marks: tuple[tuple[float, Said], ...]
    """(ms, label) of lines to draw."""
    tail: float
    """The share of the answers that is drawn; the slowest would squeeze the others."""


@dataclass(frozen=True)
class Lane:
    """Bars in a row: (begin, end, what it is), in ms from the end of the user's turn."""

    label: Said
    bars: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class Timeline:
    """One turn as lanes over time, from `begin` to `end`, in ms from the end of the user's turn."""

    lanes: tuple[Lane, ...]
    begin: float
    end: float


ChartData = Waterfall | Frontier | Distribution | Timeline
