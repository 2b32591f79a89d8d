"""What happens in a conversation with a xiaozhi device, as a log line or a message tells it."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["listen_stop", "wake", "recognised", "final", "commit", "request", "tools", "sound", "end", "abort"]
"""listen_stop: the device stopped listening (a button let go). wake: a wake word or a typed text opened the turn.
recognised: speech recognition took `ms`. final: the transcript. commit: the text goes to the LLM. sound: the first
audio of the reply goes to the device. end: its last one was sent.
"""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event; `at` in ms since 1970. `session`: as the message names it, "" where it does not."""

    at: float
    kind: Kind
    ms: float | None = None
    session: str = ""
