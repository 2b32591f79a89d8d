"""Which span of an agent that nobody knows is which stage: by OpenTelemetry's names for generative AI, or a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pipeline.importers.json_values import number
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Sound, Synthesis, Timeline, Tool
from pipeline.importers.spans import Span
from stages.brief import brief
from stages.errors import InputError, UnknownName

Role = Literal["user", "agent", "stt", "llm", "tts", "tool"]
ROLES: tuple[Role, ...] = get_args(Role)

OPERATIONS: dict[str, Role] = {
    "chat": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "execute_tool": "tool",
    "speech_to_text": "stt",
    "text_to_speech": "tts",
}
"""`gen_ai.operation.name` -> role; the last two are proposals that no convention has yet."""

FIRST_S = (
    "gen_ai.client.operation.time_to_first_chunk",
    "gen_ai.server.time_to_first_token",
    "gen_ai.response.time_to_first_chunk",
    "metrics.ttfb",
)
"""Attributes in seconds: from the request to its first output."""

FIRST_MS = ("ttft_ms", "ttfb_ms", "time_to_first_token_ms", "first_token_ms")
"""The same in ms, as applications write them."""


def mapping(entries: Mapping[str, Any]) -> dict[str, Role]:
    """Name of a span -> role, from entries ROLE=NAME; names between bars. Raises UnknownName, InputError."""
    found: dict[str, Role] = {}
    for role, names in entries.items():
        if role not in ROLES:
            raise UnknownName("role of a span", role, ROLES)
        if not isinstance(names, str) or not names:
            raise InputError(f"the mapping of {role} must be the name of a span, got {brief(names)}")
        known: Role = next(one for one in ROLES if one == role)
        found.update(dict.fromkeys((name.strip() for name in names.split("|")), known))
    return found


def role_of(one: Span, names: Mapping[str, Role]) -> Role | None:
    """The role of a span; None: of no use."""
    operation = one.attributes.get("gen_ai.operation.name")
    return names.get(one.name) or (OPERATIONS.get(operation) if isinstance(operation, str) else None)


def first_ms(one: Span) -> float | None:
    """From the request to the first output, as its attributes tell."""
    found = next((value for key in FIRST_S if (value := number(one.attributes, key)) is not None), None)
    if found is not None:
        return found * 1000
    return next((value for key in FIRST_MS if (value := number(one.attributes, key)) is not None), None)


def timeline(spans: list[Span], name: str, clock: Clock, names: Mapping[str, Role]) -> Timeline:
    """The events of one trace: speech where spans of it are known, requests and syntheses with their first outputs."""
    one = Timeline(name)
    for held in sorted(spans, key=lambda span: (span.start, span.end)):
        start, end, first = clock.ms(held.start), clock.ms(held.end), first_ms(held)
        match role_of(held, names):
            case "user":
                one.speech.append(Sound(start, end))
            case "agent":
                one.agent.append(Sound(start, end, held.id))
            case "stt":
                one.finals.append(Final(end))
                one.commits.append(Commit(end))
            case "llm":
                draws = () if first is None else (Draw(first),)
                one.requests.append(Request(start, draws, None if first is None else start + first))
            case "tts":
                one.syntheses.append(Synthesis(start, () if first is None else (Draw(first),)))
            case "tool":
                one.tools.append(Tool(start, end))
    return one
