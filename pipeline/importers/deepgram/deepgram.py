"""The importer of Deepgram: messages of Flux and of the Voice Agent, as a client received them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pipeline.importers.deepgram.flux import FluxSession
from pipeline.importers.deepgram.voice_agent import TYPES, AgentSession
from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, group, text
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading, VendorSettings
from pipeline.importers.wire.received import has_event, received
from stages.errors import RecordingError

HOW = {
    "speech.end_ms": "Flux: from the first word to the last; the Voice Agent does not say when speech ended",
    "speech.pauses": "Flux: gaps of 200 ms or more between words, each with the most confidence that it came to",
    "speech.eot_score": "Flux: the confidence at EndOfTurn; the most that it came to where the timeout ended the turn",
    "speech.eot_delay_ms": "Flux: from the end of the last word to the message with that confidence",
    "asr.final_ms": "Flux: from the end of the last word to the first message with it; Voice Agent: stt_latency",
    "llm.lead_ms": "Voice Agent: what is left of AgentStartedSpeaking's total without LLM and TTS",
    "llm.ttft_ms": "Voice Agent: ttt_text_latency, or ttt_latency of AgentStartedSpeaking",
    "llm.tools": "Voice Agent: from FunctionCallRequest to FunctionCallResponse, where the client wrote times",
    "tts.ttfb_ms": "Voice Agent: from the first text token to the audio, so it holds the wait for the first words",
    "overlaps": "not known: the log does not say when speech and audio ended",
    "response_ms": "Voice Agent: total_latency of LatencyReport; that of AgentStartedSpeaking begins later",
}
THRESHOLDS = ("eot_threshold", "eager_eot_threshold", "eot_timeout_ms")
MOST_OPEN = 256
"""Connections of Flux in one log that are held at once; beyond, the one that was silent for longest is over."""

FLUX = ("TurnInfo", "ConfigureSuccess")


class Deepgram:
    """The importer of Deepgram."""

    name = "deepgram"
    reads = "Deepgram: Flux TurnInfo messages and Voice Agent events that a client received"
    options = LogOptions

    def recognise(self, file: File) -> str | None:
        """By the types of its messages."""
        return "messages of Deepgram" if has_event(file, is_event) else None

    def read(self, files: Sequence[File], options: LogOptions) -> Reading:
        """The turns of all connections."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(HOW))
        return Reading(turns_of_exchanges(_sessions(files, options, findings), options, findings), findings)


def is_event(held: Object) -> bool:
    """Whether an object is a message of Flux or of the Voice Agent."""
    kind = text(held, "type")
    if kind in FLUX:
        return "turn_index" in held or "thresholds" in held
    if kind == "Settings":
        return "agent" in held
    if kind == "Welcome":
        return "request_id" in held
    return kind in TYPES


def _sessions(files: Sequence[File], options: LogOptions, findings: Findings) -> Iterator[list[Observed]]:
    taken: dict[str, int] = {}
    for file in files:
        for session in _connections(file, taken, findings):
            if isinstance(session, FluxSession):
                yield list(session.observed(options.grace_ms, findings))
            else:
                yield list(session.observed())


def _connections(file: File, taken: dict[str, int], findings: Findings) -> Iterator[FluxSession | AgentSession]:
    """The connections in a file: of Flux by their request, of the Voice Agent one a Welcome."""
    stem = plain_name(file.stem)
    flux: dict[str, FluxSession] = {}
    agent: AgentSession | None = None
    none = True
    for one in received(file, is_event, findings):
        none, kind, place = False, text(one.event, "type"), f"{file.path}:{one.line}"
        _in_force(one.event, kind, place, findings)
        if kind == "TurnInfo":
            key = text(one.event, "request_id") or stem
            session = flux.pop(key, None) or FluxSession(_once(plain_name(key), taken))
            session.take(one.event, place, findings)
            flux[key] = session
            if len(flux) > MOST_OPEN:
                yield flux.pop(next(iter(flux)))
        elif kind in TYPES:
            if kind == "Welcome" or agent is None:
                if agent is not None and agent.begun:
                    yield agent
                agent = AgentSession(_once(plain_name(text(one.event, "request_id") or stem), taken), findings)
            agent.take(one.event, one.at)
    if none:
        raise RecordingError("holds no message of Deepgram's Flux or Voice Agent", file=file.path)
    yield from flux.values()
    if agent is not None:
        yield agent


def _once(name: str, taken: dict[str, int]) -> str:
    times = taken[name] = taken.get(name, 0) + 1
    return name if times == 1 else f"{name}-{times}"


def _in_force(event: Object, kind: str | None, place: str, findings: Findings) -> None:
    """Keep the thresholds that were set; RecordingError where others were set before."""
    vendor = None
    if kind == "ConfigureSuccess":
        held = {key: value for key, value in group(event, "thresholds").items() if key in THRESHOLDS}
        vendor = VendorSettings(target="deepgram-flux", document=json.dumps(held), source=place)
    elif kind == "Settings":
        listening = group(group(group(event, "agent"), "listen"), "provider")
        kept = {key: listening[key] for key in ("type", "model", "version", *THRESHOLDS) if key in listening}
        document = {"agent": {"listen": {"provider": kept}}}
        vendor = VendorSettings(target="deepgram-agent", document=json.dumps(document), source=place)
    if vendor is None:
        return
    if findings.vendor is not None and findings.vendor.document != vendor.document:
        raise RecordingError("has other settings than the messages before it; import them apart", file=place)
    findings.vendor = vendor
