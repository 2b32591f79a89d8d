"""A profile: the users, the stages and the conversation to simulate, every number with its source.

The files are `profiles/*.toml`; `profiles/_common.toml` holds what they share, and the sources.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Annotated, Any

from pydantic import Field, ValidationError

from pipeline.simulation.distribution import Belief, Distribution, Quoted
from pipeline.simulation.stage_file import MeasuredStages, Probed, read_stages
from stages.arrays import Floats
from stages.errors import InputError, UnknownName
from stages.model import Model, first_problem
from stages.toml import loaded

_FOLDER = files("pipeline.simulation") / "profiles"

FILES_FOLLOW = "+"
"""Between the name of a profile and files of measured stages."""


class Session(Model):
    """How many turns a session has."""

    turns: Distribution


class Pauses(Model):
    """Silences inside a turn: a pause comes after `every_ms` of talk on average, independent of earlier ones."""

    every_ms: Quoted
    spread: Quoted
    """How much speakers differ in that: standard deviation of its logarithm."""
    rate_with_length: Quoted
    """Correlation over speakers between the length and the number of pauses."""
    ms: Distribution


class Speech(Model):
    """The user's side. `talk_ms` is speech without its pauses; `resume_lag_ms` is the VAD's onset lag after a pause."""

    talk_ms: Distribution
    pauses: Pauses
    release_ms: Distribution
    onset_lag_ms: Distribution
    resume_lag_ms: Distribution


class EndOfTurn(Model):
    """The scores of an end-of-turn model at pauses and at ends; `unknown`: the share without an answer."""

    delay_ms: Distribution
    pause: Belief
    end: Belief
    unknown: Quoted


class Network(Model):
    up_ms: Distribution
    down_ms: Distribution


class Asr(Model):
    final_ms: Distribution
    interim_ms: Distribution


class Lead(Model):
    """What the application does before the LLM's request: in which share of turns, and for how long."""

    turns: Quoted
    ms: Distribution


class Tools(Model):
    """Tool calls before the spoken answer: in which share of turns, how often another round follows, how long one is.

    The request after a round takes as long as a first one.
    """

    turns: Quoted
    another: Quoted
    ms: Distribution


class Llm(Model):
    """`first_turn`: a session's first request takes longer by this factor."""

    ttft_ms: Distribution
    first_turn: Quoted
    lead: Lead
    tools: Tools
    fallback_ttft_ms: Distribution | None = None
    token_ms: Distribution
    clause_tokens: Distribution
    sentence_tokens: Distribution
    reply_tokens: Distribution
    prefill_ms_per_1k: Distribution


class Tts(Model):
    ttfb_ms: Distribution
    fallback_ttfb_ms: Distribution | None = None
    ms_per_token: Distribution


class Words(Model):
    """A second word from `second_from_ms` on, and one more for each `ms_per_word`."""

    second_from_ms: float
    ms_per_word: float
    source: str = Field(min_length=1)


class OverlapKind(Model):
    """One kind of sound over the agent: how often a minute of its speech, in which share of sessions, how long."""

    per_minute: Quoted
    spread: Quoted
    """How much sessions differ in that: standard deviation of its logarithm."""
    sessions: Quoted = Quoted(value=1, source="every session")
    ms: Distribution
    words: Words | None = None
    score: Belief


class Overlaps(Model):
    """What the microphone picks up while the agent talks; `unknown`: the share without a score."""

    interrupt: OverlapKind
    backchannel: OverlapKind
    noise: OverlapKind
    echo: OverlapKind
    unknown: Quoted


class History(Model):
    """The conversation so far; `earlier_turns` are from before the session."""

    tokens_per_turn: Distribution
    earlier_turns: Distribution | None = None
    refers_back: Quoted
    """The share of turns that need an earlier one."""
    needs: Distribution
    """How many turns back it is."""


STAGES_ONLY = "/stages"
"""After a profile's name: its stages alone, where nobody said that its users speak as those of the recording."""


