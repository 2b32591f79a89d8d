"""What a live conversation tells of itself, for whoever records it. All times in ms of its clock."""

from __future__ import annotations

from typing import Any, Protocol


class Notes(Protocol):
    """Takes what happens."""

    def add(self, kind: str, event: Any) -> None:
        """An event for the list of this name of a timeline (`pipeline.importers.observed.timeline`)."""

    def speech_began(self, at: float, sound: float) -> None:
        """The VAD hears speech now; its sound began at `sound`."""

    def speech_paused(self, at: float, sound: float) -> None:
        """The VAD hears silence now; the sound before it ended at `sound`."""

    def speech_ended(self, at: float) -> None:
        """The silence has lasted for as long as the VAD waits."""

    def agent_began(self, at: float, reply: str | None = None) -> None:
        """The agent's sound begins."""

    def filler_began(self, at: float) -> None:
        """A filler begins, before the reply."""

    def agent_stopped(self, at: float, whole: bool = False) -> None:
        """The agent falls silent; `whole`: it has said all that it had to say."""
