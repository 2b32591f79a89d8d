"""The importer of Vapi: call records with latencies a turn, and the lines "Turn latency" of a call's log.

Source: vapi-server-sdk 3.0.0, `Call`, `Artifact`, `PerformanceMetrics`, `TurnLatency`, `UserMessage`, `BotMessage`. All
latencies are in ms; so is `duration` of a message in real records, though the SDK says seconds, so the times of its
begin and end are taken instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from statistics import median

from msgspec.structs import replace

from pipeline.importers.files import File
from pipeline.importers.hosted.calls import Call, calls, has_call, in_force
from pipeline.importers.hosted.turn_taking import Said, Took, exchanges
from pipeline.importers.hosted.vapi_lines import TurnLatency, line_latency, session_of
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, entries, group, number, text
from pipeline.importers.moments import ms_of
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed, ToolRound, derived, measured
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading, VendorSettings
from stages.errors import RecordingError

TYPES = ("webCall", "inboundPhoneCall", "outboundPhoneCall", "vapi.websocketCall")
LINES_LOOKED_AT = 400
PARTS_APART_MS = 50.0
"""Parts that add up to so much more than the whole overlapped, or were measured elsewhere."""

HOW = {
    "speech.eot_score": "1 where the user's last words end with punctuation, else 0: it is what the plan looks at",
    "speech.end_ms": "from the begin of the user's first message to the end of the last; 1,000 ms where unknown",
    "asr.final_ms": "transcriber: from the user's speech to the transcript",
    "llm.lead_ms": "kb: what the knowledge base took, in lines of a log",
    "llm.ttft_ms": "model: the first token; with tools it may be that of the call",
    "llm.tools": "from the message of the tool's call to that of its result",
    "tts.ttfb_ms": "voice: from the model's output to the voice, so it holds the wait for the first words",
    "tts.ms_per_token": "length of the reply's messages over the tokens of their text",
    "response_ms": "the latency of the whole turn, as Vapi gives it",
}


class Vapi:
    """The importer of Vapi."""

    name = "vapi"
    reads = 'Vapi: calls from its API or the end-of-call report, and the lines "Turn latency" of a call\'s log'
    options = LogOptions

    def recognise(self, file: File) -> str | None:
        """By the keys of a call, or a line with the latency of a turn."""
        if has_call(file, is_call):
            return "a call record of Vapi"
        return "a log of Vapi with turn latencies" if _is_log(file) else None

    def read(self, files: Sequence[File], options: LogOptions) -> Reading:
        """The turns of all calls; a log whose latencies a call record has too is read once."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(HOW))
        return Reading(turns_of_exchanges(_sessions(files, findings), options, findings), findings)


def is_call(held: Object) -> bool:
    """Whether an object is a call, or the report at its end, which has the call beside the artifact."""
    if text(held, "type") == "end-of-call-report":
        return "artifact" in held or "call" in held
    named = text(held, "id") is not None and ("orgId" in held or "assistantId" in held or "squadId" in held)
    metrics = group(group(held, "artifact"), "performanceMetrics")
    return (named and (text(held, "type") in TYPES or "artifact" in held)) or "turnLatencies" in metrics


def _is_log(file: File) -> bool:
    lines = file.head.decode("utf-8", "replace").splitlines()[:LINES_LOOKED_AT]
    return any(line_latency(line) is not None for line in lines)


def _name(record: Object) -> str | None:
    return text(record, "id") or text(group(record, "call"), "id")


def _sessions(files: Sequence[File], findings: Findings) -> Iterator[list[Observed]]:
    records = [file for file in files if has_call(file, is_call)]
    logs = [file for file in files if file not in records]
    known: set[tuple[float | None, ...]] = set()
    names: set[str] = set()
    waits: list[float] = []
    for call in calls(records, findings, is_call, _name):
        latencies = _latencies(call.record)
        in_force(findings, _settings(call), call.place)
        names.add(call.name)
        waits += [one.endpointing for one in latencies if one.endpointing is not None]
        if latencies:
            known.add(tuple(one.whole for one in latencies))
        yield _of_call(call, latencies, findings)
    for file in logs:
        for name, latencies in _of_log(file).items():
            totals = tuple(one.whole for one in latencies)
            if name in names or totals in known:
                findings.counts["turn latencies in a log that a call record has too"] += len(latencies)
                continue
            known.add(totals)
            names.add(name)
            waits += [one.endpointing for one in latencies if one.endpointing is not None]
            yield [_observed(name, one, findings) for one in latencies]
    _say_the_wait(waits, findings)


def _say_the_wait(waits: list[float], findings: Findings) -> None:
    """How long Vapi waited, where no record has the plan that made it wait."""
    if waits and findings.vendor is None:
        findings.note(
            "doubtful",
            f"Vapi waited {median(waits):,.0f} ms at the median for the end of a turn (endpointing), and nothing here "
            "says under which plan: name it with --settings, after `turntempo settings from vapi assistant.json -o "
            "settings.json`",
            field="response_ms",
        )


