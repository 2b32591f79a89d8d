"""LiveKit Agents for Python, version by version: `AgentSession(turn_handling=...)`, and the older flat arguments.

Nothing is checked at run time: neither names nor ranges. Timing model, section 9; `versions.py` has what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tuner.formats.json_text import Json
from tuner.formats.python.text import Python
from tuner.formats.tree import Format, at
from tuner.targets.containers import IN_CODE
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.renamed import Renamed
from tuner.targets.rule import Theirs
from tuner.targets.sdk_checks.constructors import Constructor, taking
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.vendors.livekit import agents, endpointing, realtime, session, stt
from tuner.targets.vendors.livekit.fields import (
    ALPHA,
    BACKCHANNEL,
    BOUNDARY,
    CONNECTION,
    DISCARD,
    EAR,
    ENDPOINTING,
    HANDLING,
    INTERRUPTION,
    INTERRUPTION_MODE,
    LLM,
    LONGEST,
    MODE,
    MOST_WORDS,
    OPEN,
    PREEMPTIVE,
    SESSION,
    TTS,
    flat,
    flat_with_options,
    nested,
)
from tuner.targets.vendors.livekit.parts import BEYOND, ELSEWHERE, FREE, NOTES, Parts
from tuner.targets.vendors.livekit.rules import couplings, rules, stopping
from tuner.targets.vendors.livekit.versions import GONE, NEWEST, PACKAGES, WORDS, breaks, has
from tuner.targets.versions.history import History
from tuner.targets.versions.version import Version

SIGNS = (r"(?<!new )(?<!voice\.)\b(Agent|Live)Session\b", r"\blivekit\.(agents|plugins)\b")
TYPES = tuple(
    VendorType("livekit.agents.voice.turn", name, path)
    for name, path in (
        ("EndpointingOptions", ENDPOINTING),
        ("InterruptionOptions", INTERRUPTION),
        ("PreemptiveGenerationOptions", PREEMPTIVE),
        ("UserTurnLimitOptions", f"{HANDLING}.user_turn_limit"),
    )
)
CONSTRUCTORS = (
    Constructor("livekit.agents", "AgentSession", SESSION),
    Constructor("livekit.agents.voice.turn", "TurnHandlingOptions", HANDLING),
    Constructor("livekit.agents.voice.agent_session", "SessionConnectOptions", CONNECTION),
    Constructor("livekit.agents", "APIConnectOptions", LLM),
    Constructor("livekit.agents", "APIConnectOptions", TTS),
    Constructor("livekit.agents.inference", "TurnDetector", "TurnDetector"),
)
INFERENCE_VAD = Constructor("livekit.agents.inference", "VAD", "VAD")


def _check(tree: Mapping[str, Any]) -> Iterator[str]:
    """What the package's own types and constructors do not know; it checks neither at run time."""
    yield from asking(*TYPES)(tree)
    own_vad = str(at(tree, "VAD.()")[1]).startswith("inference")
    yield from taking(*CONSTRUCTORS, *((INFERENCE_VAD,) if own_vad else ()))(tree)


def _nested_doubts(parts: Parts, given: Theirs) -> Iterable[str]:
    yield from _doubts(parts, given)
    if given[MODE.path] == "dynamic":
        yield "endpointing.mode is dynamic: LiveKit learns the delay as it goes; replayed as if it stayed at min_delay"
    if given[INTERRUPTION_MODE.path] == "adaptive":
        yield "interruption.mode is adaptive: a model in LiveKit's cloud decides; replayed as voice that lasts"
    if not given[parts.enabled.path] and not given[DISCARD.path]:
        yield "discard_audio_if_uninterruptible is off: what is said over the agent is replayed as dropped all the same"
    if given[MOST_WORDS.path] is not None or given[LONGEST.path] is not None:
        yield "user_turn_limit is set: replayed without it"


def _doubts(parts: Parts, given: Theirs) -> Iterable[str]:
    """What both forms may hold that hardly says what we model."""
    yield from endpointing.doubts(parts, given)
    if given[EAR.path] is None:
        yield "AgentSession has no VAD: the turn ends at the final transcript, and voice is replayed as if it had one"
    if given[OPEN.path] is not None:
        yield f"AgentSession is given **{given[OPEN.path]}: what is in it is not read"
    if (given[agents.MANY.path] or 1) > 1:
        yield f"the file has {given[agents.MANY.path]} Agents: the one with the most arguments is read"
    yield from stt.doubts(parts, given)
    yield from realtime.other_model(given)


READ_ONLY = (MODE, ALPHA, INTERRUPTION_MODE, DISCARD, BOUNDARY, MOST_WORDS, LONGEST)
OF_BOTH = (OPEN, BACKCHANNEL, realtime.OTHER_MODEL, *realtime.LEFT, *stt.FIELDS)
PADDING = Field("VAD.padding_duration", "number", "s", reads=(0, 86_400), source="silero.VAD.load, deprecated")
DYNAMIC_ALONE = Idle((ALPHA.path,), "of mode dynamic alone", lambda given: given[MODE.path] != "dynamic")
BACKCHANNELS = Idle((BACKCHANNEL.path,), "LiveKit does nothing at a backchannel yet")
PADDED = Idle((PADDING.path,), "audio from before speech costs no time; prefix_padding_duration now")
OPTIONS: tuple[Format, ...] = (Json(), *IN_CODE)
"""Where the arguments alone stand: JSON, a dict in code, what Python prints of one."""
ALONE = (SESSION, HANDLING)
"""What such an object holds: the arguments of the session, or those of `turn_handling`."""
NESTED_ALONE = tuple(f"{SESSION}.{name}" for name in ("endpointing", "interruption", "user_turn_limit"))
"""What beside flat names shows that an object is `turn_handling` itself."""
OLDEST = "agent_false_interruption_timeout"


