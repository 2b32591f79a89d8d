"""Older forms of Agora's join body: `turn_detection` without `config`, and before that `vad`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.formats.json_text import Json
from tuner.space.deployable import follows
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Rule, Theirs, direct, times
from tuner.targets.sdk_checks.strict import Check
from tuner.targets.target import Target
from tuner.targets.vendors.agora.fields import BOTH, FILLER_ENABLE, FILLER_WAIT, HISTORY, SDK, TURN
from tuner.targets.vendors.agora.stack import BEYOND, ELSEWHERE, LAGS, NO_TIMING, STACK, history, of_the_rest

OLDEST = "REST reference before v1.8, by its release notes; in no SDK's types"
UNRANGED = "no range is published for the older form: what the present one allows is written"
NO_MODEL = "this older form knows silence alone; the semantic mode needs `turn_detection.config`"
VOICE = ("barge_in.min_speech_ms", "barge_in.withdraw_ms", "endpointing.onset_ms")
MODES = {"interrupt": "interrupt", "append": "append", "ignore": "ignore"}


def older(name: str, title: str, check: Check, switches: tuple[Field, ...]) -> tuple[Target, ...]:
    """The flat form, and the one before it, of a build; `switches` are fields that tell what else acts on turns."""
    vad, flat = f"{title}, vad (deprecated first)", f"{title}, flat turn_detection (deprecated)"
    return (
        _form(f"{name}-vad", vad, "properties.vad", (), OLDEST, check, switches),
        _form(f"{name}-flat", flat, TURN, (f"{TURN}.type",), BOTH, check, switches),
    )


def _form(
    name: str, title: str, at: str, also: tuple[str, ...], source: str, check: Check, switches: tuple[Field, ...]
) -> Target:
    silence = _times(f"{at}.silence_duration_ms", 120, 2000, 480, "integer", source)
    voice = _times(f"{at}.interrupt_duration_ms", 120, 1200, 160, "number", source)
    mode = Field(
        f"{TURN}.interrupt_mode",
        "choice",
        choices=(*MODES, "keyword", "keywords", "adaptive"),
        default="interrupt",
        source=BOTH,
    )
    fields = (
        Field(f"{TURN}.type", "choice", choices=("agora_vad", "server_vad", "semantic_vad"), source=SDK),
        mode,
        voice,
        silence,
        Field(f"{at}.prefix_padding_ms", "integer", "ms", 0, 5000, default=800, source=source),
        Field(f"{at}.threshold", "number", low=0.0, high=1.0, default=0.5, source=source),
        Field(f"{TURN}.interrupt_keywords", "list", source=SDK),
        Field(f"{TURN}.eagerness", "choice", choices=("auto", "low", "high"), source=SDK, note="OpenAI Realtime only"),
        Field(f"{TURN}.create_response", "flag", source=SDK, note="OpenAI Realtime only"),
        Field(f"{TURN}.interrupt_response", "flag", source=SDK, note="OpenAI Realtime only"),
        HISTORY,
        FILLER_ENABLE,
        FILLER_WAIT,
        *switches,
    )
    keys = ("interrupt_duration_ms", "silence_duration_ms", "prefix_padding_ms", "threshold")
    marks = [*(f"{at}.{key}" for key in keys), *also, *([mode.path] if at == TURN else [])]
    return Target(
        name=name,
        title=title,
        format=Json(),
        fields=fields,
        rules=(direct("endpointing.silence_ms", silence), _voice(voice), _mode(mode), history(HISTORY)),
        couplings=tuple(follows(follower, VOICE[0]) for follower in VOICE[1:]),
        stack=STACK | {"endpointing.eot_threshold": Fixed(None, NO_MODEL)},
        elsewhere=ELSEWHERE,
        beyond=BEYOND,
        roots=("properties", TURN),
        scopes=(TURN, at) if at != TURN else (TURN,),
        no_timing=NO_TIMING,
        doubts=lambda given: _doubts(given, mode.path),
        marks=tuple(marks),
        notes=LAGS,
        check=check,
    )


def _times(path: str, low: float, high: float, default: int, kind: Any, source: str) -> Field:
    return Field(path, kind, "ms", low, high, default=default, reads=(0, 60_000), source=source, note=UNRANGED)


def _voice(voice: Field) -> Rule:
    """One duration for everything that voice does."""
    return Rule(
        VOICE,
        (voice.path,),
        lambda given: dict.fromkeys(VOICE, voice.ms(given[voice.path])),
        lambda ours: {voice.path: voice.of_ms(ours[VOICE[0]])},
        {VOICE[0]: times(voice)},
        "the one duration after which voice begins a turn and stops the agent",
    )


def _mode(mode: Field) -> Rule:
    return Rule(
        ("barge_in.mode",),
        (mode.path,),
        lambda given: {"barge_in.mode": MODES.get(given[mode.path], "interrupt")},
        lambda ours: {mode.path: MODES[ours["barge_in.mode"]]},
        {"barge_in.mode": tuple(MODES)},
        "the same names",
    )


def _doubts(given: Theirs, mode: str) -> Iterable[str]:
    yield "this is a deprecated form; `turn_detection.config` of the present one has more settings"
    if given[mode] in ("keyword", "keywords"):
        yield f"interrupt_mode is {given[mode]}: which words were said is not known, so it is read as any voice"
    if given[mode] == "adaptive":
        yield "interrupt_mode is adaptive: how far it raises the duration is not published; read as interrupt"
    if given[f"{TURN}.type"] in ("server_vad", "semantic_vad"):
        yield f"turn_detection.type is {given[f'{TURN}.type']}: the audio LLM ends turns, which cannot be replayed"
    yield from of_the_rest(given)
