"""Settings that a vendor has given another name: the older is read as the present one, and leaves the file for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuner.targets.rule import Theirs


@dataclass(frozen=True)
class Renamed:
    """An older name of a setting."""

    old: str
    """Its path; a field of its own, so that it is known and its values are checked."""
    new: str
    wins: bool = False
    """Whether the vendor takes the older where both are there; else it takes the present one."""
    note: str = "the older name of {new}: read as that"
    """How it is read, after `OLD is`."""
    unless: str = ""
    """A path, or an object, beside which the older has no effect."""

    def acts(self, stated: Theirs) -> bool:
        """Whether the older is what the vendor takes."""
        return self.old in stated and not self._ruled_out(stated) and (self.wins or self.new not in stated)

    def idle(self, stated: Theirs) -> str:
        """What takes its place, of an older that is not taken."""
        return self.unless if self._ruled_out(stated) else self.new

    def _ruled_out(self, stated: Theirs) -> bool:
        return bool(self.unless) and any(path == self.unless or path.startswith(f"{self.unless}.") for path in stated)


def in_present_names(stated: Theirs, table: Iterable[Renamed]) -> dict[str, Any]:
    """What a file states, the older names under the present ones too."""
    return {**stated, **{one.new: stated[one.old] for one in table if one.acts(stated)}}


def present_names(paths: Iterable[str], table: Iterable[Renamed]) -> list[str]:
    """The paths, and for each older name the present one too."""
    new = {one.old: one.new for one in table}
    given = list(paths)
    return [*given, *(new[path] for path in given if path in new)]


def renamed_sentences(stated: Theirs, table: Iterable[Renamed]) -> Iterator[str]:
    """How each older name was read, one sentence."""
    for one in table:
        if one.acts(stated):
            yield f"{one.old} is {one.note.format(new=one.new)}"
        elif one.old in stated:
            yield f"`{one.old}`: no effect: {one.idle(stated)} is there too"


def taken_out(moved: Mapping[str, Any], stated: Theirs, table: Iterable[Renamed]) -> dict[str, None]:
    """The older names that a file loses where their settings move."""
    return {one.old: None for one in table if one.new in moved and one.old in stated}
