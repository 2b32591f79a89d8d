"""The visible part of a time axis, and the cursor on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

CLOSEST_MS = 40.0
"""The shortest window that zooming in reaches."""


@dataclass(frozen=True)
class TimeWindow:
    """`begin_ms` to `end_ms` is visible, of `first_ms` to `last_ms`; the cursor `at_ms` is always visible."""

    first_ms: float
    last_ms: float
    begin_ms: float
    end_ms: float
    at_ms: float

    @property
    def length_ms(self) -> float:
        return self.end_ms - self.begin_ms

    def moved_to(self, at_ms: float) -> TimeWindow:
        """The cursor at this time; the window moves where the cursor would leave it."""
        at_ms = min(max(at_ms, self.first_ms), self.last_ms)
        move = min(0.0, at_ms - self.begin_ms) + max(0.0, at_ms - self.end_ms)
        return replace(self, at_ms=at_ms, begin_ms=self.begin_ms + move, end_ms=self.end_ms + move)

    def moved_by(self, columns: float, of: int) -> TimeWindow:
        """The cursor moved by so many columns, where `of` columns are visible."""
        return self.moved_to(self.at_ms + columns * self.length_ms / max(1, of))

    def zoomed(self, factor: float) -> TimeWindow:
        """Zoomed in by a factor (below 1: out); the cursor keeps its column."""
        whole = self.last_ms - self.first_ms
        length = min(max(self.length_ms / factor, min(CLOSEST_MS, whole)), whole)
        share = (self.at_ms - self.begin_ms) / self.length_ms if self.length_ms else 0.0
        begin = min(max(self.at_ms - share * length, self.first_ms), self.last_ms - length)
        return replace(self, begin_ms=begin, end_ms=begin + length)

    def showing(self, begin_ms: float, end_ms: float) -> TimeWindow:
        """This window; the cursor moves into it."""
        begin_ms, end_ms = max(begin_ms, self.first_ms), min(end_ms, self.last_ms)
        return replace(self, begin_ms=begin_ms, end_ms=end_ms, at_ms=min(max(self.at_ms, begin_ms), end_ms))

    @property
    def is_whole(self) -> bool:
        return self.begin_ms <= self.first_ms and self.end_ms >= self.last_ms