def _of_log(file: File) -> dict[str, list[TurnLatency]]:
    """Session -> the latencies in the lines of a log."""
    found: dict[str, list[TurnLatency]] = {}
    for number_, line in file.lines():
        if b"Turn latency" not in line:
            continue
        words = line.decode("utf-8", "replace")
        if (one := line_latency(words)) is not None:
            name = plain_name(session_of(words) or file.name.partition(".")[0])
            found.setdefault(name, []).append(replace(one, place=f"{file.path}:{number_}"))
    if not found:
        raise RecordingError("holds nothing of Vapi: no call record and no line with a turn latency", file=file.path)
    return found


def _latencies(record: Object) -> list[TurnLatency]:
    artifact = group(record, "artifact") or group(group(record, "call"), "artifact")
    held = entries(group(artifact, "performanceMetrics"), "turnLatencies")
    return [
        TurnLatency(
            whole=number(one, "turnLatency"),
            transcriber=number(one, "transcriberLatency"),
            endpointing=number(one, "endpointingLatency"),
            model=number(one, "modelLatency"),
            voice=number(one, "voiceLatency"),
        )
        for one in held
        if isinstance(one, dict)
    ]


def _observed(session: str, one: TurnLatency, findings: Findings) -> Observed:
    """What the latencies of a turn say: the end of the turn is the transcript's and the endpointing's together."""
    parts = [part for part in (one.transcriber, one.endpointing, one.kb, one.model, one.voice) if part is not None]
    if one.whole is not None and sum(parts) > one.whole + PARTS_APART_MS:
        findings.counts["turns whose parts add up to more than the whole: stages overlapped"] += 1
    waited = None
    if one.transcriber is not None and one.endpointing is not None:
        waited = one.transcriber + one.endpointing
    return Observed(
        session=session,
        place=one.place,
        final_ms=measured(one.transcriber),
        end_of_turn_ms=derived(waited),
        lead_ms=measured(one.kb),
        ttft_ms=() if one.model is None else (measured(one.model),),
        ttfb_ms=() if one.voice is None else (measured(one.voice),),
        response_ms=measured(one.whole),
    )


def _of_call(call: Call, latencies: list[TurnLatency], findings: Findings) -> list[Observed]:
    """The exchanges of a call; its latencies have no names, so they are joined where there are as many."""
    took = exchanges(_messages(call.record))
    metrics = group(group(call.record, "artifact"), "performanceMetrics")
    findings.counts["replies that the user interrupted, as Vapi counts them"] += _times(metrics)
    if not latencies:
        return [_spoken(call, one, Observed(call.name, call.place, response_ms=derived(one.gap_ms))) for one in took]
    measures = [_observed(call.name, replace(one, place=call.place), findings) for one in latencies]
    if len(took) != len(latencies):
        findings.note(
            "doubtful",
            f"the call {call.name} has {len(latencies)} turn latencies and {len(took)} answers among its messages: "
            "which belong together is not known, so the messages are left out",
        )
        return measures
    return [_spoken(call, one, measure) for one, measure in zip(took, measures, strict=True)]


def _times(metrics: Object) -> int:
    value = number(metrics, "numAssistantInterrupted")
    return int(value) if value is not None and 0 < value < 1 << 24 else 0


def _spoken(call: Call, one: Took, measure: Observed) -> Observed:
    """The exchange with what the messages say of it."""
    return replace(
        measure,
        session=call.name,
        index=one.index,
        at_ms=one.at_ms,
        speech_ms=derived(one.speech_ms),
        eot_score=_punctuated(one.last_said),
        tokens=one.tokens,
        ms_per_token=derived(one.ms_per_token),
        tools=tuple(ToolRound(derived(ms)) for ms in one.tools_ms),
    )


def _punctuated(said: str | None) -> float | None:
    """What the transcription plan goes by."""
    return None if not said else float(said.rstrip().endswith(PUNCTUATION))


PUNCTUATION = (".", "!", "?", "。", "！", "？")


def _messages(record: Object) -> Iterator[Said]:
    """Who said what from when to when; a tool's call and its result too."""
    artifact = group(record, "artifact") or group(group(record, "call"), "artifact")
    held = entries(artifact, "messages") or entries(record, "messages")
    for message in held:
        if not isinstance(message, dict):
            continue
        side = SIDES.get(text(message, "role") or "")
        start = ms_of(message.get("time"))
        if side is None or start is None:
            continue
        end = ms_of(message.get("endTime"))
        yield Said(side, start, end, text(message, "message") if side in ("user", "agent") else None)


SIDES = {
    "user": "user",
    "bot": "agent",
    "assistant": "agent",
    "tool_calls": "call",
    "tool_call": "call",
    "tool_call_result": "result",
}


def _settings(call: Call) -> VendorSettings | None:
    """The plans for speaking of the assistant in the record; one that is only named is not known."""
    beside = group(call.record, "call")
    assistant = group(call.record, "assistant") or group(beside, "assistant")
    changed = group(call.record, "assistantOverrides") or group(beside, "assistantOverrides")
    if not assistant:
        return None
    kept: Object = {}
    for plan in ("startSpeakingPlan", "stopSpeakingPlan"):
        kept[plan] = group(assistant, plan) | group(changed, plan)
    hearing = group(changed, "transcriber") or group(assistant, "transcriber")
    if transcriber := {key: value for key in ("provider", "model") if (value := text(hearing, key)) is not None}:
        kept["transcriber"] = transcriber
    return VendorSettings(target="vapi", document=json.dumps(kept), source=call.place)
