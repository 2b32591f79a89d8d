"""Tokens that let a browser in once, and the cookies that they are exchanged for."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

ENTROPY_BYTES = 32
"""Of a token and of a cookie: 256 random bits cannot be guessed."""


@dataclass(frozen=True)
class Cookies:
    """What a browser keeps once it was let in."""

    app: str
    """For the page, its files and its socket."""
    download: str
    """For files that the app hands out; the key of each is a second secret."""


class Access:
    """Who may come in. Holds digests alone, so that no comparison depends on how much of a secret was right."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tokens: dict[bytes, float] = {}
        self._app: set[bytes] = set()
        self._download: set[bytes] = set()

    def new_token(self, lasts_s: float = inf) -> str:
        """A token that lets one browser in, once, within so many seconds."""
        token = secrets.token_urlsafe(ENTROPY_BYTES)
        self._tokens[_digest(token)] = self._now() + lasts_s
        return token

    def exchange(self, token: str) -> Cookies | None:
        """The cookies for a token, which is spent by this; None: it was used before, is too old, or never was one."""
        until = self._tokens.pop(_digest(token), -inf)
        if self._now() > until:
            return None
        cookies = Cookies(secrets.token_urlsafe(ENTROPY_BYTES), secrets.token_urlsafe(ENTROPY_BYTES))
        self._app.add(_digest(cookies.app))
        self._download.add(_digest(cookies.download))
        return cookies

    def admits(self, cookie: str) -> bool:
        """Whether this cookie opens the app."""
        return _digest(cookie) in self._app

    def admits_download(self, cookie: str) -> bool:
        """Whether this cookie opens a file that the app hands out."""
        return _digest(cookie) in self._download


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
