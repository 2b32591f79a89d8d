"""What completing a recording filled in, and from where: so figures can say how much of their data is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from stages.i18n import Said, joined, say

Filler = Literal["session", "recording", "kaplan_meier", "profile", "profile_tail"]
FILLERS: tuple[Filler, ...] = get_args(Filler)


@dataclass(frozen=True)
class Filled:
    """One field: in how many turns it was missing, in how many only a lower bound, and what the values came from."""

    missing: int
    censored: int
    by: dict[Filler, int]

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"missing": self.missing, "censored": self.censored, "by": dict(self.by)}

    def text(self, turns: int, profile: str | None) -> Said:
        """For people: "missing in 37 of 500 turns: 30 drawn from the recording, 7 invented from profile ai-tutor"."""
        states = (("filled.missing", self.missing), ("filled.bound", self.censored))
        lacking = joined((say(state, n=count) for state, count in states if count), "and")
        sources = (
            say("filled.source", n=count, meaning=say(f"filled.{name}", profile=profile))
            for name, count in self.by.items()
        )
        return say("filled.field", lacking=lacking, turns=turns, what=joined(sources, "comma"))


@dataclass(frozen=True)
class CompletionReport:
    """The fields that were filled in, and those that a recording lacks and that are never invented."""

    turns: int
    profile: str | None
    """The profile that was named, whether used or not."""
    fields: dict[str, Filled]
    not_recorded: dict[str, int]
    """Turns whose pauses or overlaps are neither recorded nor assumed, and those without history or end-of-turn score.

    What rests on them is not known.
    """
    measured: tuple[str, ...] = ()
    """The fields that every turn has a value of its own for."""
    derived: dict[str, int] = field(default_factory=dict)
    """Field -> in how many turns its value follows from the measured response time."""

    @property
    def invented(self) -> int:
        """How many values came from a profile and not from the recording."""
        return sum(count for filled in self.fields.values() for name, count in filled.by.items() if "profile" in name)

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; `by` counts a field's values by what they came from."""
        fields = {name: filled.json_dict() for name, filled in self.fields.items()}
        return {"turns": self.turns, "profile": self.profile, "fields": fields, "not_recorded": self.not_recorded} | (
            {"derived": dict(self.derived)} if self.derived else {}
        )

    def by_field(self) -> dict[str, Said]:
        """Field -> what was taken for it, for people; none if the recording was complete."""
        filled = {name: one.text(self.turns, self.profile) for name, one in self.fields.items()}
        found = {name: say("filled.derived", n=n, turns=self.turns) for name, n in self.derived.items()} | filled
        return found | {name: say("filled.absent", n=n, turns=self.turns) for name, n in self.not_recorded.items()}

    def lines(self) -> list[str]:
        """One line a field, for people; none if the recording was complete."""
        return [f"{name}: {what}" for name, what in self.by_field().items()]
