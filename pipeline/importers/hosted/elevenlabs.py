"""The importer of ElevenLabs: conversations of its agents, with metrics a turn.

Source: elevenlabs 2.78.0, `GetConversationResponseModel`, `ConversationTurnMetrics`; the names of metrics are a free
form there, and are those that real conversations have. All of them are in seconds; when a turn began is known to the
second only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.importers.files import File
from pipeline.importers.hosted.calls import Call, calls, has_call
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, entries, flag, group, seconds, text
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed, ToolRound, Value, derived, measured
from pipeline.importers.observed.sessions import turns_of_exchanges
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spoken_text import Tokens, tokens

FINAL, WAIT = "convai_asr_trailing_service_latency", "convai_turn_silence_before_initiation"
FIRST, SENTENCE = "convai_llm_service_ttfb", "convai_llm_service_ttf_sentence"
TOOL, VOICE, WHOLE = (
    "convai_llm_tool_request_generation_latency",
    "convai_tts_service_ttfb",
    "convai_ttf_audio_since_silence",
)
SILENT = " .…\n\t"
"""A user's turn of these alone has no words: nobody spoke."""

HOW = {
    "speech.end_ms": "turns are timed to the second, so the length of speech is not known; 1,000 ms taken",
    "speech.pauses": "not in a conversation record",
    "asr.final_ms": f"{FINAL} of the user's turn",
    "llm.lead_ms": "rag_latency_secs: what the knowledge base took",
    "llm.ttft_ms": f"{FIRST}; with tools that of the call, or {TOOL}",
    "llm.tools": "tool_latency_secs of the results",
    "llm.token_ms": f"{SENTENCE} less {FIRST}, over the tokens of the first sentence",
    "tts.ttfb_ms": VOICE,
    "overlaps": "a turn says that it was interrupted, not when",
    "response_ms": WHOLE,
}


class ElevenLabs:
    """The importer of ElevenLabs' agents."""

    name = "elevenlabs"
    reads = "ElevenLabs: conversations from its API or the post-call webhook, with metrics a turn"
    options = LogOptions

    def recognise(self, file: File) -> str | None:
        """By the keys of a conversation."""
        return "a conversation of ElevenLabs" if has_call(file, is_conversation) else None

    def read(self, files: Sequence[File], options: LogOptions) -> Reading:
        """The turns of all conversations."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(HOW))
        found = calls(files, findings, is_conversation, lambda record: text(record, "conversation_id"))
        return Reading(turns_of_exchanges((_observed(call, findings) for call in found), options, findings), findings)


def is_conversation(held: Object) -> bool:
    """Whether an object is a conversation of ElevenLabs."""
    if not isinstance(held.get("transcript"), list):
        return False
    turns = [one for one in entries(held, "transcript")[:8] if isinstance(one, dict)]
    return text(held, "conversation_id") is not None or any("time_in_call_secs" in one for one in turns)


@dataclass
class _Open:
    """An exchange that is being read."""

    at_ms: float
    silent: bool
    final: float | None = None
    lead: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    """The first value of each name after the user's turn, in ms."""
    called: dict[str, float] = field(default_factory=dict)
    """The metrics of the turn that called a tool."""
    tools_ms: list[float | None] = field(default_factory=list)


def _observed(call: Call, findings: Findings) -> Iterator[Observed]:
    """The exchanges of a conversation: the user's turns, and the agent's until the first that is spoken."""
    if flag(group(call.record, "metadata"), "text_only"):
        findings.counts["conversations in text alone, left out"] += 1
        return
    held: _Open | None = None
    spoken = 0
    for place, turn in enumerate(entries(call.record, "transcript")):
        if not isinstance(turn, dict):
            findings.fault("impossible", f"{call.place} transcript[{place}]")
            continue
        match text(turn, "role"):
            case "user":
                held = _user(turn, held, findings)
            case "agent":
                if held is not None:
                    _agent(turn, held, f"{call.name} transcript[{place}]", findings)
                if _is_said(turn):
                    if held is not None and not held.silent:
                        yield _exchange(call.name, spoken, held, turn)
                    held, spoken = None, spoken + 1
                    findings.counts["replies that the user interrupted"] += flag(turn, "interrupted") is True


