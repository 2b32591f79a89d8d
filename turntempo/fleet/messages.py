"""The payloads of a fleet's topics, as models: `turntempo schema fleet-turns` and so on prints them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from stages.model import Count, Model, Ms, Name
from stages.settings import Settings
from stages.turn import Turn

TURNS: Literal["turntempo.fleet.turns/1"] = "turntempo.fleet.turns/1"
SETTINGS: Literal["turntempo.fleet.settings/1"] = "turntempo.fleet.settings/1"
RECOMMENDED: Literal["turntempo.fleet.recommended/1"] = "turntempo.fleet.recommended/1"
STATUS: Literal["turntempo.fleet.status/1"] = "turntempo.fleet.status/1"

MOST_TURNS = 1000
"""The most turns of one message."""

UnixMs = Annotated[float, Field(ge=0, le=4e12)]
"""Milliseconds since 1970, by the agent's clock."""


class Seen(Model):
    """What the agent knows of how a turn went, in the words of the timing model, section 8; null: not known."""

    first_sound_ms: float | None = None
    cut_off: bool | None = None
    lost: bool | None = None
    failed: bool | None = None
    degraded: bool | None = None
    restarted: bool | None = None
    false_start: bool | None = None
    filler: bool | None = None
    history_lost: bool | None = None
    false_interrupt: bool | None = None
    hiccups: Count | None = None
    interrupts_met: Count | None = None
    interrupts_missed: Count | None = None
    llm_starts: Count | None = None
    wasted_starts: Count | None = None
    stutter_ms: Ms | None = None
    talked_over_ms: Ms | None = None


class Entry(Model):
    """One turn of a message; `at_ms`: when the user began to speak."""

    turn: Turn
    at_ms: UnixMs | None = None
    outcome: Seen | None = None


class TurnsMessage(Model):
    """On `turns`: one turn or a batch. `settings_id`: the settings message under which all of them were."""

    schema_: Literal["turntempo.fleet.turns/1"] = Field(TURNS, alias="schema")
    settings_id: Name | None = None
    turns: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MOST_TURNS, strict=False)]


class SettingsMessage(Model):
    """On `settings`, retained: the settings in force. `version`: the recommendation that they follow, if any."""

    schema_: Literal["turntempo.fleet.settings/1"] = Field(SETTINGS, alias="schema")
    settings: Settings
    settings_id: Name | None = None
    version: Name | None = None


class Evidence(Model):
    """What a recommendation rests on."""

    case: Name
    recording_turns: Count | None = None
    goal: Name | None = None
    before: float | None = None
    after: float | None = None
    low: float | None = None
    high: float | None = None


class RecommendedMessage(Model):
    """On `recommended`, retained: settings to take over from `valid_from` on."""

    schema_: Literal["turntempo.fleet.recommended/1"] = Field(RECOMMENDED, alias="schema")
    version: Name
    settings: Settings
    valid_from: AwareDatetime = Field(strict=False)
    limits: dict[str, float] = Field(default_factory=dict)
    evidence: Evidence | None = None
    rolls_back: Name | None = None
    """The version that these settings take the place of because it did harm."""


class StatusMessage(Model):
    """On `status`, retained, and as the last will: whether the agent is connected."""

    schema_: Literal["turntempo.fleet.status/1"] = Field(STATUS, alias="schema")
    status: Literal["online", "offline"]
    since_ms: UnixMs | None = None


def payload(message: Model) -> dict[str, Any]:
    """A message as plain JSON values, without fields that were not given."""
    named = message.model_dump(mode="json", by_alias=True, exclude_unset=True)
    schema = message.model_dump(by_alias=True, include={"schema_"})["schema"]
    return {"schema": schema} | {key: value for key, value in named.items() if key != "schema"}
