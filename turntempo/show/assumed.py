"""What stands in for a recording that there is not, for the terminal and for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.simulation import Profile
from stages.i18n import say
from tuner.deploy.inputs import Inputs
from tuner.diagnosis.assumed import assumptions
from turntempo.show.prose import listed


def assumed(profile: Profile) -> RenderableType:
    """What stands in for the recording that there is not."""
    measured = ", ".join(one.stage.upper() for one in profile.probed)
    heading = Text(
        say("probing.assumed_but", stages=measured) if measured else say("assumed.nothing_measured"), style="bold"
    )
    lines = [f"the profile {profile.name}: {profile.about}", *(one.sentence() for one in assumptions(profile))]
    then = Text("With a recording of theirs the same command says what is true of them: turntempo import --list")
    return Group(heading, listed(lines), then)


def assumed_json(given: Inputs, profile: Profile, seed: int) -> dict[str, Any]:
    """The same for programs."""
    return {
        "profile": profile.name,
        "about": profile.about,
        "turns": len(given.complete),
        "sessions": len(given.complete.session_names),
        "seed": seed,
        "rests_on": [one.json_dict() for one in assumptions(profile)],
    }
