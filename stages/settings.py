"""The settings we may change, with their ranges and defaults (timing model, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from stages.errors import SettingsError, UnknownName
from stages.model import Model, Number, Share, first_problem
from stages.schema_ids import is_schema, schema_id

SCHEMA = schema_id("settings")


def within(low: float, high: float) -> Any:
    """The field constraint of a duration in [low, high] ms."""
    return Field(ge=low, le=high, json_schema_extra={"unit": "ms"})


class Vad(Model):
    silence_ms: Annotated[Number, within(0, 2000)] = Field(
        200, description="the VAD reports the end of speech after this much silence"
    )


class Endpointing(Model):
    silence_ms: Annotated[Number, within(0, 3000)] = Field(
        640, description="end the turn after this much silence, counted from the speech"
    )
    max_silence_ms: Annotated[Number, within(0, 10000)] = Field(
        3000, description="the same when the end-of-turn score says 'not finished'; silence_ms or more makes sense"
    )
    eot_threshold: Share | None = Field(
        None, description="score below which the turn is not finished; null: silence alone decides"
    )
    score_from: Literal["vad", "stream", "final"] = Field(
        "vad",
        description="when the end-of-turn model is asked: at the VAD's report, as silence begins, or at the transcript",
    )
    counts_from: Literal["speech", "final"] = Field(
        "speech",
        description="what the silences count from: the end of speech, or a transcript later than the VAD's report",
    )
    onset_ms: Annotated[Number, within(0, 1200)] = Field(
        160, description="renewed speech keeps the turn open once it has lasted this long"
    )


class Eager(Model):
    on: Literal["off", "score", "final"] = Field(
        "off",
        description="start the LLM before the commit: never, at a high end-of-turn score, at the final transcript",
    )
    threshold: Share = Field(0.5, description="the score it takes")
    silence_ms: Annotated[Number, within(0, 3000)] = Field(200, description="and the silence, for a start on the score")
    max_starts: int = Field(3, ge=1, le=10, description="at most so many early starts in a turn")
    after_premature: bool = Field(True, description="also after a premature reply that was left unfinished")
    tts: bool = Field(False, description="synthesis may start before the commit")


class Asr(Model):
    final_timeout_ms: Annotated[Number, within(0, 10000)] = Field(
        500, description="with earlier words at hand, wait this long past the endpoint for the last final transcript"
    )
    empty_timeout_ms: Annotated[Number, within(0, 30000)] | None = Field(
        5000, description="never wait longer than this past the endpoint; null: no such bound"
    )
    late_final_ms: Annotated[Number, within(0, 3000)] | None = Field(
        None,
        description="a final after the commit ends the reply and commits again this much later; null: it is ignored",
    )


class StagePolicy(Model):
    """When to give a stage up, and what then (timing model, section 3)."""

    timeout_ms: Annotated[Number, within(100, 60000)] = Field(
        10000, description="one attempt is given up after this long"
    )
    attempts: int = Field(1, ge=1, le=6, description="how many attempts at most")
    retry_gap_ms: Annotated[Number, within(0, 5000)] = Field(
        0, description="wait between a timeout and the next attempt (not when hedging)"
    )
    hedge: bool = Field(False, description="keep a slow attempt alive and start the next beside it")
    fallback: bool = Field(False, description="use the fallback when every attempt timed out")


class Llm(StagePolicy):
    max_history: Annotated[int, Field(ge=1, le=1024)] | None = Field(
        None, description="past turns kept in the context; null: all"
    )


class Tts(StagePolicy):
    timeout_ms: Annotated[Number, within(100, 60000)] = Field(
        5000, description="one attempt is given up after this long"
    )
    first_chunk: Literal["clause", "sentence", "reply"] = Field(
        "sentence", description="how much text the first synthesis request waits for"
    )
    lookahead_tokens: int = Field(1, ge=0, le=5, description="and how many tokens beyond it, to see that it ended")


class Playout(Model):
    prebuffer_ms: Annotated[Number, within(0, 1000)] = Field(0, description="audio held back before playing")


class Filler(Model):
    after_ms: Annotated[Number, within(0, 10000)] | None = Field(
        None, description="play a filler if the reply is not playing this long after the commit; null: never"
    )
    ms: Annotated[Number, within(0, 5000)] = Field(600, description="how long the filler is")


class BargeIn(Model):
    mode: Literal["interrupt", "append", "ignore"] = Field(
        "interrupt", description="speech over the agent stops it, is answered after it, or is dropped"
    )
    withdraw_ms: Annotated[Number, within(0, 2000)] = Field(
        160, description="renewed speech stops a premature reply once it has lasted this long"
    )
    on_voice: bool = Field(True, description="voice that lasts may stop the agent")
    on_words: Literal["off", "interim", "final"] = Field("off", description="words in a transcript may stop the agent")
    min_speech_ms: Annotated[Number, within(0, 2000)] = Field(
        300, description="how long voice must last to stop the agent"
    )
    min_words: int = Field(0, ge=0, le=10, description="how many words it takes")
    hangover: bool = Field(False, description="the VAD's trailing silence counts towards min_speech_ms")
    score_threshold: Share | None = Field(
        None, description="the interruption model's belief it takes, where known; null: not asked"
    )
    guard_ms: Annotated[Number, within(0, 5000)] = Field(
        0, description="nothing stops the agent in the first part of a reply"
    )
    guard_first_ms: Annotated[Number, within(0, 5000)] = Field(0, description="the same for a session's first reply")
    resume_ms: Annotated[Number, within(0, 5000)] | None = Field(
        None, description="after a stop with no words behind it, go on talking after this much silence; null: never"
    )


class Settings(Model):
    """One complete set of settings; what a file leaves out has the documented default."""

    vad: Vad = Vad()
    endpointing: Endpointing = Endpointing()
    eager: Eager = Eager()
    asr: Asr = Asr()
    llm: Llm = Llm()
    tts: Tts = Tts()
    playout: Playout = Playout()
    filler: Filler = Filler()
    barge_in: BargeIn = BargeIn()

    def flat(self) -> dict[str, Any]:
        """Dotted name -> value, in the documented order."""
        return {name: getattr(getattr(self, name.split(".")[0]), name.split(".")[1]) for name in NAMES}

    def doubts(self) -> tuple[str, ...]:
        """What is allowed but hardly meant, one sentence each."""
        wait, patience = self.endpointing.silence_ms, self.endpointing.max_silence_ms
        if patience >= wait:
            return ()
        return (
            f"endpointing.max_silence_ms={patience:g} is below endpointing.silence_ms={wait:g}: "
            "an unfinished turn would be ended sooner than a finished one",
        )

    def replace(self, changes: Mapping[str, Any]) -> Settings:
        """The same settings with some dotted names changed; SettingsError where a rule breaks."""
        values = self.flat()
        for name in changes:
            if name not in values:
                raise UnknownName("setting", name, NAMES)
        return from_flat(values | dict(changes))


NAMES: tuple[str, ...] = tuple(
    f"{group}.{name}"
    for group, info in Settings.model_fields.items()
    for name in info.annotation.model_fields  # type: ignore[union-attr]
)

UNPRICED: tuple[str, ...] = (
    "vad.silence_ms",
    "endpointing.onset_ms",
    "endpointing.score_from",
    "endpointing.counts_from",
    "barge_in.withdraw_ms",
    "barge_in.hangover",
    "tts.lookahead_tokens",
    "llm.retry_gap_ms",
    "tts.retry_gap_ms",
    "asr.late_final_ms",
)
"""Settings that say how a stack works: the model charges no price for moving them (section 2)."""


def from_flat(values: Mapping[str, Any], source: str = "settings") -> Settings:
    """Settings from dotted names; those not named have the default."""
    nested: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        group, _, key = name.partition(".")
        nested.setdefault(group, {})[key] = value
    return parse(nested, source)


def parse(data: Any, source: str = "settings") -> Settings:
    """Settings from their nested JSON form, partial or whole, with or without the "schema" key.

    Raises SettingsError naming `source`, the field, the rule and what came.
    """
    if not isinstance(data, Mapping):
        raise SettingsError(
            f'{source}: settings are a JSON object like {{"vad": {{"silence_ms": 200}}}}, got {data!r:.60}'
        )
    data = dict(data)
    schema = data.pop("schema", SCHEMA)
    if not is_schema(schema, "settings"):
        raise SettingsError(f"{source}: schema must be {SCHEMA!r}, got {schema!r}")
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"{source}: {_explain(error)}") from None


def _explain(error: ValidationError) -> str:
    field, rule = first_problem(error)
    detail = error.errors(include_url=False)[0]
    if detail["type"] == "extra_forbidden":
        groups = tuple(Settings.model_fields)
        return str(UnknownName("setting", field, NAMES if "." in field else groups))
    value = detail.get("input")
    unit = field.endswith("_ms") and isinstance(value, (int, float)) and 0 < value < 60
    return f"{field}: {rule}" + ("; if that is in seconds, write milliseconds" if unit else "")
