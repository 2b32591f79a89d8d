"""What a template is to be like: what it makes small, and the limits that it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stages.errors import UnknownName
from tuner.statistics.limits import Limit, limits_with, parse_limit


@dataclass(frozen=True)
class Style:
    """One of few ways to trade speed for patience."""

    name: str
    about: str
    goal: str
    own: tuple[str, ...]
    """Limits other than the default ones."""
    looser: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Profile -> limits that its users' pauses, or its tools, force."""

    def limits(self, profile: str) -> tuple[Limit, ...]:
        """All of them, as if given: none is raised because some other settings miss it."""
        texts = (*self.own, *self.looser.get(profile, ()))
        return tuple(one.at(one.value, "given") for one in limits_with(parse_limit(text) for text in texts))


_WITH_TOOLS = {"rebooking": ("dead_air_rate=20%",)}
"""Four of nine answers wait for tools, of which no setting shortens the time."""

STYLES: dict[str, Style] = {
    one.name: one
    for one in (
        Style(
            "fast",
            "answers soonest, and cuts more users off",
            "0.5*p50+0.5*p95",
            (
                "cut_off_rate=6%",
                "false_start_rate=5%",
                "false_interrupt_rate=5%",
                "stutter_rate=3%",
                "dead_air_rate=10%",
                "llm_starts_per_turn=1.4",
            ),
            _WITH_TOOLS,
        ),
        Style(
            "balanced",
            "answers soon within limits that most callers bear",
            "0.3*p50+0.5*p95+0.2*p99",
            ("dead_air_rate=10%", "llm_starts_per_turn=1.3"),
            _WITH_TOOLS,
        ),
        Style(
            "patient",
            "lets users finish and talks on through noise, and answers later",
            "0.3*p50+0.5*p95+0.2*p99",
            (
                "cut_off_rate=1.5%",
                "false_start_rate=1%",
                "false_interrupt_rate=1.5%",
                "missed_interrupt_rate=20%",
                "dead_air_rate=25%",
            ),
            # one pause in twenty of a caller lasts 2.5 s: no wait of 4 s at most cuts fewer off without 3 s of silence
            # tools ask the LLM again, and each request may stall: more retries and gaps than in other conversations
            {
                "support-call": ("cut_off_rate=2.8%",),
                "rebooking": (
                    "dead_air_rate=25%",
                    "false_interrupt_rate=2%",
                    "stutter_rate=3%",
                    "llm_starts_per_turn=1.3",
                ),
            },
        ),
    )
}


def style(name: str) -> Style:
    """The style of this name; UnknownName, with the list, if there is none."""
    if name not in STYLES:
        raise UnknownName("template", name, STYLES)
    return STYLES[name]
