"""What can go wrong with a request, in classes that are counted."""

from __future__ import annotations

import re
import socket
import ssl
from typing import Literal, get_args

Kind = Literal[
    "dns",
    "connect",
    "connect_timeout",
    "tls",
    "timeout",
    "stall",
    "endless",
    "reset",
    "protocol",
    "too_large",
    "malformed",
    "empty",
    "redirect",
    "unauthorized",
    "not_found",
    "bad_request",
    "rate_limited",
    "http_5xx",
    "http_other",
    "reported",
]
"""`timeout`: nothing came; `stall`: it stopped coming; `endless`: it never ended; `reported`: an error event came."""

KINDS: tuple[Kind, ...] = get_args(Kind)

LASTING: frozenset[Kind] = frozenset(
    {"dns", "connect", "connect_timeout", "tls", "redirect", "unauthorized", "not_found", "bad_request"}
)
"""Failures that a next request is not spared."""

UNANSWERED: frozenset[Kind] = frozenset({"timeout"})
"""The request was still open when it was given up: its time is at least the timeout."""

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_GONE = ("closed", "disconnected", "StreamReset", "ConnectionTerminated")
"""Words of an error of the protocol that say that the server ended the connection, or with HTTP/2 the request."""

_PIECE = 6
"""Characters of a key that must not be shown in a row."""


class Failed(Exception):
    """A request failed."""

    def __init__(
        self,
        kind: Kind,
        *,
        status: int | None = None,
        code: str | None = None,
        retry_after_s: float | None = None,
        where: str | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.status, self.code, self.retry_after_s, self.where = status, code, retry_after_s, where


def of_status(status: int, retry_after_s: float | None, code: str | None, where: str | None) -> Failed:
    """The failure that a status other than 200 means."""
    kind: Kind = "http_other"
    if status == 429 or (status == 503 and retry_after_s is not None):
        kind = "rate_limited"
    elif 300 <= status < 400:
        kind = "redirect"
    elif status in (401, 403):
        kind = "unauthorized"
    elif status in (404, 405, 410):
        kind = "not_found"
    elif status in (400, 413, 415, 422):
        kind = "bad_request"
    elif status >= 500:
        kind = "http_5xx"
    return Failed(kind, status=status, code=code, retry_after_s=retry_after_s, where=where)


def of_exception(error: BaseException, began: bool) -> Failed:
    """The failure that an exception of the connection means. `began`: part of the answer had come."""
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return Failed("connect_timeout")
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Failed("stall" if began else "timeout")
    causes = list(_causes(error))
    if any(_is_of_tls(one, connected=not isinstance(error, httpx.ConnectError)) for one in causes):
        return Failed("tls")
    if any(isinstance(one, socket.gaierror) for one in causes):
        return Failed("dns")
    if isinstance(error, httpx.ConnectError):
        return Failed("connect")
    if isinstance(error, httpx.RemoteProtocolError):
        return Failed("reset" if any(word in str(error) for word in _GONE) else "protocol")
    if isinstance(error, httpx.NetworkError | OSError):
        return Failed("reset")
    return Failed("protocol")


def _is_of_tls(error: BaseException, connected: bool) -> bool:
    """Whether TLS itself failed: not where it waited for the other side, nor where that left after the handshake."""
    if isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError):
        return False
    return isinstance(error, ssl.SSLError) and not (connected and isinstance(error, ssl.SSLEOFError))


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def safe_code(value: object, key: str | None) -> str | None:
    """An error code that a server gave, where it is one word without a part of the key; messages are never kept."""
    if not isinstance(value, str) or not _CODE.fullmatch(value) or holds_part_of(value, key):
        return None
    return value


def holds_part_of(text: str, key: str | None) -> bool:
    """Whether a few characters of the key stand in a text in a row."""
    if not key:
        return False
    low, secret = text.lower(), key.lower()
    if len(secret) <= _PIECE:
        return secret in low
    return any(secret[start : start + _PIECE] in low for start in range(len(secret) - _PIECE + 1))
