"""Where a broker is, and as whom to connect to it."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.recordings.private_file import read_private, require_private
from stages.errors import InputError
from stages.i18n import say

if TYPE_CHECKING:
    from turntempo.options import BrokerOptions

USER, PASSWORD = "TURNTEMPO_MQTT_USER", "TURNTEMPO_MQTT_PASSWORD"
"""Environment variables with the user and the password."""

PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True)
class Broker:
    """A broker's address, and what shows who connects; user and password never appear in its text."""

    host: str
    port: int
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """The address for messages, without user and password."""
        return f"{'mqtt' if self.tls is None else 'mqtts'}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Trust:
    """The files for TLS: the CA that signed the broker's certificate, and a certificate and key of our own."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


def broker_at(url: str, trust: Trust | None = None, credentials: Path | None = None) -> Broker:
    """The broker at mqtt://HOST[:PORT], or mqtts:// with TLS. Raises InputError.

    User and password come from a file of two lines, else from the environment.
    """
    trust = trust or Trust()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InputError(say("fleet.bad_url", url=url)) from None
    if parts.username is not None or parts.password is not None:
        raise InputError(say("fleet.password_in_url", user=USER, password=PASSWORD))
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise InputError(say("fleet.bad_url", url=url))
    if parts.scheme == "mqtt" and trust != Trust():
        raise InputError(say("fleet.tls_without_mqtts"))
    user, password = _credentials(credentials)
    tls = _context(trust) if parts.scheme == "mqtts" else None
    return Broker(host, port or PORTS[parts.scheme], user, password, tls)


def broker_of(options: BrokerOptions) -> Broker:
    """The broker that a command's options name. Raises InputError."""
    return broker_at(options.url, Trust(options.ca, options.certificate, options.key), options.credentials)


def _credentials(file: Path | None) -> tuple[str | None, str | None]:
    if file is None:
        return os.environ.get(USER) or None, os.environ.get(PASSWORD) or None
    try:
        lines = read_private(file).decode().splitlines()
    except UnicodeDecodeError:
        lines = []
    if len(lines) < 2 or not lines[0]:
        raise InputError(say("fleet.two_lines", file=file))
    return lines[0], lines[1]


def _context(trust: Trust) -> ssl.SSLContext:
    """TLS that checks the broker's name and certificate."""
    if trust.key is not None and trust.certificate is None:
        raise InputError(say("fleet.key_alone"))
    try:
        context = ssl.create_default_context(cafile=trust.ca)
        if trust.certificate is not None:
            require_private(trust.key or trust.certificate)
            context.load_cert_chain(trust.certificate, trust.key, password=_no_password)
    except (OSError, ssl.SSLError) as error:
        named = ", ".join(str(file) for file in (trust.ca, trust.certificate, trust.key) if file is not None)
        raise InputError(say("fleet.bad_certificate", files=named, why=error.strerror or error)) from None
    return context


def _no_password() -> str:
    """An encrypted key would make OpenSSL ask on the terminal: an empty answer fails instead."""
    return ""
