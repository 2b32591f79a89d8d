"""The topics of a fleet: `turntempo/<agent>/<kind>`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

ROOT = "turntempo"

Kind = Literal["turns", "settings", "recommended", "status"]
KINDS: tuple[Kind, ...] = get_args(Kind)

AGENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}", re.ASCII)
"""An agent's id: letters, digits and . _ : @ - , at most 64, as in a serial number or a MAC address."""

LISTENED: tuple[str, ...] = tuple(f"{ROOT}/+/{kind}" for kind in KINDS)
"""What a collector subscribes to. Of `recommended`, which only `turntempo publish` writes, it keeps the limits."""


@dataclass(frozen=True)
class Topic:
    """A topic of the contract."""

    agent: str
    kind: Kind


def topic_of(text: str) -> Topic | None:
    """The topic; None: it is none of the contract, or its agent's id is not allowed."""
    parts = text.split("/")
    if len(parts) != 3 or parts[0] != ROOT or AGENT.fullmatch(parts[1]) is None:
        return None
    kind = next((one for one in KINDS if one == parts[2]), None)
    return None if kind is None else Topic(parts[1], kind)


def topic(agent: str, kind: Kind) -> str:
    """The topic as text. Raises ValueError where the agent's id is not allowed."""
    if AGENT.fullmatch(agent) is None:
        raise ValueError(f"an agent's id has letters, digits and . _ : @ -, at most 64, got {agent!r}")
    return f"{ROOT}/{agent}/{kind}"
