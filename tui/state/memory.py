"""What the app saves between runs: the sources that were open, the screen, sliders, pins and forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.recordings import make_folder, write_text
from pipeline.recordings.text_file import file_text
from stages.errors import InputError, TurntempoError
from stages.folders import state_folder
from stages.schema_ids import is_schema, schema_id
from stages.settings import Settings, parse
from tui.state.turn_source import TurnSource

MOST_RECENT = 12
LARGEST = 4 << 20
"""The most bytes of the file."""
SCHEMA = schema_id("tui")


@dataclass(frozen=True)
class SavedSource:
    """What is saved for one source."""

    source: TurnSource
    sliders: Settings | None = None
    pins: Mapping[str, Settings] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    """The form of a search: plain JSON values by field."""

    def json_dict(self) -> dict[str, Any]:
        return {
            "source": self.source.json_dict(),
            "sliders": None if self.sliders is None else self.sliders.json_dict(),
            "pins": {name: kept.json_dict() for name, kept in self.pins.items()},
            "form": dict(self.form),
        }


@dataclass(frozen=True)
class SavedState:
    """All that is saved."""

    screen: str = "open"
    theme: str | None = None
    sources: tuple[SavedSource, ...] = ()
    """The latest first."""

    def of(self, source: TurnSource) -> SavedSource:
        """What is saved for a source; only the source itself if it is new."""
        return next((one for one in self.sources if one.source == source), SavedSource(source))

    def with_latest(self, saved: SavedSource) -> SavedState:
        """The same with this source as the latest."""
        others = tuple(one for one in self.sources if one.source != saved.source)
        return replace(self, sources=(saved, *others)[:MOST_RECENT])


class Memory:
    """The file that holds the saved state. A damaged file, or one of another version, counts as empty."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = state_folder() if folder is None else folder
        self.file = self.folder / "tui.json"

    def load(self) -> SavedState:
        """The state that was saved last."""
        try:
            return _state(json.loads(file_text(self.file, LARGEST, InputError, "", "")))
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, TurntempoError):
            return SavedState()

    def save(self, state: SavedState) -> None:
        """Write the state; if that fails, only the saved state is lost."""
        data = {"schema": SCHEMA, "screen": state.screen, "theme": state.theme}
        text = json.dumps(data | {"sources": [one.json_dict() for one in state.sources]}, indent=1) + "\n"
        try:
            make_folder(self.folder, private=True)
            write_text(self.file, text, force=True)
        except (OSError, TurntempoError):
            return


def _state(data: dict[str, Any]) -> SavedState:
    if not is_schema(data["schema"], "tui"):
        return SavedState()
    sources = tuple(_saved_source(one) for one in data["sources"][:MOST_RECENT])
    return SavedState(str(data["screen"]), str(data["theme"]) if data["theme"] else None, sources)


def _saved_source(data: dict[str, Any]) -> SavedSource:
    from pydantic import TypeAdapter

    sliders = data["sliders"]
    return SavedSource(
        TypeAdapter(TurnSource).validate_json(json.dumps(data["source"]), strict=True),
        None if sliders is None else parse(sliders, "sliders"),
        {name: parse(kept, "pin") for name, kept in data["pins"].items()},
        {str(name): value for name, value in data["form"].items()},
    )
