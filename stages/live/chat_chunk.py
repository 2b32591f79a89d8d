"""The events in which an OpenAI-compatible server streams a chat completion."""

from __future__ import annotations

from typing import Any

import msgspec

from stages.errors import StageError

DONE = b"[DONE]"
"""The data of the event after the last."""


class Function(msgspec.Struct):
    """A part of a call's name and arguments."""

    name: str | None = None
    arguments: str | None = None


class Call(msgspec.Struct):
    """A part of the call of a tool; parts of one call have one index."""

    index: int | None = None
    id: str | None = None
    function: Function | None = None


class Delta(msgspec.Struct):
    """What an event adds to the answer."""

    content: str | None = None
    tool_calls: list[Call] | None = None


class Choice(msgspec.Struct):
    """One of the answers that are streamed side by side; only the first is ever asked for."""

    delta: Delta | None = None
    finish_reason: str | None = None


class Cached(msgspec.Struct):
    """Of the prompt."""

    cached_tokens: int | None = None


class Usage(msgspec.Struct):
    """What the server counted."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: Cached | None = None


class Chunk(msgspec.Struct):
    """One event."""

    choices: list[Choice] | None = None
    usage: Usage | None = None
    error: Any = None
    """What went wrong, where the server reports it in the stream."""

    @property
    def delta(self) -> Delta:
        """What it adds to the first answer."""
        return (self.choices[0].delta if self.choices else None) or Delta()

    @property
    def ends(self) -> bool:
        """Whether an answer ends with it."""
        return any(choice.finish_reason is not None for choice in self.choices or ())


_CHUNK = msgspec.json.Decoder(Chunk)


def chunk_of(data: bytes) -> Chunk:
    """The event that has this data. Raises StageError."""
    try:
        return _CHUNK.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        shown = data[:80].decode("utf-8", "replace")
        raise StageError(f"what came is no event of a chat completion: {shown}") from None
