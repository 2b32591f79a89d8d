"""What the app remembers from one visit to the next: what was open, on which screen, what stood on the sliders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.recordings import write_text
from stages.errors import TurntempoError
from stages.folders import state_folder
from stages.schema_ids import is_schema, schema_id
from stages.settings import Settings, parse
from tui.state.turn_source import TurnSource

MOST_RECENT = 12
SCHEMA = schema_id("tui")


@dataclass(frozen=True)
class Place:
    """Where one was with a source."""

    source: TurnSource
    sliders: Settings | None = None
    pins: Mapping[str, Settings] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    """What was chosen for a search: plain JSON values by field."""

    def json_dict(self) -> dict[str, Any]:
        return {
            "source": self.source.json_dict(),
            "sliders": None if self.sliders is None else self.sliders.json_dict(),
            "pins": {name: kept.json_dict() for name, kept in self.pins.items()},
            "asked": dict(self.form),
        }


@dataclass(frozen=True)
class Visit:
    """All that is remembered."""

    screen: str = "open"
    theme: str | None = None
    places: tuple[Place, ...] = ()
    """The latest first."""

    def place(self, source: TurnSource) -> Place:
        """Where one was with it; nothing but the source where it is new."""
        return next((one for one in self.places if one.source == source), Place(source))

    def at(self, place: Place) -> Visit:
        """The same with this place as the latest."""
        others = tuple(one for one in self.places if one.source != place.source)
        return replace(self, places=(place, *others)[:MOST_RECENT])


class Memory:
    """A small file of the user's. One that is damaged or from another version is as good as none."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = state_folder() if folder is None else folder
        self.file = self.folder / "tui.json"

    def recall(self) -> Visit:
        """What the last visit left."""
        try:
            return _visit(json.loads(self.file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, TurntempoError):
            return Visit()

    def keep(self, visit: Visit) -> None:
        """Write it down; where that cannot be done nothing is lost but the memory."""
        told = {"schema": SCHEMA, "screen": visit.screen, "theme": visit.theme}
        text = json.dumps(told | {"places": [one.json_dict() for one in visit.places]}, indent=1) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text(self.file, text, force=True)
        except (OSError, TurntempoError):
            return


def _visit(told: dict[str, Any]) -> Visit:
    if not is_schema(told["schema"], "tui"):
        return Visit()
    return Visit(str(told["screen"]), told["theme"], tuple(_place(one) for one in told["places"]))


def _place(told: dict[str, Any]) -> Place:
    sliders = told["sliders"]
    return Place(
        TurnSource(**told["source"]),
        None if sliders is None else parse(sliders, "sliders"),
        {name: parse(kept, "pin") for name, kept in told["pins"].items()},
        told["asked"],
    )
