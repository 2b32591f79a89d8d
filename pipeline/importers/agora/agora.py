"""The importer of Agora Conversational AI: turn pages, webhooks, live messages, and the start request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pipeline.importers.agora.measures import AgoraTurn
from pipeline.importers.agora.reading import WHY, AgoraSession, Shape, Sources, shape_of, with_speech
from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, first_objects, group, objects, text
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed, derived, measured
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading, VendorSettings
from pipeline.importers.spoken_text import NOMINAL, NOMINAL_TOKENS
from stages.errors import RecordingError

_HOW = {
    "speech.end_ms": "speech_duration_ms of a turn, or the history's speech times (llm.vendor custom only)",
    "asr.final_ms": "asr_ttlw: from the end of speech to the last word",
    "llm.ttft_ms": "llm_ttft (llm_ttfb in webhook 111): from the request to the first token",
    "llm.token_ms": "time from first token to first sentence over ten tokens",
    "tts.ttfb_ms": "tts_ttfb: from the request to the first byte",
    "network.up_ms": "half of transport, which the Web SDK does not measure; else 0",
    "network.down_ms": "half of transport, which the Web SDK does not measure; else 0",
    "response_ms": "e2e_latency_ms",
}

SERIES = ("algorithm", "asr_ttlw", "llm_ttft", "llm_ftfs", "llm_ttfa", "tts_ttfb", "transport")
APART_MS = 20.0
"""Segments that add up to the whole as well as this were counted one after the other."""


class Agora:
    """The importer of what Agora tells of its agents."""

    name = "agora"
    reads = "Agora Conversational AI: pages of GET .../turns, webhooks 103, 111, 112, RTM messages, the start request"
    options = LogOptions

    def recognise(self, file: File) -> str | None:
        """By the keys of an object."""
        return next((WHY[shape] for held in first_objects(file) if (shape := _shape(held))), None)

    def read(self, files: Sequence[File], options: LogOptions) -> Reading:
        """The turns of all agents; what several files tell of one turn is put together."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(_HOW))
        return Reading(turns_of_exchanges(_sessions(files, findings), options, findings), findings)


def _shape(held: Object) -> Shape | None:
    """The shape of an object, also of one that a log holds as the text of a message."""
    return shape_of(held) or shape_of(_inner(held))


def _inner(held: Object) -> Object:
    """The message that a captured line holds."""
    return next((one for key in ("message", "data", "msg", "body") if (one := group(held, key))), {})


def _sessions(files: Sequence[File], findings: Findings) -> Iterator[list[Observed]]:
    sources, unnamed = Sources(findings), set()
    for file in {file.path: file for file in files}.values():
        name, known = plain_name(file.stem), 0
        for number, held in objects(file, findings):
            shape = shape_of(held)
            content = held if shape else _inner(held)
            shape = shape or shape_of(content)
            if shape is None:
                continue
            known += 1
            if shape == "join":
                findings.vendor = VendorSettings(target="agora", document=json.dumps(content), source=file.path)
                continue
            if text(content, "agent_id") is None and text(group(content, "payload"), "agent_id") is None:
                unnamed.add(name)
            sources.take(content, shape, name, f"{file.path}:{number}")
        if not known:
            rule = "holds nothing of Agora: no turns, webhook events, metrics or messages of its data channel"
            raise RecordingError(rule, file=file.path)
    for session in sources.joined(frozenset(unnamed)):
        with_speech(session)
        yield _exchanges(session, findings)


def _exchanges(session: AgoraSession, findings: Findings) -> list[Observed]:
    """The exchanges of one agent, those that no user began left out."""
    turns = [session.turns[number] for number in sorted(session.turns)]
    _count(session, turns, findings)
    spoken = [turn for turn in turns if turn.spoken and (turn.measures or turn.e2e_ms is not None)]
    if sum(_in_series(turn) for turn in spoken) > len(spoken) / 2:
        findings.note(
            "info",
            "the segments add up to the whole, so Agora counts recognition after the wait for the end of the turn; "
            "what the model does not explain of a response may be that",
            field="asr.final_ms",
        )
    return [_observed(turn, plain_name(session.name)) for turn in spoken]


def _count(session: AgoraSession, turns: Sequence[AgoraTurn], findings: Findings) -> None:
    counts = findings.counts
    counts["turns that no user's speech began (greetings, silence, API), left out"] += sum(
        not one.spoken for one in turns
    )
    for ended in ("interrupted", "ignored", "error"):
        counts[f"turns that ended as {ended}"] += sum(one.ended == ended for one in turns)
    if turns and any(turn.start_at is not None for turn in turns):
        most = max(session.total or 0, turns[-1].number - turns[0].number + 1)
        findings.fault("dropped", plain_name(session.name), max(most - len(turns), 0))


def _in_series(turn: AgoraTurn) -> bool:
    parts = [turn.measures[name] for name in SERIES if name in turn.measures]
    return turn.e2e_ms is not None and len(parts) > 2 and abs(sum(parts) - turn.e2e_ms) <= APART_MS


def _observed(turn: AgoraTurn, session: str) -> Observed:
    held = turn.measures
    ttft = held.get("llm_ttft", held.get("llm_ttfa"))
    sentence = _sentence_ms(held)
    return Observed(
        session=session,
        place=f"{session} turn_id {turn.number}",
        at_ms=turn.start_at,
        speech_ms=measured(turn.speech_ms),
        final_ms=measured(held.get("asr_ttlw")),
        end_of_turn_ms=measured(held.get("algorithm")),
        ttft_ms=() if ttft is None else (measured(ttft),),
        token_ms=derived(sentence / NOMINAL_TOKENS) if sentence else None,
        tokens=NOMINAL if sentence else None,
        ttfb_ms=(measured(held["tts_ttfb"]),) if "tts_ttfb" in held else (),
        network_ms=measured(held.get("transport")),
        response_ms=measured(turn.e2e_ms),
    )


def _sentence_ms(held: dict[str, float]) -> float | None:
    """From the first token to the first sentence; None: not known, or at once."""
    if "llm_ftfs" in held:
        return held["llm_ftfs"] if held["llm_ftfs"] > 1 else None
    if "llm_ttfs" in held and "llm_ttft" in held:
        gap = held["llm_ttfs"] - held["llm_ttft"]
        return gap if gap > 1 else None
    return None
