"""What completing a recording filled in, and with what: so that a number that rests on invented data says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Filler = Literal["session", "recording", "kaplan_meier", "profile", "profile_tail"]
FILLERS: tuple[Filler, ...] = get_args(Filler)

_MEANINGS: dict[Filler, str] = {
    "session": "drawn from the same session",
    "recording": "drawn from the recording",
    "kaplan_meier": "drawn from what the recording shows above the bound (Kaplan-Meier)",
    "profile": "invented from profile {profile}",
    "profile_tail": "invented from the tail of profile {profile}",
}


@dataclass(frozen=True)
class Filled:
    """One field: in how many turns it was missing, in how many only a lower bound, and what the values came from."""

    missing: int
    censored: int
    by: dict[Filler, int]

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"missing": self.missing, "censored": self.censored, "by": dict(self.by)}

    def text(self, turns: int, profile: str | None) -> str:
        """For people: "missing in 37 of 500 turns: 30 drawn from the recording, 7 invented from profile ai-tutor"."""
        states = (("missing", self.missing), ("only a lower bound", self.censored))
        lacking = " and ".join(f"{state} in {count:,}" for state, count in states if count)
        what = ", ".join(f"{count:,} {_MEANINGS[name].format(profile=profile)}" for name, count in self.by.items())
        return f"{lacking} of {turns:,} turns: {what}"


@dataclass(frozen=True)
class Report:
    """The fields that were filled in, and those that a recording lacks and that nothing is invented for."""

    turns: int
    profile: str | None
    """The profile that was named, used or not."""
    fields: dict[str, Filled]
    not_recorded: dict[str, int]
    """Turns without a record of their pauses or overlaps (taken as none), their history or end-of-turn score."""

    @property
    def invented(self) -> int:
        """How many values came from a profile and not from the recording."""
        return sum(count for filled in self.fields.values() for name, count in filled.by.items() if "profile" in name)

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; `by` counts a field's values by what they came from."""
        fields = {name: filled.json_dict() for name, filled in self.fields.items()}
        return {"turns": self.turns, "profile": self.profile, "fields": fields, "not_recorded": self.not_recorded}

    def lines(self) -> list[str]:
        """One line a field, for people; none if the recording was complete."""
        filled = [f"{name}: {field.text(self.turns, self.profile)}" for name, field in self.fields.items()]
        absent = [f"{name}: not recorded in {n:,} of {self.turns:,} turns" for name, n in self.not_recorded.items()]
        return filled + absent
