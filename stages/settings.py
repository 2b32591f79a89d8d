"""The settings we may change, with their ranges and defaults (timing model, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from stages.brief import brief
from stages.errors import SettingsError, UnknownName
from stages.model import Model, Number, first_problem
from stages.schema_ids import is_schema, schema_id
from stages.setting import Attempts, Durations, Evidence, PastTurns, Range, Setting, Steps, Timeouts, ms, setting

SCHEMA = schema_id("settings")
SHARE = Range(0, 1)

PAUSES: tuple[Evidence, ...] = ("pauses",)
SCORES: tuple[Evidence, ...] = ("pauses", "scores")
OVERLAPS: tuple[Evidence, ...] = ("overlaps",)
WORDS: tuple[Evidence, ...] = ("overlaps", "words")
BELIEFS: tuple[Evidence, ...] = ("overlaps", "beliefs")
RETRIES: tuple[Evidence, ...] = ("retries",)
FALLBACK: tuple[Evidence, ...] = ("fallback",)
HISTORY: tuple[Evidence, ...] = ("history",)

# fmt: off


class Vad(Model):
    silence_ms: Number = setting(
        200, "the VAD reports the end of speech after this much silence", ms(0, 2000),
        axis=Durations(50, 1000), priced=False
    )


class Endpointing(Model):
    silence_ms: Number = setting(
        640, "end the turn after this much silence, counted from the speech", ms(0, 3000),
        subject="the silence the agent waits for before it answers", axis=Durations(0, 3000, noted="pause"),
        evidence=PAUSES
    )
    max_silence_ms: Number = setting(
        3000, "the same when the end-of-turn score says 'not finished'; silence_ms or more makes sense", ms(0, 10000),
        subject="the silence it waits for where the end-of-turn model says 'not finished'",
        axis=Durations(0, 4000, noted="pause"), evidence=SCORES
    )
    eot_threshold: Number | None = setting(
        None, "score below which the turn is not finished; null: silence alone decides", SHARE,
        subject="the score below which the end-of-turn model says 'not finished'", evidence=SCORES
    )
    score_from: Literal["vad", "stream", "final"] = setting(
        "vad", "when the end-of-turn model is asked: at the VAD's report, as silence begins, or at the transcript",
        priced=False
    )
    counts_from: Literal["speech", "final"] = setting(
        "speech", "what the silences count from: the end of speech, or a transcript later than the VAD's report",
        priced=False
    )
    onset_ms: Number = setting(
        160, "renewed speech keeps the turn open once it has lasted this long", ms(0, 1200),
        axis=Durations(0, 600), priced=False
    )


class Preemptive(Model):
    on: Literal["off", "score", "final"] = setting(
        "off", "start the LLM before the commit: never, at a high end-of-turn score, at the final transcript",
        subject="what starts preemptive generation", axis=Steps(("off", "final", "score")),
        evidence=PAUSES
    )
    threshold: Number = setting(
        0.5, "the score it takes", SHARE,
        subject="the score that starts preemptive generation", evidence=SCORES
    )
    silence_ms: Number = setting(
        200, "and the silence, for a start on the score", ms(0, 3000),
        subject="the silence that starts preemptive generation", axis=Durations(0, 2000),
        evidence=SCORES
    )
    max_starts: int = setting(
        3, "at most so many preemptive starts in a turn", Range(1, 10),
        subject="how often preemptive generation may start in one turn", axis=Steps((1, 2, 3, 4, 5)), evidence=PAUSES
    )
    after_premature: bool = setting(
        True, "also after a premature reply that was left unfinished",
        subject="preemptive generation after a reply that came too soon", evidence=PAUSES
    )
    tts: bool = setting(
        False, "synthesis may start before the commit",
        subject="preemptive synthesis", evidence=PAUSES
    )
    max_speech_ms: Number | None = setting(
        None, "no preemptive start later than this after the user's first speech of the turn; null: no such bound",
        ms(0, 60000),
        subject="the length of speech after which preemptive generation no longer starts",
        axis=Durations(1000, 30000), evidence=PAUSES
    )


class Asr(Model):
    final_timeout_ms: Number = setting(
        500, "with earlier words at hand, wait this long past the endpoint for the last final transcript",
        ms(0, 10000),
        subject="the time the agent waits for the last final transcript",
        axis=Durations(0, 3000, outlasting="asr.final_ms"), evidence=PAUSES
    )
    empty_timeout_ms: Number | None = setting(
        5000, "never wait longer than this past the endpoint; null: no such bound", ms(0, 30000),
        subject="the time the agent waits for any transcript at all", axis=Durations(300, 10000)
    )
    late_final_ms: Number | None = setting(
        None, "a final after the commit ends the reply and commits again this much later; null: it is ignored",
        ms(0, 3000),
        priced=False
    )


class StagePolicy(Model):
    """When an attempt is given up, and what happens then (timing model, section 3): common to `Llm` and `Tts`."""

    timeout_ms: Number = 10000
    attempts: int = 1
    retry_gap_ms: Number = 0
    hedge: bool = False
    fallback: bool = False


class Llm(StagePolicy):
    timeout_ms: Number = setting(
        # below the median of the first draws more than every second request would be started twice
        10000, "one attempt is given up after this long", ms(100, 60000),
        subject="the time after which an LLM request is given up",
        axis=Timeouts("llm.ttft_ms", strike=0.5, low=100, high=15000)
    )
    attempts: int = setting(
        1, "how many attempts at most", Range(1, 6),
        subject="how many LLM requests a reply may take", axis=Attempts("llm.ttft_ms"), evidence=RETRIES
    )
    retry_gap_ms: Number = setting(
        0, "wait between a timeout and the next attempt (not when hedging)", ms(0, 5000),
        axis=Durations(0, 2000), priced=False
    )
    hedge: bool = setting(
        False, "keep a slow attempt alive and start the next beside it",
        subject="a second LLM request beside a slow one", evidence=RETRIES
    )
    fallback: bool = setting(
        False, "use the fallback when every attempt timed out", subject="the fallback model", evidence=FALLBACK
    )
    max_history: int | None = setting(
        None, "past turns kept in the context; null: all", Range(1, 1024),
        subject="how many past turns the LLM reads", axis=PastTurns(), limited_by="history_lost_rate",
        evidence=HISTORY
    )


class Tts(StagePolicy):
    timeout_ms: Number = setting(
        # no figure counts synthesis requests: below the 90 % quantile more than one in ten would be started twice
        5000, "one attempt is given up after this long", ms(100, 60000),
        subject="the time after which a synthesis request is given up",
        axis=Timeouts("tts.ttfb_ms", strike=0.1, low=100, high=10000)
    )
    attempts: int = setting(
        1, "how many attempts at most", Range(1, 6),
        subject="how many synthesis requests a reply may take", axis=Attempts("tts.ttfb_ms"), evidence=RETRIES
    )
    retry_gap_ms: Number = setting(
        0, "wait between a timeout and the next attempt (not when hedging)", ms(0, 5000),
        axis=Durations(0, 2000), priced=False
    )
    hedge: bool = setting(
        False, "keep a slow attempt alive and start the next beside it",
        subject="a second synthesis request beside a slow one", evidence=RETRIES
    )
    fallback: bool = setting(
        False, "use the fallback when every attempt timed out", subject="the fallback voice", evidence=FALLBACK
    )
    first_chunk: Literal["clause", "sentence", "reply"] = setting(
        "sentence", "how much text the first synthesis request waits for",
        subject="the text that the first synthesis request waits for"
    )
    lookahead_tokens: int = setting(1, "and how many tokens beyond it, to see that it ended", Range(0, 5), priced=False)


class Playout(Model):
    prebuffer_ms: Number = setting(
        0, "audio held back before playing", ms(0, 1000),
        subject="the audio held back before it plays", axis=Durations(0, 300)
    )


class Filler(Model):
    after_ms: Number | None = setting(
        None, "play a filler if the reply is not playing this long after the commit; null: never", ms(0, 10000),
        subject="the time after which a filler bridges the wait", axis=Durations(300, 5000), limited_by="filler_rate"
    )
    ms: Number = setting(
        600, "how long the filler is", ms(0, 5000), subject="the length of the filler", axis=Durations(200, 2000)
    )


class BargeIn(Model):
    mode: Literal["interrupt", "append", "ignore"] = setting(
        "interrupt", "speech over the agent stops it, is answered after it, or is dropped",
        subject="what happens to speech over the agent", evidence=OVERLAPS
    )
    withdraw_ms: Number = setting(
        160, "renewed speech stops a premature reply once it has lasted this long", ms(0, 2000),
        axis=Durations(0, 1000), priced=False
    )
    on_voice: bool = setting(
        True, "voice that lasts may stop the agent",
        subject="voice as a reason to stop the agent", while_talking=True, evidence=OVERLAPS
    )
    on_words: Literal["off", "interim", "final"] = setting(
        "off", "words in a transcript may stop the agent",
        subject="words as a reason to stop the agent", axis=Steps(("off", "final", "interim")), while_talking=True,
        evidence=WORDS
    )
    min_speech_ms: Number = setting(
        300, "how long voice must last to stop the agent", ms(0, 2000),
        subject="how long voice must last to stop the agent", axis=Durations(0, 1000, noted="overlap"),
        while_talking=True, evidence=OVERLAPS
    )
    min_words: int = setting(
        0, "how many words it takes", Range(0, 10),
        subject="how many words it takes to stop the agent", axis=Steps((0, 1, 2, 3)), while_talking=True,
        evidence=WORDS
    )
    hangover: bool = setting(
        False, "the VAD's trailing silence counts towards min_speech_ms", priced=False, while_talking=True
    )
    score_threshold: Number | None = setting(
        None, "the interruption model's belief it takes, where known; null: not asked", SHARE,
        subject="how sure the interruption model must be to stop the agent", while_talking=True, evidence=BELIEFS
    )
    guard_ms: Number = setting(
        0, "nothing stops the agent in the first part of a reply", ms(0, 5000),
        subject="the first part of a reply in which nothing stops the agent", axis=Durations(0, 1000),
        while_talking=True, evidence=OVERLAPS
    )
    guard_first_ms: Number = setting(
        0, "the same for a session's first reply", ms(0, 5000),
        subject="the first part of a session's first reply, in which nothing stops the agent",
        axis=Durations(0, 2000), while_talking=True, evidence=OVERLAPS
    )
    resume_ms: Number | None = setting(
        None, "after a stop with no words behind it, go on talking after this much silence; null: never", ms(0, 5000),
        subject="the silence after which the agent goes on talking", axis=Durations(0, 2000), while_talking=True,
        evidence=OVERLAPS
    )


# fmt: on


class Settings(Model):
    """One complete set of settings; what a file leaves out has the documented default."""

    vad: Vad = Vad()
    endpointing: Endpointing = Endpointing()
    eager: Preemptive = Preemptive()
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
        """Values that are allowed but probably mistakes, one sentence each."""
        wait, patience = self.endpointing.silence_ms, self.endpointing.max_silence_ms
        asked = tuple(doubt for name, value in self.flat().items() if (doubt := SETTINGS[name].seconds_doubt(value)))
        if patience >= wait:
            return asked
        return (
            *asked,
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


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        name: Setting.of(name, field)
        for group, info in Settings.model_fields.items()
        for key, field in info.annotation.model_fields.items()  # type: ignore[union-attr]
        for name in (f"{group}.{key}",)
    }
)
"""Name -> the setting's definition, in the documented order."""

NAMES: tuple[str, ...] = tuple(SETTINGS)

UNPRICED: tuple[str, ...] = tuple(name for name, one in SETTINGS.items() if not one.priced)
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
            f'{source}: settings are a JSON object like {{"vad": {{"silence_ms": 200}}}}, got {brief(data)}'
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
