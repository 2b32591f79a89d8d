"""Planted samples: what is marked «so» must go, all else must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PLANTED = Path(__file__).with_name("planted")
MARK = re.compile("«([^»]*)»")
PIECE = re.compile(r"[^\W_]{4,}(?![\w]*=)")
PLACEHOLDER = re.compile(r"REDACTED-[a-z-]+(?:-\d+)?")
DIGITS = re.compile(r"\d{3,}")


@dataclass(frozen=True)
class Sample:
    """One text with the secrets in it."""

    where: str
    name: str
    text: str
    secrets: tuple[str, ...]

    def leaked(self, safe: str) -> list[str]:
        """The secrets of which the whole or a telling piece is still there."""
        around = MARK.sub(" ", self._marked)
        return [secret for secret in self.secrets if _left(secret, safe, around)]

    _marked: str = ""


def _left(secret: str, safe: str, around: str) -> bool:
    """Whether a secret, or a word of it, is left; plain words of an address may be."""
    safe = PLACEHOLDER.sub(" ", safe)
    pieces = PIECE.findall(secret) or [secret]
    if not any(map(str.isalpha, secret)):
        pieces = [*DIGITS.findall(secret), secret]
    if secret.startswith("https://"):
        pieces = [piece for piece in pieces if re.search(r"\d", piece)]
    return any(piece in safe and piece not in around for piece in pieces)


def sample(where: str, name: str, marked: str) -> Sample:
    return Sample(where, name, MARK.sub(r"\1", marked), tuple(MARK.findall(marked)), marked)


def secrets() -> Iterator[Sample]:
    """All lines that hold a secret, and all documents."""
    for path in sorted(PLANTED.glob("secret/*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield sample(f"{path.name}:{number}", "a.json" if line.startswith("{") else "a.txt", line)
    for path in sorted(PLANTED.glob("documents/*.txt")):
        yield sample(path.name, path.name.removesuffix(".txt"), path.read_text("utf-8"))


def harmless() -> Iterator[Sample]:
    """All lines that hold none."""
    for path in sorted(PLANTED.glob("harmless/*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield sample(f"{path.name}:{number}", "a.txt", line)
