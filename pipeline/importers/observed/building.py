"""From the observations of an exchange to a turn of a recording (timing model, sections 1 and 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec
from pydantic import ValidationError

from pipeline.importers.observed.exchange import Observed, ToolRound, Value
from pipeline.importers.report import FieldOrigin, Findings, Origin
from pipeline.recordings.fast_turns import Decoded, made
from stages.i18n import say
from stages.model import first_problem
from stages.turn import MAX_DRAWS, MAX_TOOLS, SCHEMA, Turn

NOMINAL_SPEECH_MS = 1000.0
"""Taken for the length of an utterance that no source shows: response times do not depend on it."""

SCALARS: tuple[tuple[str, str, str], ...] = (
    ("eot_delay_ms", "speech", "eot_delay_ms"),
    ("release_ms", "speech", "release_ms"),
    ("onset_lag_ms", "speech", "onset_lag_ms"),
    ("final_ms", "asr", "final_ms"),
    ("interim_ms", "asr", "interim_ms"),
    ("lead_ms", "llm", "lead_ms"),
    ("token_ms", "llm", "token_ms"),
    ("ms_per_token", "tts", "ms_per_token"),
)
"""Attribute of `Observed`, group and key of the turn."""

_scalars = attrgetter(*(attribute for attribute, _, _ in SCALARS))
_PLACES = tuple((attribute, group, key, f"{group}.{key}") for attribute, group, key in SCALARS)

CENSORABLE = frozenset({"final_ms"})
"""The scalars of which a turn can mark a bound; a bound of another is left out."""

HOW = {
    "speech.end_ms": "from the user's first speech to its end; 1,000 ms taken where no speech is logged",
    "speech.pauses": "silences between stretches of speech; none is known where no speech is logged",
    "speech.eot_score": "what the end-of-turn model said at the end",
    "speech.eot_delay_ms": "how long the end-of-turn model took",
    "speech.release_ms": "how late the VAD hears that speech ended",
    "speech.onset_lag_ms": "how late the VAD hears that speech begins",
    "network.up_ms": "0 where the source measures at the server: the network is in no figure",
    "network.down_ms": "0 where the source measures at the server: the network is in no figure",
    "asr.final_ms": "from the end of speech to the final transcript",
    "asr.interim_ms": "from a word's end to an interim transcript",
    "llm.lead_ms": "from the commit to the request to the LLM",
    "llm.ttft_ms": "from the request to the first token; attempts that were not made are open",
    "llm.tools": "rounds of tool calls before the spoken answer",
    "llm.token_ms": "from token to token",
    "llm.clause_tokens": "counted from the text",
    "llm.sentence_tokens": "counted from the text",
    "llm.reply_tokens": "as the model counts them, else counted from the text",
    "tts.ttfb_ms": "from the request to the first audio; attempts that were not made are open",
    "tts.ms_per_token": "length of the audio over the tokens",
    "overlaps": "the user's speech over the agent's; which kind it was is a guess",
    "response_ms": "from the end of speech to the agent's first sound",
}
"""Field -> how it is known."""


def fields_known(own: Mapping[str, str] | None = None) -> tuple[FieldOrigin, ...]:
    """The fields of a turn with how each is known; `own`: field -> how, where a source knows it in its own way."""
    ways = HOW | dict(own or {})
    return tuple(FieldOrigin(field=field, origin="absent", how=how) for field, how in ways.items())


FIELDS = fields_known()

_ABSENT: dict[str, Origin] = dict.fromkeys(HOW, "absent")


def turns(source: Iterator[Observed], findings: Findings) -> Iterator[Turn | Decoded]:
    """The turns of these exchanges, in order; one whose values contradict each other is left out and noted."""
    places: dict[str, int] = {}
    for one in source:
        place = places[one.session] = places.get(one.session, -1) + 1
        if (found := turn(one, place, findings)) is not None:
            yield found


def turn(one: Observed, place: int, findings: Findings, fast: bool = True) -> Turn | Decoded | None:
    """The turn of one exchange, the so-manyth of its session; None: its values contradict each other, which is noted.

    `fast`: as a struct where it can be one; else always as the model, which knows what was given.
    """
    name = f"{one.session}-{place:04d}"
    data, origins = _turn(one, name, place)
    found = _made(data, fast)
    if isinstance(found, ValidationError):
        field, rule = first_problem(found)
        where = say("observed.where", place=one.place) if one.place else ""
        findings.note("lost", say("observed.contradict", where=where, field=field, rule=rule), name)
        return None
    findings.took(origins)
    if one.end_of_turn_ms is not None and one.end_of_turn_ms.origin != "censored":
        findings.waits.append(one.end_of_turn_ms.ms)
    if findings.sound is not None and one.at_ms is not None:
        findings.sound.begins[name] = one.at_ms
    return found


def _made(data: dict[str, Any], fast: bool) -> Turn | Decoded | ValidationError:
    """The turn, made fast; where that refuses it or its parts are out of order, as the model has it."""
    try:
        if fast and _in_order(data):
            return made(data)
    except msgspec.ValidationError:
        pass
    try:
        return Turn.model_validate(data)
    except ValidationError as error:
        return error


def _in_order(data: dict[str, Any]) -> bool:
    """Whether pauses and overlaps follow each other, and pauses end before the speech."""
    done = 0.0
    for pause in data["speech"].get("pauses") or ():
        if pause.at_ms < done:
            return False
        done = pause.at_ms + pause.ms
    if done > data["speech"]["end_ms"]:
        return False
    done = 0.0
    for overlap in data.get("overlaps") or ():
        if overlap.at_ms < done:
            return False
        done = overlap.at_ms + overlap.ms
    return True


def _turn(one: Observed, name: str, place: int) -> tuple[dict[str, Any], dict[str, Origin]]:
    """The turn in its JSON form, and where its values come from."""
    data: dict[str, Any] = {"speech": {}, "network": {}, "asr": {}, "llm": {}, "tts": {}}
    origins = _ABSENT.copy()
    censored: list[str] = []
    _speech(one, data, origins)
    for value, (attribute, group, key, field) in zip(_scalars(one), _PLACES, strict=True):
        if value is None or (value.origin == "censored" and attribute not in CENSORABLE):
            continue
        data[group][key], origins[field] = round(value.ms, 3), value.origin
        if value.origin == "censored":
            censored.append(field)
    for group, key, field, draws in (
        ("llm", "ttft_ms", "llm.ttft_ms", one.ttft_ms),
        ("tts", "ttfb_ms", "tts.ttfb_ms", one.ttfb_ms),
    ):
        if any(draws):
            data[group][key] = _draws(draws)
            origins[field] = _origin_of(draws)
            censored += [
                f"{field}[{i}]" for i, draw in enumerate(draws[:MAX_DRAWS]) if draw and draw.origin == "censored"
            ]
    _tokens(one, data, origins)
    _tools(one.tools, data, origins)
    _network(one, data, origins)
    if one.overlaps is not None:
        data["overlaps"], origins["overlaps"] = one.overlaps, "derived"
    if one.response_ms is not None and one.response_ms.origin != "censored":
        data["response_ms"], origins["response_ms"] = round(one.response_ms.ms, 3), one.response_ms.origin
    data |= {"schema": SCHEMA, "id": name, "session": one.session, "censored": tuple(censored)}
    data["index"] = place if one.index is None else one.index
    return data, origins


def _speech(one: Observed, data: dict[str, Any], origins: dict[str, Origin]) -> None:
    speech = data["speech"]
    if one.speech_ms is None:
        speech["end_ms"] = NOMINAL_SPEECH_MS
    else:
        speech["end_ms"], origins["speech.end_ms"] = round(one.speech_ms.ms, 3), one.speech_ms.origin
    if one.pauses is not None:
        speech["pauses"], origins["speech.pauses"] = one.pauses, "measured"
    if one.eot_score is not None:
        speech["eot_score"], origins["speech.eot_score"] = one.eot_score, "measured"


def _tokens(one: Observed, data: dict[str, Any], origins: dict[str, Origin]) -> None:
    if one.tokens is None:
        return
    llm, counted = data["llm"], one.tokens
    if counted.clause is not None:
        llm["clause_tokens"], origins["llm.clause_tokens"] = counted.clause, "derived"
    if counted.sentence is not None:
        llm["sentence_tokens"], origins["llm.sentence_tokens"] = counted.sentence, "derived"
    if counted.reply is not None:
        llm["reply_tokens"], origins["llm.reply_tokens"] = counted.reply, "derived"


def _tools(tools: tuple[ToolRound, ...], data: dict[str, Any], origins: dict[str, Origin]) -> None:
    if not tools:
        return
    data["llm"]["tools"] = [
        {"ms": None if one.ms is None else round(one.ms.ms, 3), "ttft_ms": _draws(one.ttft_ms) if one.ttft_ms else None}
        for one in tools[:MAX_TOOLS]
    ]
    origins["llm.tools"] = "measured" if all(one.ms and one.ms.origin == "measured" for one in tools) else "derived"


def _network(one: Observed, data: dict[str, Any], origins: dict[str, Origin]) -> None:
    """Half of what both ways take; none where the source's own times begin and end at the server."""
    half = 0.0 if one.network_ms is None else round(one.network_ms.ms / 2, 3)
    data["network"] = {"up_ms": half, "down_ms": half}
    origins["network.up_ms"] = origins["network.down_ms"] = "derived"


def _draws(draws: tuple[Value | None, ...]) -> tuple[float | None, ...]:
    """The draws of the attempts that were made; those of further attempts are open."""
    seen = tuple([None if draw is None else round(draw.ms, 3) for draw in draws[:MAX_DRAWS]])
    return seen + _OPEN[len(seen) :]


_OPEN: tuple[None, ...] = (None,) * MAX_DRAWS


def _origin_of(draws: tuple[Value | None, ...]) -> Origin:
    first = draws[0]
    return "absent" if first is None else first.origin
