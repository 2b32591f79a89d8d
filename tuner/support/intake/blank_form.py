"""The form with nothing filled in."""

from __future__ import annotations

from tuner.support.intake.intake import CHOICES, SCHEMA
from tuner.support.intake.questions import BY_NAME

HEAD = (
    "The intake of a support case. Leave empty what you do not know:",
    "`turntempo case check` says what to ask for, and drafts the question.",
)

GROUPS: dict[str, tuple[str, ...]] = {
    "The case": ("title", "customer", "language"),
    "The trouble": ("users_report", "steps", "since", "impact", "environment", "users_hit", "tried"),
    "Where it happens": ("product", "scenario", "device", "os", "network", "region", "sdk", "sdk_version"),
    "The agent": ("agent_stack", "asr", "llm", "tts"),
}

OWN: dict[str, str] = {
    "title": "One line.",
    "customer": "Whom to write to.",
    "language": "In which language to write to them.",
}


def blank(syntax: str) -> str:
    """The empty form as TOML or YAML, a comment above each answer."""
    equals = " = " if syntax == "toml" else ": "
    lines = [*(f"# {line}" for line in HEAD), f'schema{equals}"{SCHEMA}"']
    for heading, names in GROUPS.items():
        lines += ["", f"# -- {heading} --"]
        for name in names:
            lines += [f"# {meaning(name)}", f'{name}{equals}""']
    return "\n".join(lines) + "\n"


def meaning(name: str) -> str:
    """What a field asks for."""
    choices = f" One of: {', '.join(CHOICES[name])}." if name in CHOICES else ""
    return (OWN[name] if name in OWN else f"{BY_NAME[name].label[0].upper()}{BY_NAME[name].label[1:]}.") + choices
