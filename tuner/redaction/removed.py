"""What was taken out: of which kind, where, how many. Never the secret itself."""

from __future__ import annotations

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
    "transcript": "transcript",
}
"""Kind -> what a person reads."""

_PLURALS = {"e-mail address": "e-mail addresses"}


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