class Profile(Model):
    """One kind of conversation with an agent: turns are simulated from it, and gaps of recordings filled.

    `NAME+FILE` is the profile NAME with the stages in FILE, as `turntempo probe` measured them, in the place of its
    own.
    """

    name: Annotated[str, Field(min_length=1)]
    about: str
    session: Session
    speech: Speech
    end_of_turn: EndOfTurn
    network: Network
    asr: Asr
    llm: Llm
    tts: Tts
    overlaps: Overlaps
    history: History
    probed: tuple[Probed, ...] = ()
    """The probes that stages come from, in place of those that the profile itself has."""

    @classmethod
    def load(cls, name: str) -> Profile:
        """The profile of this name, such as support-call, support-call/stages or support-call+llm.toml.

        Raises UnknownName, with the list, if there is none; InputError where a file of stages breaks a rule.
        """
        own, *measured = name.split(FILES_FOLLOW)
        whole = own.removesuffix(STAGES_ONLY)
        if whole not in profile_names():
            raise UnknownName("profile", own, profile_names())
        return parse(_text(whole), name, [read_stages(file) for file in measured])

    @property
    def conversation(self) -> str:
        """Its name without the files of stages."""
        return conversation(self.name)

    @property
    def is_of_stages(self) -> bool:
        """Whether it says how long stages take, and nothing of what users do."""
        return self.conversation.endswith(STAGES_ONLY)

    def field(self, field: str) -> Distribution:
        """The distribution of a turn's field, named as in the timing model: "llm.ttft_ms"."""
        found: Any = self
        for name in field.split("."):
            found = getattr(found, name, None)
        if not isinstance(found, Distribution):
            raise InputError(
                f"profile {self.name!r} has no {field}: name another with --profile ({', '.join(profile_names())})"
            )
        return found

    def sample_field(self, field: str, u: Floats) -> Floats:
        """The field's values at these uniform draws in (0, 1), the same for every session."""
        return self.field(field).quantile(u)


def with_stages(name: str, files: Sequence[str]) -> str:
    """The name of a profile with these files of stages in the place of its own; InputError where none can have it."""
    for file in files:
        if FILES_FOLLOW in file:
            raise InputError(f"--stages {file}: a name with {FILES_FOLLOW!r} cannot be told apart from two: rename it")
    return FILES_FOLLOW.join([name, *files])


def conversation(name: str) -> str:
    """The name of a profile without the files of stages."""
    return name.partition(FILES_FOLLOW)[0]


def stage_files(name: str) -> tuple[str, ...]:
    """The files of stages in the name of a profile."""
    return tuple(name.split(FILES_FOLLOW)[1:])


def parse(text: str, name: str, measured: Sequence[MeasuredStages] = ()) -> Profile:
    """A profile from its TOML over the common one; InputError naming the profile, the field and the rule.

    Measured stages replace those of the profile.
    """
    try:
        tables = _over(tomllib.loads(_text("_common")), loaded(text))
        for stages in measured:
            tables = _over(tables, stages.tables())
        return Profile.model_validate({"name": name, "probed": _probes(measured)} | tables)
    except ValidationError as error:
        raise InputError(f"profile {name!r}: {': '.join(first_problem(error))}") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"profile {name!r}: {error}") from None


def _probes(measured: Sequence[MeasuredStages]) -> tuple[Probed, ...]:
    """One a stage: of two files of the same stage, the later one counts."""
    last = {stages.probe.stage: stages.probe for stages in measured if stages.probe is not None}
    return tuple(last.values())


def profile_names() -> tuple[str, ...]:
    """The names of all profiles, sorted."""
    names = (entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def _over(common: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The common tables with a profile's own: one with its own source replaces the common one, others merge."""
    merged = dict(common)
    for key, value in own.items():
        nested = isinstance(value, dict) and "source" not in value and isinstance(common.get(key), dict)
        merged[key] = _over(common[key], value) if nested else value
    return merged
