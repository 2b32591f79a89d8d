"""Which endpoint is asked, with which key: keys come from the environment, and stand in no record."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from stages.errors import InputError, UnknownName

Auth = Literal["bearer", "xi-api-key", "api-key", "token", "none"]

KEYS: Mapping[str, tuple[str, Auth]] = {
    "openai": ("OPENAI_API_KEY", "bearer"),
    "openai-realtime": ("OPENAI_API_KEY", "bearer"),
    "elevenlabs": ("ELEVENLABS_API_KEY", "xi-api-key"),
    "deepgram": ("DEEPGRAM_API_KEY", "token"),
}
"""API -> the variable that holds the key, and how it is sent."""


@dataclass(frozen=True)
class Endpoint:
    """An address, and the headers that let one in. The key is in no repr."""

    url: str
    api: str
    model: str
    key: str | None = field(default=None, repr=False)
    auth: Auth = "none"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme in ("https", "wss") else 80)

    def headers(self) -> dict[str, str]:
        """The header that holds the key."""
        if self.key is None or self.auth == "none":
            return {}
        if self.auth == "bearer":
            return {"Authorization": f"Bearer {self.key}"}
        return {"Authorization": f"Token {self.key}"} if self.auth == "token" else {self.auth: self.key}

    def path(self, path: str) -> str:
        """The address of a path below this one."""
        return f"{self.url.rstrip('/')}/{path}"


def endpoint(url: str, api: str, model: str, key_env: str | None, auth: str | None) -> Endpoint:
    """The endpoint that the options name. Raises InputError where the address or the key cannot be used."""
    url = _checked(url, ("ws", "wss", "http", "https") if api in ("openai-realtime", "deepgram") else ("http", "https"))
    variable, usual = KEYS.get(api, ("", "none"))
    if not model.strip() or len(model) > 200 or not model.isprintable():
        raise InputError("--model: must be the name of a model, of at most 200 printable characters")
    key = os.environ.get(key_env or variable, "").strip() or None
    if key_env and key is None:
        raise InputError(f"--key-env {key_env}: the environment has no such variable, or it is empty")
    if key is not None and not (key.isascii() and key.isprintable()):
        raise InputError(f"{key_env or variable}: the key has characters that no header can hold")
    how = auth or usual
    if how not in ("bearer", "xi-api-key", "api-key", "token", "none"):
        raise UnknownName("--auth", how, ("bearer", "xi-api-key", "api-key", "token", "none"))
    if key is not None and how != "none" and not _safe(url):
        raise InputError(
            f"{url}: the key would go over the network without TLS: use https://, or --auth none for a server that "
            "wants no key"
        )
    return Endpoint(url, api, model, None if how == "none" else key, how)  # type: ignore[arg-type]


def _checked(url: str, schemes: tuple[str, ...]) -> str:
    rule = f"--url: must be an address such as {schemes[-1]}://host/v1"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InputError(f"{rule}: {error}") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(f"{rule}, without user, password and query: a key comes from the environment alone")
    if parts.scheme not in schemes or not parts.hostname or port == 0 or not parts.netloc.isprintable():
        raise InputError(f"{rule}; its scheme is one of {', '.join(schemes)}")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _safe(url: str) -> bool:
    """Whether nobody else can read what is sent there."""
    parts = urlsplit(url)
    if parts.scheme in ("https", "wss"):
        return True
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