def _form_of_file(parts: Parts) -> Python:
    others = (*stt.MADE, realtime.MADE, session.AGENT)
    return session.form_of_file(parts.works.own_vad, parts.detection.path, others)


def _session(
    version: Version, parts: Parts, name: str, title: str, own: tuple[Field, ...], doubts: Callable[..., Iterable[str]]
) -> Target:
    """A form of the session in a version."""
    return Target(
        name=name,
        title=title,
        format=_form_of_file(parts),
        also=OPTIONS,
        roots=ALONE,
        fields=(*parts.fields(), *own, *OF_BOTH, PADDING, *agents.agent_fields(parts)),
        rules=(*rules(parts), *stopping(parts)),
        couplings=couplings(parts),
        stack=session.stack(parts),
        upgrades=session.upgrades(parts),
        elsewhere=ELSEWHERE,
        beyond={name: why for name, why in BEYOND.items() if name != "eager.threshold" or parts.early is None},
        free=FREE,
        scopes=session.SCOPES,
        no_timing=(*session.NO_TIMING, *agents.NO_TIMING),
        renamed=agents.agents_own(parts),
        idle=(*endpointing.idle(parts), *stt.idle(parts), *agents.IDLE, BACKCHANNELS, PADDED, realtime.LEFT_IDLE),
        refused=stt.refused,
        doubts=lambda given: doubts(parts, given),
        implied=lambda ours: endpointing.implied(parts, ours),
        check=None if version < Version(NEWEST) else _check,
        signs=SIGNS,
        outdated={GONE: "is for livekit-agents 0.x, another framework: move it to AgentSession of 1.x first"},
        notes=NOTES,
    )


def _flat(version: Version, parts: Parts, name: str) -> Target:
    """The older flat arguments, with which no `turn_handling` may stand."""
    discard = replace(DISCARD, path=f"{SESSION}.discard_audio_if_uninterruptible")
    oldest, renamed = _oldest(version, parts)
    found = _session(version, parts, name, "LiveKit Agents, older flat arguments", (discard, *oldest), _doubts)
    own = (parts.warmup, parts.ear, parts.vad)
    flat_paths = (one.path for one in (*parts.fields(), *oldest) if one not in own and one.path.startswith(SESSION))
    return replace(
        found,
        renamed=(*found.renamed, *renamed),
        marks=tuple(path for path in flat_paths if not path.startswith(CONNECTION)),
        unless=(HANDLING, *NESTED_ALONE),
        notes=("LiveKit means to take these arguments out in its 2.0.", *NOTES),
    )


def _oldest(version: Version, parts: Parts) -> tuple[tuple[Field, ...], tuple[Renamed, ...]]:
    """The name of false_interruption_timeout before, which it goes before; before that one came it resumed nothing."""
    if not has(version, OLDEST):
        return (), ()
    path = f"{SESSION}.{OLDEST}"
    if parts.resume_after is None:
        return (Field(path, "number", "s", 0, nullable=True, source="livekit-agents 1.2.2", note="only an event"),), ()
    older = replace(parts.resume_after, path=path, default=None, note="the older name, which goes before the other")
    return (older,), (Renamed(path, parts.resume_after.path, True),)


@cache
def of_version(version: Version) -> Target:
    """LiveKit Agents as a version has it."""
    flat_parts = flat(version)
    forms = [_flat(version, flat_parts, "livekit-flat")]
    parts = nested(version)
    if has(version, "turn_handling"):
        options = flat_with_options(version)
        if options.early_most is not None:
            forms.append(replace(_flat(version, options, "livekit-flat-options"), marks=_options(options), ahead=True))
        head = _session(version, parts, "livekit", "LiveKit Agents", READ_ONLY, _nested_doubts)
        head = replace(
            head,
            idle=(*head.idle, DYNAMIC_ALONE),
            beside="turn_handling is given, so LiveKit ignores the older arguments",
        )
    else:
        head = replace(forms.pop(), name="livekit", title="LiveKit Agents", unless=())
    form = _form_of_file(parts)
    models = (
        realtime.openai_form(version, parts, flat_parts, form),
        realtime.google_form(parts, flat_parts, form),
    )
    older = tuple(replace(one, history=HISTORY, signs=SIGNS) for one in (*forms, *models))
    return replace(head, history=HISTORY, older=older)


def _options(parts: Parts) -> tuple[str, ...]:
    return tuple(one.path for one in (parts.early, parts.early_most, parts.early_tts, parts.early_longest) if one)


HISTORY: History[Target] = History(
    PACKAGES, breaks(), NEWEST, of_version, WORDS, likely=realtime.LIKELY, spoken=("LiveKit Agents",)
)
LIVEKIT = of_version(Version(NEWEST))
TARGETS = (LIVEKIT,)
