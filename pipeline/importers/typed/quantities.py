"""Times as people type them: `120-150`, `0.1 s`, `~300ms`, `500 to 800 ms`, `5 秒`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.importers.typed.stage_names import scale_of

NUMBER = r"\d{1,4},\d{1,2}(?![\d.,])|(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,9})?|\.\d{1,9}"
"""1,250 has a thousand's comma, 0,31 and 1,2 a decimal one."""
UNIT = r"ms|msecs?|milliseconds?|毫秒|secs?\b|seconds?|秒|s(?![a-z])"

QUANTITY = re.compile(
    rf"(?P<low>{NUMBER})\s*(?P<low_unit>{UNIT})?"
    rf"(?:\s*(?:-|–|—|~|\.\.|至|到|\bto\b)\s*(?P<high>{NUMBER})\s*(?P<high_unit>{UNIT})?)?",
    re.IGNORECASE,
)

LARGEST = 1e8
"""No typed time is larger."""


@dataclass(frozen=True)
class Quantity:
    """A range as it was typed, and the ms of its unit; None: no unit was written."""

    low: float
    high: float
    scale: float | None

    def ms(self, otherwise: float) -> tuple[float, float]:
        """The range in ms; `otherwise`: the ms of a unit where none was written."""
        scale = self.scale or otherwise
        return self.low * scale, self.high * scale


def quantity(found: re.Match[str]) -> Quantity | None:
    """What was typed; None: it is no time."""
    low, high = _number(found["low"]), _number(found["high"] or found["low"])
    unit = found["high_unit"] or found["low_unit"]
    if not 0 <= low <= high <= LARGEST:
        return None
    return Quantity(low, high, scale_of(unit.lower()) if unit else None)


def whole(text: str) -> Quantity | None:
    """The quantity that a cell of a table holds; None: it holds none, or something else too."""
    plain = text.strip().strip("*`~≈<>≤≥ ")
    found = QUANTITY.fullmatch(plain)
    return quantity(found) if found else None


def _number(text: str) -> float:
    is_decimal = text.count(",") == 1 and len(text.partition(",")[2]) < 3
    return float(text.replace(",", "." if is_decimal else ""))
