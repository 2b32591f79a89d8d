"""What was taken out: of which kind, where, how many. Never the secret itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

KINDS = {
    "api-key": "API key",
    "token": "token",
    "password": "password",
    "secret": "secret",
    "private-key": "private key",
    "phone": "phone number",
    "email": "e-mail address",
    "person": "name, account or place of a person",
    "id-number": "card or ID number",
    "address": "address of a machine",
    "transcript": "transcript or prompt",
}
"""Kind -> what a person reads."""

_PLURALS = {
    "e-mail address": "e-mail addresses",
    "name, account or place of a person": "names, accounts or places of people",
    "address of a machine": "addresses of machines",
    "transcript or prompt": "transcripts or prompts",
}


@dataclass(frozen=True, order=True)
class Removed:
    """So many secrets of one kind at one place: `agent.yaml:12`, or `case.toml: contact.phone`."""

    where: str
    kind: str
    count: int

    def sentence(self) -> str:
        """agent.yaml:12: 2 API keys"""
        name = KINDS[self.kind]
        return f"{self.where}: {self.count:,} {name if self.count == 1 else _PLURALS.get(name, name + 's')}"

    def json_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "where": self.where, "count": self.count}


LINES = 6
"""Lines of one file that are named; of more the rest are counted."""

_PLACE = re.compile(r"(?P<file>.*):(?P<line>\d+)")


def sentences(removed: Iterable[Removed]) -> list[str]:
    """agent.yaml: 2 API keys (lines 3, 12): one for each file and kind."""
    files: dict[tuple[str, str], list[Removed]] = {}
    for one in removed:
        found = _PLACE.fullmatch(one.where)
        files.setdefault((found["file"] if found else one.where, one.kind), []).append(one)
    return [_together(file, kind, found) for (file, kind), found in files.items()]


def _together(file: str, kind: str, found: list[Removed]) -> str:
    whole = Removed(file, kind, sum(one.count for one in found)).sentence()
    lines = [one.where.rpartition(":")[2] for one in found if one.where != file]
    if not lines:
        return whole
    rest = f" and {len(lines) - LINES:,} more" if len(lines) > LINES else ""
    return f"{whole} (line{'' if len(lines) == 1 else 's'} {', '.join(lines[:LINES])}{rest})"
