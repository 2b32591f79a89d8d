"""The importer of Pipecat: breakdowns, metrics, spans and text logs, files of one session together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from msgspec.structs import replace
from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import SETTING, LogOptions
from pipeline.importers.json_values import Object, first_objects, objects
from pipeline.importers.moments import ms_of
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.merging import merged
from pipeline.importers.observed.sessions import Clock, Sessions, plain_name, turns_of
from pipeline.importers.observed.timeline import Timeline
from pipeline.importers.pipecat import trace
from pipeline.importers.pipecat.breakdown import add_breakdown, is_breakdown, silence_of
from pipeline.importers.pipecat.lags import OLD_STOP_MS, ONSET_LAG_MS, RELEASE_MS, STOP_MS
from pipeline.importers.pipecat.metrics import MetricLog, frame_time, metrics_of
from pipeline.importers.pipecat.text_log import TextLog, is_known, line, may_have_sign, version
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spans import Span, span
from pipeline.recordings.fast_turns import Decoded
from stages.errors import RecordingError
from stages.turn import Turn

Kind = Literal["spans", "breakdowns", "metrics", "text"]

WHY: dict[Kind, str] = {
    "spans": "OpenTelemetry spans of Pipecat",
    "breakdowns": "latency breakdowns of Pipecat",
    "metrics": "metrics frames of Pipecat",
    "text": "a text log of Pipecat",
}

ORDER: tuple[Kind, ...] = ("spans", "text", "breakdowns", "metrics")
"""The best source of events first."""

LINES_LOOKED_AT = 400
"""Of a text log."""

SPANS = frozenset({"conversation", "turn", "stt", "llm", "tts"})

_HOW = {
    "speech.release_ms": "24 ms, as measured on runs of Pipecat: no log has it",
    "speech.onset_lag_ms": "146 ms, as measured on runs of Pipecat: no log has it",
    "response_ms": "from the end of speech (the VAD's silence less its lag) to the agent's first sound",
    "llm.token_ms": "from the text and its time; else the time of the first sentence over ten tokens",
}


class PipecatOptions(LogOptions):
    """The options of logs of LiveKit and of Pipecat, and what a text log does not say."""

    stop_ms: Annotated[float, Field(ge=0, le=10_000)] | None = Field(
        None,
        description="stop_secs of the VAD in ms; 200 from version 1.0 and 800 before it, where the log names one",
        json_schema_extra={SETTING: "vad.silence_ms"},
    )


class Pipecat:
    """The importer of logs of Pipecat."""

    name = "pipecat"
    reads = "Pipecat: latency breakdowns, metrics frames, spans, loguru text logs"
    options = PipecatOptions

    def recognise(self, file: File) -> str | None:
        """By the keys of an object, the names of spans or the words of a line."""
        kind = kind_of(file)
        return None if kind is None else WHY[kind]

    def read(self, files: Sequence[File], options: PipecatOptions) -> Reading:
        """The turns of all sessions; files of one session are read together."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(_HOW))
        return Reading(_turns(files, options, findings), findings)


def kind_of(file: File) -> Kind | None:
    """What a file is by its first bytes; None: nothing of Pipecat's."""
    for held in first_objects(file):
        if kind := _kind_of_object(held):
            return kind
    lines = file.head.decode("utf-8", "replace").splitlines()[:LINES_LOOKED_AT]
    return "text" if any(is_known(one) for one in lines) else None


def _kind_of_object(held: Object) -> Kind | None:
    if is_breakdown(held):
        return "breakdowns"
    if (one := span(held)) is not None:
        own = one.name in SPANS and any(key in one.attributes for key in _OWN)
        return "spans" if own else None
    return "metrics" if metrics_of(held) else None


_OWN = ("conversation.id", "turn.number", "metrics.ttfb", "vad_enabled", "settings.model")
"""An attribute of each of Pipecat's spans."""


def _turns(files: Sequence[File], options: PipecatOptions, findings: Findings) -> Iterator[Turn | Decoded]:
    kinds = [(kind_of(file), file) for file in files]
    if unknown := [file for kind, file in kinds if kind is None]:
        rule = "holds nothing of Pipecat: no latency breakdowns, metrics frames, spans or lines of its log"
        raise RecordingError(rule, file=unknown[0].path)
    clock = Clock()
    named = [(wanted, file) for wanted in ORDER for kind, file in kinds if kind == wanted]
    read = [_sessions(kind, file, clock, options, findings) for kind, file in named]
    if len({kind for kind, _ in named}) == 1:
        yield from turns_of((one for sessions in read for one in sessions), options, findings)
        return
    sources: dict[Kind, list[Timeline]] = {}
    for (kind, _), sessions in zip(named, read, strict=True):
        sources.setdefault(kind, []).extend(sessions)
    yield from turns_of(merged(sources.values()), options, findings)


