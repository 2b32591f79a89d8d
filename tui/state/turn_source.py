"""Where turns come from: a file, a case folder, or a profile that they are simulated from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

SourceKind = Literal["recording", "case", "profile"]

SIMULATED_TURNS = 5_000


@dataclass(frozen=True)
class TurnSource:
    """What to open, and how."""

    kind: SourceKind
    name: str
    """A path, or the profile's name."""
    turns: int = SIMULATED_TURNS
    """Of a profile."""
    seed: int = 0
    settings_file: str | None = None
    profile: str | None = None
    """Of a recording: what fills in where it has too little."""
    skip_bad: bool = False

    @property
    def title(self) -> str:
        return self.name if self.kind == "profile" else Path(self.name).name

    @property
    def exists(self) -> bool:
        """Is it still to be had? A profile always is."""
        return self.kind == "profile" or Path(self.name).exists()

    def json_dict(self) -> dict[str, Any]:
        return asdict(self)
