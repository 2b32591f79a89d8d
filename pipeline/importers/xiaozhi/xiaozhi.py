"""The importer of xiaozhi-esp32-server: its text logs, and captured messages of MQTT or WebSocket."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Annotated

from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import SETTING, LogOptions
from pipeline.importers.json_values import Object, first_objects, parsed
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading, VendorSettings
from pipeline.importers.xiaozhi.events import Event
from pipeline.importers.xiaozhi.exchanges import How, Waiting, observed, turns_in
from pipeline.importers.xiaozhi.log_lines import events, line
from pipeline.importers.xiaozhi.messages import event_of, is_message, message_of, text_line, time_of
from stages.errors import RecordingError

SILENCE_MS = 200.0
"""min_silence_duration_ms of SileroVAD in the server's own config.yaml."""

LINES_LOOKED_AT = 200

_HOW = {
    "asr.final_ms": "from listen stop to the transcript; in auto mode the time of recognition, after the silence",
    "llm.lead_ms": "from the text at the LLM to its request: memory, intent, tools",
    "llm.ttft_ms": "no line tells the first token",
    "tts.ttfb_ms": "no line tells the first audio of a request",
    "response_ms": "from listen stop, else from the VAD's silence before recognition, to the first audio that is sent",
}


class XiaozhiOptions(LogOptions):
    """The options of xiaozhi's logs, and what they do not say."""

    silence_ms: Annotated[float, Field(ge=0, le=10_000)] | None = Field(
        None,
        description="min_silence_duration_ms of the server's VAD, for turns without listen stop; else 200",
        json_schema_extra={SETTING: "endpointing.silence_ms"},
    )


class Xiaozhi:
    """The importer of xiaozhi's logs."""

    name = "xiaozhi"
    reads = "xiaozhi-esp32-server: text logs, and MQTT or WebSocket messages with the time they were seen"
    options = XiaozhiOptions

    def recognise(self, file: File) -> str | None:
        """By the form of a log line, the types and states of messages, or the VAD of a config.yaml."""
        if _is_config(file):
            return "the configuration of a xiaozhi-esp32-server"
        if any(is_message(held) for held in first_objects(file)):
            return "messages of a xiaozhi device"
        for one in file.head.decode("utf-8", "replace").splitlines()[:LINES_LOOKED_AT]:
            if line(one) is not None and any(True for _ in _events_of(one)):
                return "a log of xiaozhi-esp32-server"
            if (held := text_line(one)) is not None and is_message(held):
                return "messages of a xiaozhi device"
        return None

    def read(self, files: Sequence[File], options: XiaozhiOptions) -> Reading:
        """The turns of all files; a file, or a session that its messages name, is a session."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(_HOW))
        once = list({file.path: file for file in files}.values())
        configs, once = [file for file in once if _is_config(file)], [file for file in once if not _is_config(file)]
        if configs:
            document = configs[-1].text()
            findings.vendor = VendorSettings(target=self.name, document=document, source=configs[-1].path)
            options = options.model_copy(update={"silence_ms": options.silence_ms or _silence(document)})
        sessions = (one for file in once for one in _sessions(file, options, findings))
        return Reading(turns_of_exchanges(sessions, options, findings), findings)


def _is_config(file: File) -> bool:
    return file.name.endswith((".yaml", ".yml")) and b"SileroVAD" in file.head


def _silence(document: str) -> float | None:
    """The silence that a configuration sets for the VAD; None: it sets none."""
    found = re.search(r"^\s*min_silence_duration_ms:\s*(\d{1,5})\b", document, re.MULTILINE)
    return float(found[1]) if found else None


def _events_of(text: str) -> Iterator[Event]:
    one = line(text)
    return iter(()) if one is None else events(one)


def _sessions(file: File, options: XiaozhiOptions, findings: Findings) -> Iterator[list[Observed]]:
    """The exchanges of each session in a file. Raises RecordingError where no line is known."""
    held: dict[str, list[tuple[Event, str]]] = {}
    fine = known = 0
    for number, content in file.lines():
        text = content.decode("utf-8", "replace")
        if (one := line(text)) is not None:
            known, fine = known + 1, fine + one.fine
            found, session = list(events(one)), ""
        else:
            captured = _captured(text, content)
            if captured is None:
                continue
            known, fine = known + 1, fine + 1
            found = _of_message(captured, f"{file.path}:{number}", findings)
            session = found[0].session if found else ""
        held.setdefault(session, []).extend((event, f"{file.path}:{number}") for event in found)
    if not known:
        raise RecordingError("holds no line of a xiaozhi server and no message of its devices", file=file.path)
    stem = plain_name(file.stem)
    how = How(SILENCE_MS if options.silence_ms is None else options.silence_ms, bool(fine))
    waiting = {name: _spoken(one, findings) for name, one in held.items()}
    _notes([one for session in waiting.values() for one in session], how, findings)
    for name, turns in waiting.items():
        yield [observed(one, plain_name(f"{stem}-{name}") if name else stem, how) for one in turns]


def _captured(text: str, content: bytes) -> Object | None:
    held = parsed(content) if content[:1] == b"{" else text_line(text)
    return held if isinstance(held, dict) and message_of(held) is not None else None


def _of_message(held: Object, where: str, findings: Findings) -> list[Event]:
    message, at = message_of(held), time_of(held)
    if at is None:
        findings.fault("impossible", f"{where}: a message without the time it was seen")
        return []
    found = None if message is None else event_of(message, at)
    return [] if found is None else [found]


def _spoken(events: list[tuple[Event, str]], findings: Findings) -> list[Waiting]:
    """The turns that somebody spoke."""
    ordered = sorted(events, key=lambda event: event[0].at)
    findings.fault("reordered", times=sum(a[0].at > b[0].at for a, b in itertools.pairwise(events)))
    turns = list(turns_in(ordered))
    findings.counts["wake words and typed texts, left out"] += sum(one.woken for one in turns)
    return [one for one in turns if not one.woken and one.heard_at is not None]


def _notes(turns: list[Waiting], how: How, findings: Findings) -> None:
    if not how.fine:
        findings.note(
            "doubtful",
            "the log has whole seconds, so each response time may be off by one: set log_format in the server's "
            "config.yaml to {time:YYMMDD HH:mm:ss:SSS}",
            field="response_ms",
        )
    if any(one.stop is None and one.took_ms is not None for one in turns):
        findings.note(
            "doubtful",
            f"in auto mode no line says when speech ended: {how.silence_ms:g} ms of silence before recognition are "
            "taken; give the server's config.yaml beside the log, or name them with --option silence_ms=MS",
            field="speech.end_ms",
        )
    hidden = [one for one in turns if one.stop is None and one.took_ms is None]
    findings.counts["turns of which no line shows when speech ended"] += len(hidden)
    waits = [one.sound - one.heard_at for one in hidden if one.sound is not None and one.heard_at is not None]
    if waits:
        findings.note(
            "info",
            f"from transcript to first audio {median(waits):,.0f} ms at the median of {len(waits):,} turns whose end "
            "of speech is not known; log_level DEBUG shows how long recognition took",
        )
