"""Pipecat, version by version, as Python calls: the VAD, what starts and stops a user's turn, and the waits.

Since 0.0.99 in strategies: Smart-Turn, which is the default since 0.0.102, or the speech timeout. Before, in the
transport's parameters. Timing model, section 9; `versions.py` has what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tuner.formats.tree import at
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.placed import respelled
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.sdk_checks.constructors import Constructor, taking
from tuner.targets.target import Target
from tuner.targets.vendors import gemini
from tuner.targets.vendors.pipecat import calls, interrupting, neighbours, settled, starts, transport
from tuner.targets.vendors.pipecat.fields import (
    OF_STRATEGIES,
    OF_VAD,
    SMART_STOP,
    SMART_WAITS_FOR_WORDS,
    SPEECH_TIMEOUT,
    STT,
    WAITS_FOR_WORDS,
    stop,
)
from tuner.targets.vendors.pipecat.rules import (
    FREE,
    lost_finals,
    smart_rules,
    smart_ties,
    timeout_rules,
    timeout_ties,
)
from tuner.targets.vendors.pipecat.stack import BEYOND, ELSEWHERE, NOTES, STACK
from tuner.targets.vendors.pipecat.versions import (
    BREAKS,
    LIKELY,
    NEWEST,
    P99_SINCE,
    PACKAGES,
    STRATEGIES_ALONE_SINCE,
    STRATEGIES_SINCE,
    WORDS,
)
from tuner.targets.versions.history import LATER, History
from tuner.targets.versions.version import Version

CONSTRUCTORS = tuple(
    Constructor(calls.WITH_STRATEGIES.imports[name], name, name)
    for name in (*calls.OF_AGGREGATOR, calls.ANALYZERS[0], "SmartTurnParams", "SileroVADAnalyzer", "VADParams")
    if name != calls.SETTLED
)
ASKED = Fixed(0.5, "Smart-Turn takes a turn for finished above 0.5")
UNASKED = Fixed(None, "the speech-timeout strategy asks no model")


TO_TRANSPORT = tuple(
    Field(f"{transport.TRANSPORT}.{name}", "any", source="pipecat-ai 0.0.60 to 0.0.108", note="ignored from 1.0.0 on")
    for name in ("vad_analyzer", "turn_analyzer")
)


def _ignored(version: Version) -> tuple[Idle, ...]:
    """What later versions of a transport ignore silently."""
    if version < Version(STRATEGIES_ALONE_SINCE):
        return ()
    why = "Pipecat 1.0.0 and later ignore it: without one in LLMUserAggregatorParams there is no VAD"
    return (Idle(tuple(one.path for one in TO_TRANSPORT), why),)


def _form(version: Version, name: str, title: str, own: tuple[Field, ...]) -> Target:
    """What every form has: the VAD, who may interrupt, the recogniser beside it."""
    fields = (
        stop(version),
        *OF_VAD,
        *own,
        interrupting.allowed(version),
        *interrupting.MUTED,
        STT,
        *neighbours.FIELDS,
        *TO_TRANSPORT,
    )
    local = ("VADParams", "SmartTurnParams", "STT.ttfs_p99_latency", calls.TIMED)
    return Target(
        name=name,
        title=title,
        format=calls.WITH_STRATEGIES,
        fields=tuple({one.path: one for one in fields}.values()),
        rules=(),
        elsewhere=ELSEWHERE,
        beyond=BEYOND,
        free=FREE,
        scopes=calls.SCOPES,
        no_timing=calls.NO_TIMING,
        idle=(*interrupting.idle(version), *neighbours.idle(local), *_ignored(version)),
        refused=neighbours.refused,
        signs=calls.SIGNS,
        notes=NOTES,
    )


def _smart(version: Version) -> Target:
    found = _form(version, "pipecat", "Pipecat, Smart-Turn", (*OF_STRATEGIES, SMART_STOP, SMART_WAITS_FOR_WORDS))
    return replace(
        found,
        rules=(*starts.start_rules(), *smart_rules(), interrupting.mode(version, strategies=True)),
        couplings=(*starts.start_ties(), *smart_ties()),
        stack=STACK | {"endpointing.eot_threshold": ASKED},
        doubts=lambda given: _doubts(given, SMART_WAITS_FOR_WORDS),
        faults=lambda given: lost_finals(version, given),
        notes=(
            "Smart-Turn is asked at the VAD's report and answers after 40 to 60 ms: in a recording's "
            "`speech.eot_delay_ms`.",
            *NOTES,
        ),
        check=None if version < Version(NEWEST) else taking(*CONSTRUCTORS),
    )


def _timeout(version: Version) -> Target:
    return replace(
        _smart(version),
        name="pipecat-speech-timeout",
        title="Pipecat, speech timeout",
        fields=_form(version, "", "", (*OF_STRATEGIES, SPEECH_TIMEOUT, WAITS_FOR_WORDS)).fields,
        rules=(*starts.start_rules(), *timeout_rules(), interrupting.mode(version, strategies=True)),
        couplings=(*starts.start_ties(), *timeout_ties()),
        stack=STACK | {"endpointing.eot_threshold": UNASKED},
        doubts=lambda given: _doubts(given, WAITS_FOR_WORDS),
        marks=(calls.TIMED,),
        notes=NOTES,
    )


def _doubts(given: Theirs, waits: Field | None) -> Iterable[str]:
    """What a file with strategies may hold that hardly says what we model."""
    yield from starts.doubts(given, waits)
    yield from interrupting.doubts(given)
    yield from neighbours.doubts(given)


def _settled(version: Version, smart: bool) -> Target:
    """With the strategies of 0.0.99 to 0.0.101, which let transcripts settle."""
    kind = "Smart-Turn" if smart else "transcripts"
    name, title = ("pipecat-smart-turn" if smart else "pipecat"), f"Pipecat 0.0.99 to 0.0.101, {kind}"
    found = _form(version, name, title, (*OF_STRATEGIES, SMART_STOP, settled.SETTLE, settled.SMART_SETTLE))
    return replace(
        found,
        rules=(*starts.start_rules(), *settled.rules(smart), interrupting.mode(version, strategies=True)),
        couplings=(*starts.start_ties(), *settled.couplings(smart)),
        stack={**STACK, **settled.STACK, "endpointing.eot_threshold": ASKED if smart else settled.UNASKED},
        doubts=lambda given: _doubts(given, None),
        marks=(calls.SMART,) if smart else (),
    )


def _in_transport(version: Version, smart: bool) -> Target:
    """Before the strategies."""
    own = (
        transport.aggregation(version),
        transport.COUNTERS,
        transport.COUNT,
        transport.EMULATED,
        transport.EMULATED_WAIT,
        transport.ENABLED,
        *((SMART_STOP,) if smart else ()),
    )
    title = "Pipecat, Smart-Turn in the transport" if smart else "Pipecat, VAD in the transport"
    found = _form(version, "pipecat-transport-smart-turn" if smart else "pipecat-transport", title, own)

    def doubts(given: Theirs) -> Iterator[str]:
        yield from transport.doubts(version, given)
        yield from interrupting.doubts(given)
        yield from neighbours.doubts(given)

    return replace(
        found,
        format=calls.IN_TRANSPORT,
        rules=(*starts.begins(), *transport.rules(version, smart), interrupting.mode(version, strategies=False)),
        couplings=(*starts.begin_ties(), *transport.couplings(version, smart)),
        stack=transport.stack(version, smart),
        upgrades=transport.upgrades(version),
        elsewhere={name: why for name, why in ELSEWHERE.items() if name not in ("eager", "barge_in.score_threshold")},
        beyond={"eager": LATER, "barge_in.score_threshold": LATER},
        doubts=doubts,
        marked=_analyses_turns if smart else None,
    )


def _analyses_turns(tree: Mapping[str, Any]) -> bool:
    """Whether the transport is given Smart-Turn."""
    return at(tree, f"{transport.TRANSPORT}.turn_analyzer")[0] or calls.ANALYZERS[0] in tree


def _gemini() -> Target:
    """Gemini Live in a pipeline: its own activity detection ends turns."""
    kept = (gemini.SILENCE, gemini.PADDING, gemini.DISABLED, gemini.START, gemini.END, gemini.MODEL)
    base = replace(
        gemini.GEMINI,
        fields=kept,
        rules=tuple(rule for rule in gemini.GEMINI.rules if rule is not gemini.INTERRUPTED),
        stack={**gemini.STACK, "barge_in.mode": Fixed("interrupt", "the start of speech is what interrupts")},
        doubts=lambda given: gemini.doubts({**given, gemini.HANDLING.path: None}),
        check=None,
        scopes=(),
        roots=(),
    )
    return replace(
        respelled(base, _gemini_name, name="pipecat-gemini", title="Pipecat, Gemini Live"),
        format=calls.WITH_STRATEGIES,
        marks=(calls.GEMINI,),
        ahead=True,
        scopes=(calls.GEMINI,),
        signs=calls.SIGNS,
    )


def _gemini_name(path: str) -> str:
    """Pipecat's name of a setting of Google's."""
    key = gemini.snake(path.rpartition(".")[2])
    return f"{calls.GEMINI}.{key.replace('_of_speech', '')}"


@cache
def of_version(version: Version) -> Target:
    """Pipecat as a version has it."""
    older: tuple[Target, ...]
    if version < Version(STRATEGIES_SINCE):
        head, older = _in_transport(version, smart=False), (_in_transport(version, smart=True),)
    elif version < Version(P99_SINCE):
        head, older = _settled(version, smart=False), (_settled(version, smart=True), _in_transport(version, True))
    else:
        head, older = _smart(version), (_timeout(version),)
        if version < Version(STRATEGIES_ALONE_SINCE):
            older = (*older, _in_transport(version, smart=True))
    if not version < Version(STRATEGIES_SINCE):
        older = tuple(replace(one, marked=_in_transport_alone) if "transport" in one.name else one for one in older)
    forms = tuple(replace(one, history=HISTORY) for one in (*older, _gemini()))
    return replace(head, history=HISTORY, older=forms)


def _in_transport_alone(tree: Mapping[str, Any]) -> bool:
    """Whether Smart-Turn is given to the transport, and no strategy is."""
    return at(tree, f"{transport.TRANSPORT}.turn_analyzer")[0] and calls.STRATEGIES not in tree


HISTORY: History[Target] = History(
    PACKAGES, BREAKS, NEWEST, of_version, WORDS, LIKELY, lenient=True, spoken=("Pipecat",)
)
PIPECAT = of_version(Version(NEWEST))
TARGETS = (PIPECAT, PIPECAT.older[0])
