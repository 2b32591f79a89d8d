"""The importer of OTLP: JSON or protobuf with LiveKit's, Pipecat's or `gen_ai.*` names, others by a mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace
from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import first_objects, objects
from pipeline.importers.livekit import trace as livekit
from pipeline.importers.mapped.mapping import from_text
from pipeline.importers.observed.building import FIELDS
from pipeline.importers.observed.exchange import Observed, derived
from pipeline.importers.observed.observing import values
from pipeline.importers.observed.sessions import Clock, plain_name, turns_of, turns_of_exchanges
from pipeline.importers.observed.timeline import Timeline
from pipeline.importers.otlp.json_form import is_request
from pipeline.importers.otlp.json_form import spans_of as spans_of_json
from pipeline.importers.otlp.protobuf import BrokenOff, spans_of
from pipeline.importers.otlp.roles import Role, mapping, role_of, timeline
from pipeline.importers.pipecat import trace as pipecat
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spans import Span
from stages.errors import RecordingError

PROTOBUF = b"\x0a"
"""The first byte of a request: its field 1, a message."""

PIPECAT = frozenset({"conversation", "turn"})
LIVEKIT = frozenset({"agent_turn", "user_turn", "user_speaking", "agent_speaking", "agent_session"})


class OtlpOptions(LogOptions):
    """The options of traces."""

    map: str | None = Field(
        None,
        description="which spans are which stage: user, agent, stt, llm, tts, tool=NAME, several between bars",
    )


class Otlp:
    """The importer of OTLP."""

    name = "otlp"
    reads = "OpenTelemetry traces in OTLP, JSON or protobuf: LiveKit's, Pipecat's and gen_ai names, others by --map"
    options = OtlpOptions

    def recognise(self, file: File) -> str | None:
        """By the keys of a request, or a whole span in protobuf."""
        if any(is_request(held) for held in first_objects(file)):
            return "OpenTelemetry traces in OTLP"
        return "OpenTelemetry traces in OTLP, as protobuf" if _first_span(file.head) else None

    def read(self, files: Sequence[File], options: OtlpOptions) -> Reading:
        """The turns of all traces. Those whose spans show no speech give an exchange each."""
        findings = Findings(self.name, tuple(file.path for file in files), FIELDS)
        names = mapping(from_text(options.map)) if options.map else {}
        traces: dict[str, list[Span]] = {}
        for file in {file.path: file for file in files}.values():
            for one in _spans(file, findings):
                traces.setdefault(one.trace, []).append(one)
        clock = Clock()
        sessions = [session for spans in traces.values() if (session := _session(spans, clock, names)) is not None]
        findings.counts["traces without a stage of a voice agent, left out"] += len(traces) - len(sessions)
        if not sessions:
            rule = "has no span that is known as a stage of a voice agent; name them with --map llm=NAME --map tts=NAME"
            raise RecordingError(rule, file=", ".join(findings.files[:3]))
        if any(session.speech or any(one.reply for one in session.commits) for session in sessions):
            return Reading(turns_of(sessions, options, findings), findings)
        return Reading(turns_of_exchanges([[_exchange(one) for one in sessions]], options, findings), findings)


def _first_span(head: bytes) -> bool:
    """Whether the bytes begin with a request in protobuf: one whole span is enough."""
    try:
        return head[:1] == PROTOBUF and next(spans_of(head), None) is not None
    except BrokenOff:
        return False


def _spans(file: File, findings: Findings) -> Iterator[Span]:
    """The spans of a file, with the attributes that are of use. Raises RecordingError where it is no OTLP."""
    if file.head[:1] == PROTOBUF and file.head.lstrip()[:1] not in (b"{", b"["):
        try:
            yield from map(kept, spans_of(file.content))
        except BrokenOff:
            findings.fault("broken_line", file.path)
        return
    known = False
    for line, held in objects(file, findings):
        known = known or is_request(held)
        for one in spans_of_json(held) if is_request(held) else ():
            if one is None:
                findings.fault("impossible", f"{file.path}:{line}")
            else:
                yield kept(one)
    if not known:
        raise RecordingError("is no OTLP: it has neither resourceSpans nor spans in protobuf", file=file.path)


def kept(one: Span) -> Span:
    """The span without attributes that are of no use: they may hold what was said."""
    useful = {key: value for key, value in one.attributes.items() if key in _KEPT or key.endswith("_ms")}
    return replace(one, attributes=useful)


_KEPT = (
    livekit.KEPT
    | pipecat.KEPT
    | {
        *("gen_ai.operation.name", "gen_ai.client.operation.time_to_first_chunk"),
        *("gen_ai.server.time_to_first_token", "gen_ai.response.time_to_first_chunk"),
    }
)


def _session(spans: list[Span], clock: Clock, names: Mapping[str, Role]) -> Timeline | None:
    """The events of a trace: of LiveKit, of Pipecat, or by roles; None: it has no stage of a voice agent."""
    held = {one.name for one in spans}
    name = plain_name(f"trace-{spans[0].trace[:12]}")
    build: Callable[[list[Span], str, Clock], Timeline]
    if held & LIVEKIT:
        build, name = livekit.timeline, plain_name(livekit.job(spans) or name)
    elif held >= PIPECAT:
        build, name = pipecat.timeline, plain_name(pipecat.conversation(spans) or name)
    elif any(role_of(one, names) for one in spans):
        return timeline(spans, name, clock, names)
    else:
        return None
    return build(spans, name, clock)


def _exchange(one: Timeline) -> Observed:
    """What a trace without speech shows of the one exchange that it is taken for."""
    request = one.requests[0] if one.requests else None
    synthesis = one.syntheses[0] if one.syntheses else None
    lead = request.start - one.commits[-1].at if request and one.commits else None
    return Observed(
        session="traces",
        place=one.name,
        at_ms=min(one.moments(), default=None),
        lead_ms=derived(lead) if lead is not None and lead >= 0 else None,
        ttft_ms=values(request.draws) if request else (),
        ttfb_ms=values(synthesis.draws) if synthesis else (),
    )
