"""One template: settings tuned on a profile, the limits they keep, and their figures on turns that were not tuned on.

The files are `data/PROFILE.STYLE.json`; `make templates` writes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pipeline.simulation import Profile, profile_names, simulate
from stages.errors import InputError, UnknownName
from stages.schema_ids import is_schema, schema_id
from stages.settings import Settings, parse
from tuner.statistics.check import Check, check
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.support.templates.style import style

SCHEMA = schema_id("template")
_FOLDER = files("tuner.support.templates") / "data"


@dataclass(frozen=True)
class Template:
    """Settings to start from, and what they rest on."""

    style: str
    profile: str
    settings: Settings
    goal: str
    limits: tuple[Limit, ...]
    figures: dict[str, Estimate]
    """On the turns it was judged on."""
    judged_on: dict[str, int]
    """`turns`, `sessions` and `seed` of those: fresh ones of the same profile."""
    tuned_on: dict[str, Any]
    """`turns`, `seed`, `budget` (evaluations) of the search, and the part of each limit that it might use."""

    @property
    def needs(self) -> tuple[str, ...]:
        """What an agent must have for these settings to mean what they say."""
        one = self.settings
        scored = one.endpointing.eot_threshold is not None or one.eager.on == "score"
        worded = one.barge_in.mode == "interrupt" and (one.barge_in.on_words != "off" or one.barge_in.min_words > 0)
        wanted = {
            "an end-of-turn model that gives scores": scored,
            "a model that scores interruptions": one.barge_in.score_threshold is not None,
            "transcripts of what is said over the agent": worded,
            "a fallback LLM": one.llm.fallback,
            "a fallback voice": one.tts.fallback,
        }
        return tuple(what for what, needed in wanted.items() if needed)

    def checked(self, turns: int, seed: int, settings: Settings | None = None) -> Check:
        """These settings, or others in their place, on other turns of the profile, against the limits."""
        made = simulate(Profile.load(self.profile), turns, seed)
        return check(made, settings or self.settings, self.limits)

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "schema": SCHEMA,
            "style": self.style,
            "profile": self.profile,
            "goal": self.goal,
            "limits": {one.name: one.value for one in self.limits},
            "needs": list(self.needs),
            "tuned_on": self.tuned_on,
            "judged_on": self.judged_on,
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
            "settings": self.settings.json_dict(),
        }


def template(style_name: str, profile: str) -> Template:
    """The template of this style for this profile; UnknownName, with the lists, if there is none."""
    wanted = style(style_name)
    if profile not in profile_names():
        raise UnknownName("profile", profile, profile_names())
    file = _FOLDER / f"{profile}.{wanted.name}.json"
    if not file.is_file():
        raise InputError(f"there is no template {wanted.name} for {profile} yet: `make templates` tunes it")
    return _read(json.loads(file.read_text(encoding="utf-8")), file.name)


def _read(data: dict[str, Any], source: str) -> Template:
    if not is_schema(data.get("schema"), "template"):
        raise InputError(f"{source}: is no {SCHEMA}: `make templates` writes it anew")
    return Template(
        style=data["style"],
        profile=data["profile"],
        settings=parse(data["settings"], source),
        goal=data["goal"],
        limits=tuple(Limit(name, value) for name, value in data["limits"].items()),
        figures={name: Estimate(name, **one) for name, one in data["figures"].items()},
        judged_on=data["judged_on"],
        tuned_on=data["tuned_on"],
    )
