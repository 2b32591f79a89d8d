"""Addresses of machines: IPv4, IPv6, MAC; not versions, times or the machine itself."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from tuner.support.redaction.span import Span

IPV4 = re.compile(r"(?<![\w.+=-])(?<!\w/)(?P<ip>(?:\d{1,3}\.){3}\d{1,3})(?![\w.]\d)(?!\w)(?!\.\d)(?!-\w)")
AFTER_SIGN = re.compile(r"(?<=[=+])(?<!==)(?P<ip>(?:\d{1,3}\.){3}\d{1,3})(?!\w)(?!\.\d)(?!-\w)")
IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]{0,4}(?::{1,2}[0-9a-fA-F]{1,4}){2,8}(?:::)?(?![\w:])")
MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?P<s>[:-])(?:[0-9A-Fa-f]{2}(?P=s)){4}[0-9A-Fa-f]{2}(?![\w:-])")
_DOTTED = re.compile(r"\d\.\d{1,3}\.\d{1,3}\.\d")
_VERSION = re.compile(
    r"(?i)(?:version|firmware|driver|kernel|release|build|\bv|\bver\.?|\blib[\w-]{1,30}|\bagent|os|nt)[\"']?[ :=]{1,3}\Z"
)


def networks(line: str) -> Iterator[Span]:
    """Addresses of machines in a line, but those of the machine itself (127.0.0.1, 0.0.0.0, ::1)."""
    if _DOTTED.search(line):
        for pattern in (IPV4, AFTER_SIGN):
            for found in pattern.finditer(line):
                if _v4(found["ip"]) and not _VERSION.search(line, max(0, found.start() - 40), found.start()):
                    yield Span(*found.span("ip"), "address")
    if "::" in line or line.count(":") >= 7:
        yield from (Span(*found.span(), "address") for found in IPV6.finditer(line) if _v6(found[0]))
    if line.count(":") >= 5 or line.count("-") >= 5:
        yield from (
            Span(*found.span(), "address") for found in MAC.finditer(line) if re.search(r"[A-Fa-f]|[2-9]\d", found[0])
        )


def _v4(text: str) -> bool:
    parts = [int(part) for part in text.split(".")]
    if max(parts) > 255 or any(part != str(int(part)) for part in text.split(".")):
        return False
    return parts[0] not in (0, 127) and text != "255.255.255.255" and (max(parts) > 9)


def _v6(text: str) -> bool:
    if text.count(":") < 3 or not any(map(str.isdigit, text)) or ("::" not in text and text.count(":") != 7):
        return False
    try:
        found = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified)
