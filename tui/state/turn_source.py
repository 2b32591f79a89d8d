"""What can be opened: a recording of turns or of calls, a case folder, or a profile to simulate turns from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.recordings.store import selection_of
from pipeline.simulation.profile import conversation, stage_files
from stages.errors import InputError

SourceKind = Literal["recording", "calls", "case", "profile"]
"""Calls: a recording of the first minute of calls, not of turns."""

SIMULATED_TURNS = 5_000


@dataclass(frozen=True)
class TurnSource:
    """What to open, and how."""

    kind: SourceKind
    name: str
    """A path, or the profile's name."""
    turns: int = SIMULATED_TURNS
    """For a profile: how many turns to simulate."""
    seed: int = 0
    settings_file: str | None = None
    profile: str | None = None
    """For a recording: the profile that fills in what is missing."""
    skip_bad: bool = False

    @property
    def stage_files(self) -> tuple[str, ...]:
        """The files of measured stages, in the place of the profile's own."""
        return stage_files(self.name if self.kind == "profile" else self.profile or "")

    @property
    def bare_name(self) -> str:
        """The name without the files of stages."""
        return conversation(self.name) if self.kind == "profile" else self.name

    @property
    def bare_profile(self) -> str | None:
        """The profile without the files of stages."""
        return None if self.profile is None else conversation(self.profile)

    @property
    def title(self) -> str:
        return self.name if self.kind == "profile" else Path(self.name).name

    @property
    def exists(self) -> bool:
        """Whether it can still be opened; a profile always can."""
        if self.kind == "profile" or Path(self.name).exists():
            return True
        try:
            return Path(selection_of(self.name).file).exists()
        except InputError:
            return False

    def json_dict(self) -> dict[str, Any]:
        return asdict(self)
