"""The importer of LiveKit Agents: what the SDK gives, in any of its forms, files of one session together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec.structs import replace

from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, first_objects, objects, parsed, text
from pipeline.importers.livekit import trace
from pipeline.importers.livekit.history import MessageLog, message, report_timeline
from pipeline.importers.livekit.metric import Metric, metric, metric_of_text
from pipeline.importers.livekit.metrics import MetricLog
from pipeline.importers.livekit.options import vendor_settings
from pipeline.importers.observed.building import FIELDS
from pipeline.importers.observed.merging import merged
from pipeline.importers.observed.sessions import Clock, Sessions, plain_name, turns_of
from pipeline.importers.observed.timeline import Timeline
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spans import Span, span
from pipeline.recordings.fast_turns import Decoded
from stages.errors import RecordingError
from stages.turn import Turn

Kind = Literal["spans", "report", "metrics", "messages", "text"]

WHY: dict[Kind, str] = {
    "spans": "OpenTelemetry spans of LiveKit Agents",
    "report": "a session report of LiveKit Agents",
    "metrics": "metrics_collected of LiveKit Agents",
    "messages": "messages with metrics of LiveKit Agents",
    "text": "a log with metrics of LiveKit Agents",
}

ORDER: tuple[Kind, ...] = ("spans", "text", "metrics", "messages", "report")
"""The best source of events first; the last names the session."""

LINES_LOOKED_AT = 400
"""Of a text log."""


class LiveKit:
    """The importer of logs of LiveKit Agents for Python."""

    name = "livekit"
    reads = "LiveKit Agents: session report, metrics_collected, spans, messages with metrics, text logs with metrics"
    options = LogOptions

    def recognise(self, file: File) -> str | None:
        """By a report's keys, a metric's type, a span's name, a message's metrics or a line with metrics."""
        kind = kind_of(file)
        return None if kind is None else WHY[kind]

    def read(self, files: Sequence[File], options: LogOptions) -> Reading:
        """The turns of all sessions; files of one session are read together."""
        findings = Findings(self.name, tuple(file.path for file in files), FIELDS)
        return Reading(_turns(files, options, findings), findings)


def kind_of(file: File) -> Kind | None:
    """What a file is by its first bytes; None: nothing of LiveKit's."""
    for held in first_objects(file):
        if kind := _kind_of_object(held):
            return kind
    lines = file.head.decode("utf-8", "replace").splitlines()[:LINES_LOOKED_AT]
    return "text" if any(_line_metric(line) for line in lines) else None


def _kind_of_object(held: Object) -> Kind | None:
    if "job_id" in held and "room_id" in held and ("events" in held or "chat_history" in held or "options" in held):
        return "report"
    if (one := span(held)) is not None:
        of_livekit = any(key.startswith("lk.") for key in one.attributes)
        return "spans" if of_livekit or one.name in LIVEKIT_ONLY else None
    if text(held, "type") in (*METRIC_TYPES, "metrics_collected"):
        return "metrics"
    return "messages" if message(held) is not None else None


METRIC_TYPES = ("eou_metrics", "llm_metrics", "tts_metrics", "stt_metrics", "vad_metrics", "realtime_model_metrics")
LIVEKIT_ONLY = ("setup_toolsets", "start_agent_activity", "drain_agent_activity", "agent_session", "job_entrypoint")


def _line_metric(line: str) -> Metric | None:
    """The metric in a line of a text log, also where the line is a JSON record."""
    if "metrics" not in line:
        return None
    held = parsed(line) if line.lstrip().startswith("{") else None
    return metric(held) if isinstance(held, dict) else metric_of_text(line)


def _turns(files: Sequence[File], options: LogOptions, findings: Findings) -> Iterator[Turn | Decoded]:
    kinds = [(kind_of(file), file) for file in files]
    if unknown := [file for kind, file in kinds if kind is None]:
        raise RecordingError(
            "holds nothing of LiveKit Agents: no session report, metrics, spans or messages with metrics",
            file=unknown[0].path,
        )
    clock = Clock()
    named = [(wanted, file) for wanted in ORDER for kind, file in kinds if kind == wanted]
    read = [_sessions(kind, file, clock, findings) for kind, file in named]
    if len({kind for kind, _ in named}) == 1:
        yield from turns_of((one for sessions in read for one in sessions), options, findings)
    else:
        sources: dict[Kind, list[Timeline]] = {}
        for (kind, _), sessions in zip(named, read, strict=True):
            sources.setdefault(kind, []).extend(sessions)
        yield from turns_of(merged(sources.values()), options, findings)