def _is_said(turn: Object) -> bool:
    return bool((text(turn, "message") or "").strip(SILENT))


def _user(turn: Object, held: _Open | None, findings: Findings) -> _Open | None:
    """The exchange that a turn of the user begins, or goes on."""
    if flag(turn, "ignored_as_backchannel"):
        findings.counts["backchannels of the user that the agent ignored"] += 1
        return held
    silent = not _is_said(turn)
    findings.counts["turns in which the user said nothing, so the agent's timeout spoke"] += silent
    begun = held or _Open(seconds(turn, "time_in_call_secs") or 0.0, silent)
    begun.silent = begun.silent and silent
    own = _metrics(turn)
    begun.final = own.get(FINAL, begun.final)
    begun.lead = _rag(turn) if begun.lead is None else begun.lead
    return begun


def _agent(turn: Object, held: _Open, place: str, findings: Findings) -> None:
    """Add what a turn of the agent shows. After a tool's call the metrics of the call are repeated by some versions."""
    own = _metrics(turn)
    repeated = [name for name in (FIRST, SENTENCE) if name in own and held.called.get(name) == own[name]]
    for name in repeated:
        findings.fault("duplicate", f"{place} {name}")
        del own[name]
    for name, value in own.items():
        held.metrics.setdefault(name, value)
    held.lead = _rag(turn) if held.lead is None else held.lead
    results = [one for one in entries(turn, "tool_results") if isinstance(one, dict)]
    if (entries(turn, "tool_calls") or results) and not _is_said(turn):
        for name in (FIRST, SENTENCE, TOOL):
            if name in held.metrics:
                held.called.setdefault(name, held.metrics.pop(name))
        held.tools_ms += [seconds(one, "tool_latency_secs") for one in results]


def _exchange(session: str, spoken: int, held: _Open, turn: Object) -> Observed:
    counted = tokens(text(turn, "message") or "")
    given = held.metrics
    first = measured(given.get(FIRST))
    called = measured(held.called.get(FIRST, held.called.get(TOOL)))
    after = () if first is None else (first,)
    tools: tuple[ToolRound, ...] = ()
    if held.tools_ms or held.called:
        took = [ms for ms in held.tools_ms if ms is not None]
        tools = (ToolRound(measured(max(took)) if took else None, after),)
        after = () if called is None else (called,)
    return Observed(
        session=session,
        place=f"{session} at {held.at_ms / 1000:g} s",
        index=spoken,
        at_ms=held.at_ms,
        final_ms=measured(held.final),
        end_of_turn_ms=measured(given.get(WAIT)),
        lead_ms=measured(held.lead),
        ttft_ms=after,
        tools=tools,
        token_ms=_token_ms(given, counted),
        tokens=counted,
        ttfb_ms=() if VOICE not in given else (measured(given[VOICE]),),
        response_ms=measured(given.get(WHOLE)),
    )


def _token_ms(given: dict[str, float], counted: Tokens | None) -> Value | None:
    """From the first token to the end of the first sentence, over its tokens."""
    if counted is None or not counted.sentence or counted.sentence < 2 or FIRST not in given or SENTENCE not in given:
        return None
    took = given[SENTENCE] - given[FIRST]
    return derived(took / (counted.sentence - 1)) if took > 0 else None


def _metrics(turn: Object) -> dict[str, float]:
    """The metrics of a turn in ms; older conversations have them without `metrics` around them."""
    held = group(turn, "conversation_turn_metrics")
    found = group(held, "metrics") or held
    values = {name: seconds(record, "elapsed_time") for name, record in found.items()}
    return {name: value for name, value in values.items() if value is not None}


def _rag(turn: Object) -> float | None:
    return seconds(group(turn, "rag_retrieval_info"), "rag_latency_secs")
