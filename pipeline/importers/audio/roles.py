"""Who is the user and who the agent, by the names that people give to files, labels and speakers."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["user", "agent"]

USER = ("user", "caller", "customer", "human", "client", "person", "patient", "learner", "student", "guest")
USER_TRACKS = ("mic", "microphone", "inbound", "in")
AGENT = ("agent", "assistant", "bot", "ai", "tts", "robot", "voicebot", "operator")
AGENT_TRACKS = ("outbound", "out")
"""Tracks are named as the agent's side sees them: what comes in is the user's."""

NAMES: dict[Role, frozenset[str]] = {
    "user": frozenset((*USER, *USER_TRACKS)),
    "agent": frozenset((*AGENT, *AGENT_TRACKS)),
}
"""The words, in small letters."""

SIDES = frozenset(("left", "right"))
"""Words that tell the files of a call apart, and not whose they are."""

_WORD = re.compile(r"[a-z]+")


def role_of(name: str, user_label: str | None = None) -> Role | None:
    """The role of a speaker of this name; None: it does not say. `user_label`: the user's, all others are the agent."""
    if user_label is not None:
        return "user" if name.strip() == user_label else "agent"
    words = set(_WORD.findall(name.lower()))
    found: list[Role] = [role for role, names in NAMES.items() if words & names]
    return found[0] if len(found) == 1 else None


def without_role(name: str) -> str:
    """The name of a file without the words that say whose it is: the same for both files of a call."""
    kept = re.split(r"([^A-Za-z0-9]+)", name)
    said = NAMES["user"] | NAMES["agent"] | SIDES
    rest = "".join(part for part in kept if part.lower() not in said)
    return rest.strip(" -_.") or name
