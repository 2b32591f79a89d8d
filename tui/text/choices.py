"""A row of names of which one is chosen; in any width the chosen one is visible."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from tui.charts.picture import Picture, fit


@dataclass(frozen=True)
class Choice:
    """One choice; `label` is its text, `count` how many items it holds; `unknown`: nobody knows how many it holds."""

    name: str
    label: str
    count: int | None = None
    unknown: bool = False

    @property
    def amount(self) -> str:
        """How many, as text; empty where that is not counted."""
        return "?" if self.unknown else "" if self.count is None else f"{self.count:,}"

    @property
    def text(self) -> str:
        return f"{self.label} {self.amount}".rstrip()


@dataclass(frozen=True)
class Placed:
    """The cells of a choice."""

    name: str
    begin: int
    end: int


def placed(choices: tuple[Choice, ...], chosen: str, width: int) -> list[Placed]:
    """The choices from left to right, shifted so that the chosen one and the next fit."""
    found, at = [], 0
    for one in choices:
        found.append(Placed(one.name, at, at + cell_len(one.text) + 2))
        at = found[-1].end
    place = next((number for number, one in enumerate(found) if one.name == chosen), 0)
    seen = found[min(place + 1, len(found) - 1)].end if found else 0
    move = max(0, min(seen - width, found[place].begin if found else 0))
    return [Placed(one.name, one.begin - move, one.end - move) for one in found]


def row(choices: tuple[Choice, ...], chosen: str, width: int) -> Picture:
    """The chosen one is in brackets, readable without colour; ‹ and › mark choices that are cut off."""
    picture = Picture(width, 1)
    spots = placed(choices, chosen, width)
    for one, spot in zip(choices, spots, strict=True):
        here = one.name == chosen
        text = f"[{one.text}]" if here else f" {one.text} "
        role = "h" if here else "0" if one.count == 0 else "o"
        if spot.begin >= 0:
            whole = spot.end <= width - (one is not choices[-1])
            picture.paint(spot.begin, 0, text if whole else fit(f" {one.label}", width - spot.begin), role)
        elif spot.end > 0 and (not one.amount or spot.end >= cell_len(one.amount) + 2):
            picture.paint(spot.begin, 0, text, role)
    if spots and spots[0].begin < 0:
        picture.paint(0, 0, "‹", "m")
    if spots and spots[-1].end > width:
        picture.paint(width - 1, 0, "›", "m")
    return picture
