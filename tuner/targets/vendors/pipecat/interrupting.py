"""Whether the user may interrupt on Pipecat: interruptions allowed, start strategies, mute filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuner.formats.python.calls import Made
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.vendors.pipecat.fields import INTERRUPTS, SDK, flag, started_by
from tuner.targets.vendors.pipecat.versions import INTERRUPTIBLE, STRATEGIES_ALONE_SINCE
from tuner.targets.versions.history import at
from tuner.targets.versions.version import Version

PIPELINE, MUTE = "PipelineParams", "STTMuteConfig"
MADE = (
    Made(PIPELINE, (PIPELINE,), PIPELINE, variable="pipeline_params", several=True),
    Made(MUTE, (MUTE,), MUTE, variable="mute_config", several=True),
)
MUTES = Field(f"{MUTE}.strategies", "any", source=SDK, note="of STTMuteFilter, until 0.0.108")
MUTE_ONE = Field(f"{MUTE}.strategy", "any", source=SDK, note="the same in older versions")
USER_MUTES = Field("LLMUserAggregatorParams.user_mute_strategies", "any", source=SDK, note="since 0.0.99")
MUTED = (MUTES, MUTE_ONE, USER_MUTES)
PARTLY = {
    "FIRST_SPEECH": "the first reply",
    "FirstSpeechUserMuteStrategy": "the first reply",
    "MUTE_UNTIL_FIRST_BOT_COMPLETE": "everything until the first reply is over",
    "MuteUntilFirstBotCompleteUserMuteStrategy": "everything until the first reply is over",
    "FUNCTION_CALL": "the time of a function call",
    "FunctionCallUserMuteStrategy": "the time of a function call",
}
"""A mute that does not last -> what it guards."""


def allowed(version: Version) -> Field:
    """Whether interruptions are allowed, with a version's default."""
    default = bool(at(INTERRUPTIBLE, version))
    return flag(f"{PIPELINE}.allow_interruptions", default, "from 1.0.0 on it is ignored")


def _ignored(version: Version) -> bool:
    """Whether a version has no such argument any more."""
    return not version < Version(STRATEGIES_ALONE_SINCE)


def _text(given: Theirs) -> str:
    """What the file's mute filters or strategies say."""
    return " ".join(str(given[one.path]) for one in MUTED if given.get(one.path) is not None)


def _always(given: Theirs) -> bool:
    found = _text(given)
    return "STTMuteStrategy.ALWAYS" in found or "AlwaysUserMuteStrategy" in found


def _switches(given: Theirs) -> list[bool]:
    """Whether each start strategy that is used interrupts."""
    used = [one for one in INTERRUPTS if one.path in given and one.path.partition(".")[0] in started_by(given)]
    return [bool(given[one.path]) for one in used]


def mode(version: Version, strategies: bool) -> Rule:
    """What becomes of speech over the agent; `strategies`: whether start strategies decide that too."""
    field = allowed(version)

    def read(given: Theirs) -> dict[str, Any]:
        off = not _ignored(version) and not given[field.path]
        switches = _switches(given) if strategies else []
        silent = bool(switches) and not any(switches)
        return {"barge_in.mode": "ignore" if _always(given) else "append" if off or silent else "interrupt"}

    def write(ours: Ours) -> dict[str, Any]:
        if ours["barge_in.mode"] == "ignore":
            return {}  # a filter in the pipeline, which stays as it is
        on = ours["barge_in.mode"] == "interrupt"
        found = {one.path: None if on else False for one in INTERRUPTS} if strategies else {}
        return found if _ignored(version) else {**found, field.path: None if on and field.default else on}

    paths = (field.path, *((one.path for one in INTERRUPTS) if strategies else ()))
    return Rule(("barge_in.mode",), paths, read, write, how="append where interruptions are off; ignore where muted")


def idle(version: Version) -> tuple[Idle, ...]:
    """The switch that versions from 1.0.0 on ignore silently."""
    why = "Pipecat 1.0.0 and later have no such argument: set enable_interruptions=False in each start strategy"
    return (Idle((allowed(version).path,), why),) if _ignored(version) else ()


def doubts(given: Theirs) -> Iterator[str]:
    """Mutes that guard only some replies, and strategies of which only some interrupt."""
    found = _text(given)
    for word, what in PARTLY.items():
        if word in found:
            yield f"{word} mutes the user for {what}: replayed without it"
    switches = _switches(given)
    if any(switches) and not all(switches):
        yield "enable_interruptions is off for a start strategy: replayed as if what it starts interrupted"
