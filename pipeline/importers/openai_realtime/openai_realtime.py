"""The importer of OpenAI's Realtime interface: the events that a client received."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, group, text
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.sessions import plain_name, turns_of, turns_of_exchanges
from pipeline.importers.openai_realtime.session import Session, detection_of
from pipeline.importers.openai_realtime.timed import Detection, observed_without_times, timeline
from pipeline.importers.report import Findings, Reading, VendorSettings
from pipeline.importers.wire.received import has_event, received
from stages.errors import RecordingError
from stages.turn import Turn

HOW = {
    "speech.end_ms": "from audio_start_ms plus the padding to audio_end_ms less the silence of the detection",
    "speech.pauses": "silences between stretches that no heard response answered",
    "asr.final_ms": "0: the model hears the audio and waits for no transcript",
    "llm.lead_ms": "from the commit to response.created",
    "llm.ttft_ms": "from response.created to the first audio: one model hears, thinks and speaks",
    "llm.tools": "from the call's arguments to the result that the client sent",
    "llm.reply_tokens": "counted from the transcript",
    "tts.ttfb_ms": "0: the model speaks by itself, so nothing comes after its first audio",
    "response_ms": "from the end of speech to the first audio, by the client's receive times",
}

SIGNS = ("input_audio_buffer.", "response.", "session.", "conversation.item.", "output_audio_buffer.")
"""How the types of events begin."""

OTHERS = ("response.start", "session.start", "session.end", "response.end")
"""Types of other services that begin so."""


class RealtimeOptions(LogOptions):
    """The options of Realtime logs."""

    silence_ms: Annotated[float, Field(ge=0, le=60_000)] | None = Field(
        None, description="what is waited for at the end of speech, where the log does not say: with semantic_vad"
    )


class OpenAIRealtime:
    """The importer of OpenAI Realtime."""

    name = "openai-realtime"
    reads = "OpenAI Realtime: events that a client received, JSON Lines or as Python prints them, with receive times"
    options = RealtimeOptions

    def recognise(self, file: File) -> str | None:
        """By the types of its events."""
        return "events of OpenAI Realtime" if has_event(file, is_event) else None

    def read(self, files: Sequence[File], options: RealtimeOptions) -> Reading:
        """The turns of all sessions; a session begins with session.created, or a file."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(HOW))
        return Reading(_turns(files, options, findings), findings)


def is_event(held: Object) -> bool:
    """Whether an object is an event of the interface."""
    kind = text(held, "type")
    return kind is not None and kind.startswith(SIGNS) and kind not in OTHERS and _is_shaped(kind, held)


def _is_shaped(kind: str, held: Object) -> bool:
    """Whether it has what events of this type have, since other services use such types too."""
    return "event_id" in held or any(key in held for key in ("item_id", "item", "response_id", "response", "session"))


def _turns(files: Sequence[File], options: RealtimeOptions, findings: Findings) -> Iterator[Turn]:
    taken: dict[str, int] = {}
    for file in files:
        none = True
        for session in _sessions(file, findings):
            none = False
            times = taken[session.name] = taken.get(session.name, 0) + 1
            if times > 1:
                session.name = f"{session.name}-{times}"
            yield from _of_session(session, file.path, options, findings)
        if none:
            raise RecordingError("holds no event of OpenAI Realtime", file=file.path)


def _sessions(file: File, findings: Findings) -> Iterator[Session]:
    """A session a session.created; events before the first belong to one named after the file."""
    stem = plain_name(file.stem)
    held: Session | None = None
    seen: set[tuple[str, str | None]] = set()
    for one in received(file, is_event, findings):
        session = text(group(one.event, "session"), "id")
        name = text(one.event, "event_id")
        if name is not None and (name, session) in seen:
            findings.fault("duplicate", f"{file.path}:{one.line}")
            continue
        if text(one.event, "type") == "session.created":
            if held is not None:
                yield held
            held, seen = Session(plain_name(session or stem)), set()
        elif held is None:
            held = Session(stem)
        if name is not None:
            seen.add((name, session))
        held.take(one.event, one.at)
    if held is not None:
        yield held


def _of_session(session: Session, path: str, options: RealtimeOptions, findings: Findings) -> Iterator[Turn]:
    _in_force(session, path, findings)
    findings.counts["times that the idle timeout made the model speak"] += session.idle
    detection = Detection.of(session, options.silence_ms)
    if detection.silence_ms is None and session.speech:
        findings.note(
            "doubtful",
            f"the session {session.name} does not say how long silence was waited for (semantic_vad, or no session "
            "event): the end of speech, response times and pauses are left out; name it with --option silence_ms=MS",
            field="response_ms",
        )
    if session.changed:
        findings.note(
            "doubtful",
            f"the session {session.name} changed its turn detection after somebody spoke: "
            "its later turns are read with the first; split the log there",
        )
    if session.timed:
        yield from turns_of([timeline(session, detection)], options, findings)
    else:
        findings.note(
            "doubtful",
            f"the session {session.name} has no receive times: response times and the model's are not known; let the "
            "client write when it receives each event",
            field="response_ms",
        )
        yield from turns_of_exchanges([observed_without_times(session, detection)], options, findings)


def _in_force(session: Session, path: str, findings: Findings) -> None:
    """Keep the turn detection; RecordingError where a session before had another."""
    held = None if session.config is None else detection_of(session.config)
    if held is None:
        return
    document = json.dumps({"session": {"audio": {"input": {"turn_detection": _plain(held)}}}})
    if findings.vendor is not None and findings.vendor.document != document:
        raise RecordingError("has another turn detection than the session before it; import them apart", file=path)
    findings.vendor = VendorSettings(target="openai-realtime", document=document, source=path)


def _plain(held: Object) -> Object:
    """Its values that are one word or number; those that are not there have the defaults."""
    return {key: value for key, value in held.items() if isinstance(value, str | int | float)}