def _sessions(kind: Kind, file: File, clock: Clock, options: PipecatOptions, findings: Findings) -> Iterator[Timeline]:
    """The sessions in one file."""
    match kind:
        case "spans":
            return _of_spans(file, clock, findings)
        case "breakdowns":
            return _of_breakdowns(file, clock, findings)
        case "metrics":
            return _of_metrics(file, clock, findings)
        case "text":
            return _of_text(file, clock, options, findings)


def _of_spans(file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    """A session a trace; it is whole when its conversation has ended."""
    held: dict[str, list[Span]] = {}
    for number, record in objects(file, findings):
        one = span(record)
        if one is None:
            findings.fault("impossible", f"{file.path}:{number}")
            continue
        attributes = {key: value for key, value in one.attributes.items() if key in trace.KEPT}
        held.setdefault(one.trace, []).append(replace(one, attributes=attributes, events=()))
        if one.name == "conversation":
            yield _of_trace(held.pop(one.trace), clock)
    for spans in held.values():
        yield _of_trace(spans, clock)


def _of_trace(spans: list[Span], clock: Clock) -> Timeline:
    name = trace.conversation(spans) or f"trace-{spans[0].trace.removeprefix('0x')[:12]}"
    return trace.timeline(spans, plain_name(name), clock)


def _of_breakdowns(file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    """The file is one session, but where hours lie between two replies."""
    sessions, count = Sessions(findings, clock), 0
    for number, held in objects(file, findings):
        if not is_breakdown(held):
            continue
        silence = silence_of(held)
        if silence is None:
            findings.counts["greetings and replies without a time, left out"] += 1
            continue
        count += 1
        where = f"{file.path}:{number}"
        timeline = sessions.at(_file_name(file), clock.ms(silence), where)
        timeline.release_ms, timeline.onset_lag_ms = RELEASE_MS, ONSET_LAG_MS
        add_breakdown(timeline, held, silence, clock, f"reply-{count}")
        yield from sessions.whole()
    yield from sessions.rest()


def _of_metrics(file: File, clock: Clock, findings: Findings) -> Iterator[Timeline]:
    sessions = Sessions(findings, clock)
    log, name, untimed = MetricLog(sessions), _file_name(file), 0
    for number, held in objects(file, findings):
        at = ms_of(frame_time(held))
        for one in metrics_of(held):
            if at is None:
                untimed += 1
            else:
                log.take(one, clock.ms(at), name, f"{file.path}:{number}")
        yield from sessions.whole()
    findings.fault("impossible", f"{file.path}: metrics without a timestamp", untimed)
    for timeline in sessions.rest():
        timeline.release_ms, timeline.onset_lag_ms = RELEASE_MS, ONSET_LAG_MS
        yield timeline


def _of_text(file: File, clock: Clock, options: PipecatOptions, findings: Findings) -> Iterator[Timeline]:
    """Lines that are not loguru's are passed over: a log holds those of other libraries too."""
    sessions = Sessions(findings, clock)
    log, name = TextLog(sessions, _stop_ms(file, options, findings)), _file_name(file)
    for number, content in file.lines():
        if clock.origin is not None and not may_have_sign(content):
            continue
        one = line(content.decode("utf-8", "replace"))
        if one is not None:
            log.take(one, name, f"{file.path}:{number}")
            yield from sessions.whole()
    for timeline in sessions.rest():
        timeline.release_ms, timeline.onset_lag_ms = RELEASE_MS, ONSET_LAG_MS
        yield timeline


def _stop_ms(file: File, options: PipecatOptions, findings: Findings) -> float:
    """As given, else the default of the version that the log names."""
    if options.stop_ms is not None:
        return options.stop_ms
    known = version(file.head.decode("utf-8", "replace"))
    stop_ms = STOP_MS if known is not None and known >= (1, 0) else OLD_STOP_MS
    which = f"of version {known[0]}.{known[1]}" if known else "of versions before 1.0, as the log names none"
    findings.note(
        "doubtful",
        f"a text log does not say stop_secs of the VAD: {stop_ms:g} ms is taken, the default {which}; "
        "name yours with --option stop_ms=MS",
        field="speech.end_ms",
    )
    return stop_ms


def _file_name(file: File) -> str:
    return plain_name(file.stem)
