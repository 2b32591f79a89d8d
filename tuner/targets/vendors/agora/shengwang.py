"""The mainland-China build of Agora's engine, as its SDK has it: without `interruption` and `pause_state_enabled`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.vendors.agora.fields import (
    AIVAD,
    END_MODE,
    INTERRUPTION,
    MAINLAND,
    MLLM_THEN,
    REST,
    SDK,
    START_MODE,
    START_STRATEGY,
    TURN,
)
from tuner.targets.vendors.agora.older_forms import older
from tuner.targets.vendors.agora.target import AGORA, COMMON, INTERRUPTING
from tuner.targets.vendors.agora.types import CHECK_MAINLAND

TITLE = "Shengwang (声网) Conversational AI"
MODE = replace(START_MODE, choices=("vad", "keywords", "disabled"), note="the object needs it")
STRATEGY = replace(START_STRATEGY, note="this SDK spells it ignored where the REST reference has ignore; both are read")
NOT_HERE = Field(INTERRUPTION, "object", source=REST, note="since v2.6, and not in this SDK: not read")
OWN = {one.path: one for one in (MODE, STRATEGY, replace(END_MODE, choices=("vad", "semantic")))}
"""Where this SDK differs."""


def _here(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields as this SDK has them."""
    own = (OWN.get(one.path, one) for one in fields)
    return tuple(replace(one, source=one.source.replace(SDK, MAINLAND)) for one in own)


def _mode(given: Theirs) -> dict[str, Any]:
    if given[MODE.path] != "disabled":
        return {"barge_in.mode": "interrupt"}
    return {"barge_in.mode": "append" if given[STRATEGY.path] == "append" else "ignore"}


def _mode_there(ours: Ours) -> dict[str, Any]:
    if ours["barge_in.mode"] == "interrupt":
        return {MODE.path: "vad"}
    return {MODE.path: "disabled", STRATEGY.path: "append" if ours["barge_in.mode"] == "append" else "ignored"}


INTERRUPTED = Rule(
    ("barge_in.mode",),
    (MODE.path, STRATEGY.path),
    _mode,
    _mode_there,
    {"barge_in.mode": ("interrupt", "append", "ignore")},
    "interrupt is mode vad, the others mode disabled with its strategy",
)


def _doubts(given: Theirs) -> Iterable[str]:
    yield from AGORA.doubts(given)
    if given[NOT_HERE.path]:
        yield "interruption is in it, which this SDK does not have: not read; if REST takes it from you, read as agora"


SHENGWANG = replace(
    AGORA,
    name="shengwang",
    title=TITLE,
    fields=_here((*COMMON, MLLM_THEN, AIVAD, NOT_HERE)),
    rules=tuple(INTERRUPTED if rule is INTERRUPTING else rule for rule in AGORA.rules),
    scopes=(TURN,),
    doubts=_doubts,
    older=tuple(
        replace(one, fields=_here(one.fields)) for one in older("shengwang", TITLE, CHECK_MAINLAND, (MLLM_THEN, AIVAD))
    ),
    check=CHECK_MAINLAND,
    signs=(r"\bshengwang_agent\b", r"\bapi\.agora\.io/cn/"),
    notes=(
        *AGORA.notes,
        "The REST service also takes `interruption` since v2.6; this SDK's types do not have it, so it is not written.",
    ),
)

TARGETS = (SHENGWANG,)
