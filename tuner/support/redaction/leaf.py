"""One value of a structured text or document, with what stands around it."""

from __future__ import annotations

from dataclasses import dataclass

from tuner.support.redaction.key_names import (
    HOLDERS,
    NUMBERS,
    OPAQUE_HOLDERS,
    SPEAKERS,
    SPOKEN,
    TITLES,
    VALUES,
    WORDS,
    counts,
    flat,
    is_prompt,
    is_transcript,
    kind_of,
)
from tuner.support.redaction.patterns.speech import is_speech
from tuner.support.redaction.values import is_opaque, is_secret


@dataclass(frozen=True)
class Leaf:
    """A text or a number, the names that lead to it, and who speaks where it stands in a conversation."""

    path: tuple[str, ...]
    value: str | int | float
    speaker: str | None = None
    title: str | None = None
    """The kind of secret that a name beside it tells, as of a header or a variable."""

    def kind(self, transcripts: bool) -> str | None:
        """What all of it is, by its names; None: no name tells."""
        if not self.path:
            return None
        if transcripts and isinstance(self.value, str) and self._is_spoken():
            return "transcript"
        kind = kind_of(self.path[-1]) or self._held()
        if kind is None or (not isinstance(self.value, str) and kind not in NUMBERS):
            return None
        return kind if is_secret(kind, str(self.value), self.path[-1]) else None

    def may_be_phone(self) -> bool:
        """Whether digits alone may be a telephone number there: not under the name of a time, a size or a count."""
        return not self.path or not counts(self.path[-1])

    def _held(self) -> str | None:
        """A secret by the group that it is in: `secrets: {a: ...}`, `client_secret: {value: ...}`."""
        above = self.path[:-1]
        if any(flat(name) in HOLDERS for name in self.path):
            return "secret"
        if flat(self.path[-1]) in OPAQUE_HOLDERS or any(flat(name) in OPAQUE_HOLDERS for name in above[-1:]):
            return "secret" if is_opaque(str(self.value), OPAQUE) else None
        if flat(self.path[-1]) not in VALUES:
            return None
        return self.title or (kind_of(above[-1]) if above else None)

    def _is_spoken(self) -> bool:
        """By its name, or by a plainer name beside a speaker, below a conversation, or of a word."""
        if not str(self.value).strip():
            return False
        name, above = flat(self.path[-1]), self.path[:-1]
        if is_transcript(name):
            return True
        if is_prompt(name) or any(is_prompt(one) for one in above[-1:]):
            return is_speech(str(self.value))
        word = any(flat(one) == "words" for one in above) and name in WORDS
        return word or (name in SPOKEN and (self.speaker is not None or any(map(is_transcript, above))))


OPAQUE = 8
"""Letters that a text in a list `keys` or `tokens` has at least, where it is a secret."""

ROLES = ("role", "speaker", "from", "object", "type", "event")
"""Names whose value tells who speaks."""


def title_of(name: str, value: object) -> str | None:
    """The kind of secret that a pair's name tells, None: of none."""
    return kind_of(value) if isinstance(value, str) and flat(name) in TITLES else None


def speaker_of(name: str, value: object) -> str | None:
    """Who speaks, from the name and the value of a field; None: they do not say."""
    if name not in ROLES or not isinstance(value, str):
        return None
    said = flat(value)
    known = said in SPEAKERS or "transcri" in said or (name == "type" and said in ("stt", "tts", "asr"))
    return said if known else None
