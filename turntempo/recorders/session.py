"""One call as it goes on: its events become a timeline, and the timeline turns of a recording.

The same builder makes the turns as for imported logs, so that a recorder and an importer cannot differ.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from pydantic_core import to_json

from pipeline.importers.observed.live import LiveSession
from pipeline.importers.observed.sessions import plain_name
from pipeline.importers.observed.timeline import Sound, Timeline
from pipeline.recordings.limits import LIMITS
from stages import settings as settings_form
from stages.settings import Settings
from stages.turn import TAGS_FORM, Turn
from turntempo.recorders.sink import Sink
from turntempo.recorders.sound import CallSound
from turntempo.recorders.texts import Texts

LOG = logging.getLogger("turntempo.recorders")

MOST_PENDING = 10_000
"""So many lines are kept for a sink that fails; then the oldest are lost, which is logged."""


def session_name(name: object) -> str:
    """A name for a call that no other has: the name of the room, or whatever is known, and a random end."""
    return f"{plain_name(name or 'call')}-{uuid4().hex[:8]}"


@dataclass
class SessionLog:
    """What is known of one call. Its methods are called on the writer's thread alone; times in ms of one clock."""

    sink: Sink
    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    texts: Texts | None = None
    """Where what was said goes, where that was asked for."""
    sound: CallSound | None = None
    """Where the sound goes, the same."""
    settings: Settings | None = None
    live: LiveSession = field(init=False)
    turns: int = 0
    """How many were written."""
    lost: int = 0
    """How many could not be."""
    _pending: list[bytes] = field(default_factory=list)
    _speaking: tuple[float, str | None] | None = None
    _changed: bool = False
    _began: float = 0.0
    """When the agent's last sound began."""

    def __post_init__(self) -> None:
        """Checks the tags, as whoever gives them may."""
        self.tags = TAGS_FORM.validate_python(dict(self.tags))
        self.live = LiveSession(Timeline(self.name))

    @property
    def timeline(self) -> Timeline:
        """The events so far."""
        return self.live.timeline

    @property
    def reply(self) -> str | None:
        """The name of the reply that sounds."""
        return self._speaking[1] if self._speaking else None

    def add(self, kind: str, event: Any) -> None:
        """Add an event to the list of this name of the timeline."""
        getattr(self.timeline, kind).append(event)

    def speech(self, stretch: Sound) -> None:
        """The user spoke."""
        if stretch.end is None or stretch.end > stretch.start:
            self.timeline.speech.append(stretch)

    def brief(self, stretch: Sound) -> None:
        """Speech that the VAD passed over: it counts where the agent spoke, as a backchannel does."""
        since = [sound.start for sound in self.timeline.agent[-2:] if (sound.end or 0.0) > stretch.start]
        since += [self._speaking[0]] if self._speaking else []
        if any(start < stretch.start for start in since):
            self.timeline.speech.append(stretch)

    def agent_began(self, at: float, reply: str | None = None) -> None:
        """The agent's sound begins."""
        if self._speaking is None:
            self._speaking = (at, reply)
            if self.sound is not None:
                self.sound.agent_began(at)
            self._changed, self._began = True, at

    def agent_stopped(self, at: float, whole: bool = False) -> None:
        """The agent falls silent; `whole`: it is known to have said all that it had to say."""
        if self._speaking is not None:
            start, reply = self._speaking
            if self.sound is not None:
                self.sound.agent_stopped(at)
            self.timeline.agent.append(Sound(start, max(at, start), reply, whole=whole))
            self._speaking = None

    def flush(self, last: bool) -> None:
        """Write the turns that are over, `last`: all. What the sink does not take is kept for the next time."""
        if last and self._speaking is not None:
            start, reply = self._speaking
            self.timeline.agent.append(Sound(start, None, reply))
            self._speaking = None
        if last or self._changed:
            self._changed = False
            self._pending += [self._line(turn) for turn in self.live.over(last) if _is_turn(turn)]
            if self.texts is not None:
                self._write_texts(self.texts)
        if self.sound is not None:
            self._write_sound(self.sound, last)
        if self._pending:
            self._write()

    def user_said(self, at: float, text: str) -> None:
        """A final transcript came."""
        if self.texts is not None:
            self.texts.note(at, "user", text)

    def agent_said(self, text: str, at: float | None = None) -> None:
        """The text of the reply that sounded last, or of the one that was begun at this time."""
        if self.texts is not None:
            self.texts.note(self._began if at is None else at, "agent", text)

    def _write_texts(self, texts: Texts) -> None:
        """Their failure must not keep the turns from being written: they are kept for the next time."""
        try:
            texts.over(self.live.begins, self.live.until)
        except OSError as error:
            LOG.warning("turntempo: texts could not be written, and are tried again: %s", error)

    def _write_sound(self, sound: CallSound, last: bool) -> None:
        try:
            sound.write(last)
        except OSError as error:
            LOG.warning(
                "turntempo: the sound of %s could not be written, and is recorded no more: %s", self.name, error
            )

    def give_up(self) -> None:
        """Count what the sink did not take as lost."""
        self._lose(len(self._pending))
        self._pending = []

    def _write(self) -> None:
        lines, self._pending = self._pending, []
        try:
            self.sink.write(self.name, self._settings_line(), lines)
            self.turns += len(lines)
        except Exception:
            kept = lines[-MOST_PENDING:]
            self._lose(len(lines) - len(kept))
            self._pending = kept + self._pending
            raise

    def _lose(self, turns: int) -> None:
        self.lost += turns
        if turns:
            LOG.warning("turntempo: %d recorded turns of %s could not be written and are lost", self.lost, self.name)

    def _settings_line(self) -> bytes | None:
        if self.settings is None:
            return None
        return to_json({"schema": settings_form.SCHEMA} | self.settings.json_dict())

    def _line(self, turn: Turn) -> bytes:
        """A turn as a line: what is not known is left out."""
        tags = {"tags": dict(self.tags)} if self.tags else {}
        return to_json(_given(turn.json_dict()) | tags)


def _is_turn(turn: Turn) -> bool:
    """Whether the user spoke as long as a turn must last in a recording: a click is none."""
    return turn.speech.end_ms >= LIMITS["end_ms"].seconds_below


def _given(held: dict[str, Any]) -> dict[str, Any]:
    """The values without those that are not known; what groups are left empty goes too."""
    found: dict[str, Any] = {}
    for name, value in held.items():
        inner = _given(value) if isinstance(value, dict) else value
        if inner is not None and inner != {} and not (name == "censored" and not inner):
            found[name] = inner
    return found
