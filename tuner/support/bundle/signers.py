"""Who may sign: a public key, or a file of allowed signers as `ssh-keygen -Y verify` takes it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm

from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError
from stages.escaping import plain
from stages.i18n import say
from tuner.support.bundle.sshsig import NAMESPACE, Key, public_key

LARGEST = 1 << 20
_KIND = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+")
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')
_OPTION = re.compile(r'([a-z-]+)(?:="([^"]*)")?(?:,|$)', re.IGNORECASE)
_TIMES = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True)
class Signer:
    """A key, whose it is, and when it counts."""

    who: str
    """The principals of an allowed signer, or the comment of a public key; empty: not named."""
    key: Key
    after: datetime | None = None
    before: datetime | None = None
    namespaces: tuple[str, ...] = field(default=("*",))

    def may_sign(self, at: datetime) -> bool:
        """Whether a bundle may be signed with this key at this time."""
        named = any(fnmatchcase(NAMESPACE.decode(), pattern) for pattern in self.namespaces)
        return named and (self.after is None or self.after <= at) and (self.before is None or at < self.before)


def read_signers(path: Path) -> tuple[Signer, ...]:
    """The signers in a file. Raises InputError naming the line and the rule."""
    try:
        with open_regular(path) as stream:
            lines = stream.read(LARGEST).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is no text"
        raise InputError(say("signing.no_signers", file=path, why=why)) from None
    found = tuple(_signers(lines, path))
    if not found:
        raise InputError(say("signing.no_signers", file=path, why="has no key"))
    return found


def _signers(lines: list[str], path: Path) -> Iterator[Signer]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield _signer(line)
            except (ValueError, IndexError, binascii.Error, UnsupportedAlgorithm):
                raise InputError(say("signing.bad_line", file=path, line=number)) from None


def _signer(line: str) -> Signer:
    """A line, `[principals [options]] kind key [comment]`. Raises ValueError."""
    words = _WORD.findall(line)
    place = next(place for place, word in enumerate([*words[:3], ""]) if _KIND.fullmatch(word) or not word)
    blob = base64.b64decode(words[place + 1], validate=True)
    public_key(words[place].encode(), blob)
    if place == 0:
        return Signer(plain(" ".join(words[2:])), Key(blob))
    options = dict(_options(words[1])) if place == 2 else {}
    return Signer(
        plain(words[0].strip('"')),
        Key(blob),
        _time(options.get("valid-after")),
        _time(options.get("valid-before")),
        tuple(options.get("namespaces", "*").split(",")),
    )


def _options(text: str) -> Iterator[tuple[str, str]]:
    """The options of a line. Raises ValueError: one that is not known, as it may forbid what this would allow."""
    at = 0
    while at < len(text):
        found = _OPTION.match(text, at)
        if found is None or found[1].lower() not in ("namespaces", "valid-after", "valid-before"):
            raise ValueError("no such option")
        yield found[1].lower(), found[2] or ""
        at = found.end()


def _time(text: str | None) -> datetime | None:
    """YYYYMMDD[HHMM[SS]][Z], of the machine's own zone without the Z. Raises ValueError."""
    if text is None:
        return None
    digits = text.removesuffix("Z")
    found = datetime.strptime(digits, _TIMES.get(len(digits), ""))
    return found.replace(tzinfo=UTC) if text.endswith("Z") else found.astimezone()