def _sessions(kind: Kind, file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    """The sessions in one file."""
    match kind:
        case "spans":
            return _of_spans(file, clock, findings)
        case "report":
            return _of_reports(file, clock, findings)
        case "messages":
            return _of_messages(file, clock, findings)
        case "metrics":
            return _of_metrics(file, _metrics_of_objects(file, findings), clock, findings)
        case "text":
            return _of_metrics(file, _metrics_of_lines(file), clock, findings)


def _of_spans(file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    """A session a trace; it is whole when its root span has ended."""
    held: dict[str, list[Span]] = {}
    for number, record in objects(file, findings):
        one = span(record)
        if one is None:
            findings.fault("impossible", f"{file.path}:{number}")
        else:
            held.setdefault(one.trace, []).append(replace(one, attributes=_kept(one.attributes), events=()))
            if one.name == "agent_session":
                yield _of_trace(held.pop(one.trace), clock)
    for spans in held.values():
        yield _of_trace(spans, clock)


def _kept(attributes: Object) -> Object:
    return {key: value for key, value in attributes.items() if key in trace.KEPT}


def _of_trace(spans: list[Span], clock: Clock) -> Timeline:
    name = trace.job(spans) or f"trace-{spans[0].trace.removeprefix('0x')[:12]}"
    return trace.timeline(spans, plain_name(name), clock)


def _of_reports(file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    for _, held in objects(file, findings):
        name = text(held, "job_id") or text(held, "room") or file.stem
        vendor = vendor_settings(held, file.path)
        if vendor is not None and findings.vendor is not None and vendor.document != findings.vendor.document:
            raise RecordingError("has other options than the report before it; import them apart", file=file.path)
        findings.vendor = vendor or findings.vendor
        yield report_timeline(held, plain_name(name), clock)


def _of_messages(file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    """One session, or several with an hour between them."""
    sessions, name = Sessions(findings, clock), plain_name(file.stem)
    log, at = MessageLog(Timeline(name), clock, with_speech=False), 0.0
    for number, held in objects(file, findings):
        if (one := message(held)) is None:
            continue
        at = at if one.started is None else clock.ms(one.started)
        timeline = sessions.at(name, at, f"{file.path}:{number}")
        if timeline is not log.timeline:
            log = MessageLog(timeline, clock, with_speech=False)
        log.take(one)
        yield from sessions.whole()
    yield from sessions.rest()


def _metrics_of_objects(file: File, findings: Findings) -> Iterator[tuple[int, Metric, Object]]:
    for number, held in objects(file, findings):
        if (one := metric(held)) is not None:
            yield number, one, held


def _metrics_of_lines(file: File) -> Iterator[tuple[int, Metric, Object]]:
    """Lines of text, or JSON records, or both; the lines without metrics are the log's own."""
    for number, line in file.lines():
        if b"metrics" not in line:
            continue
        held = parsed(line) if line.startswith(b"{") else None
        plain = held if isinstance(held, dict) else {}
        one = metric(held) if isinstance(held, dict) else metric_of_text(line.decode("utf-8", "replace"))
        if one is not None:
            yield number, one, plain


def _of_metrics(
    file: File, read: Iterator[tuple[int, Metric, Object]], clock: Clock, findings: Findings
) -> Iterator[Timeline]:
    """A session a job, where the log names jobs; else the file is one."""
    sessions = Sessions(findings, clock)
    log, otherwise = MetricLog(sessions), file.stem
    for number, one, held in read:
        name = text(held, "job_id") or text(held, "room") or otherwise
        log.take(one, plain_name(name), f"{file.path}:{number}")
        yield from sessions.whole()
    yield from sessions.rest()
