"""From the messages of Deepgram's Voice Agent to its exchanges: they have latencies, and no end of speech.

Source: deepgram-sdk 7.17.0, agent/v1/types: AgentV1LatencyReport, AgentV1AgentStartedSpeaking,
AgentV1ConversationText. All latencies are in seconds. The total of AgentStartedSpeaking counts from the utterance that
was received, so after the end of the turn; that of LatencyReport from the utterance's end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.importers.json_values import Object, seconds, text
from pipeline.importers.observed.exchange import Observed, ToolRound, Value, derived, measured
from pipeline.importers.report import Findings
from pipeline.importers.spoken_text import tokens

TYPES = frozenset(
    (
        *("Welcome", "Settings", "SettingsApplied", "UserStartedSpeaking", "ConversationText", "AgentThinking"),
        *("AgentStartedSpeaking", "AgentAudioDone", "LatencyReport", "FunctionCallRequest", "FunctionCallResponse"),
    )
)
"""The messages that are read."""

NO_ANSWERS = ("backchannel", "presence_check", "filler")
"""What the agent says beside its answer."""


@dataclass
class _Open:
    """An exchange that is being read; latencies in ms."""

    user: str = ""
    said: str = ""
    reports: list[Object] = field(default_factory=list)
    started: Object | None = None
    called: float | None = None
    tool_ms: float | None = None
    tools: bool = False


@dataclass
class AgentSession:
    """The exchanges of one connection, as its messages come in."""

    name: str
    findings: Findings
    done: list[_Open] = field(default_factory=list)
    held: _Open | None = None
    sounding: bool = False

    @property
    def begun(self) -> bool:
        """Whether anything was said."""
        return self.held is not None or bool(self.done)

    def take(self, event: Object, at: float | None) -> None:
        """Add a message; `at`: when the client received or sent it, in ms (None: it did not write it)."""
        match text(event, "type"):
            case "ConversationText":
                self._said(event)
            case "UserStartedSpeaking":
                over = "times that the user spoke while the agent's audio was being sent"
                self.findings.counts[over] += self.sounding
                self.sounding = False
                if self.held is not None and (self.held.said or self.held.reports or self.held.started):
                    self._close()
            case "LatencyReport" if self.held is not None:
                self.held.reports.append(event)
            case "AgentStartedSpeaking":
                self.sounding = True
                if self.held is not None and self.held.started is None:
                    self.held.started = event
            case "AgentAudioDone":
                self.sounding = False
            case "FunctionCallRequest" if self.held is not None:
                self.held.tools, self.held.called = True, at if self.held.called is None else self.held.called
            case "FunctionCallResponse" if self.held is not None and at is not None and self.held.called is not None:
                self.held.tool_ms = max(at - self.held.called, 0.0)

    def _said(self, event: Object) -> None:
        content = text(event, "content") or ""
        if text(event, "role") == "user":
            if self.held is not None and (self.held.said or self.held.reports or self.held.started):
                self._close()
            self.held = self.held or _Open()
            self.held.user += content
        elif self.held is not None and text(event, "conversational_behavior") not in NO_ANSWERS:
            self.held.said += f" {content}"

    def _close(self) -> None:
        if self.held is not None:
            self.done.append(self.held)
        self.held = None

    def observed(self) -> Iterator[Observed]:
        """The exchanges in order; what nothing answered is left out."""
        self._close()
        for place, one in enumerate(self.done):
            if not (one.reports or one.started):
                self.findings.counts["utterances without a latency, left out"] += 1
                continue
            yield _observed(self.name, place, one)


def _observed(name: str, place: int, one: _Open) -> Observed:
    """Where several reports are of one answer, the first is of the request that called a tool."""
    report = one.reports[-1] if one.reports else {}
    first = one.reports[0] if one.reports else {}
    started = one.started or {}
    answer = _known(report, "ttt_text_latency", "ttt_token_latency") or _known(started, "ttt_latency")
    call = _known(first, "ttt_tool_latency")
    tools: tuple[ToolRound, ...] = ()
    asked = answer
    if one.tools:
        tools = (ToolRound(measured(one.tool_ms), () if answer is None else (answer,)),)
        asked = call
    voice = _known(report, "tts_latency") or _known(started, "tts_latency")
    return Observed(
        session=name,
        place=f"{name} exchange {place}",
        final_ms=_known(first, "stt_latency"),
        lead_ms=None if one.tools else _lead(started),
        ttft_ms=() if asked is None else (asked,),
        tools=tools,
        tokens=tokens(one.said),
        ttfb_ms=() if voice is None else (voice,),
        response_ms=_known(report, "total_latency"),
    )


def _known(held: Object, *names: str) -> Value | None:
    """The first of these latencies that is there."""
    return next((measured(ms) for name in names if (ms := seconds(held, name)) is not None), None)


def _lead(started: Object) -> Value | None:
    """What is left of the total without the LLM and the TTS; it counts from the end of the turn."""
    whole, llm, voice = (seconds(started, f"{name}_latency") for name in ("total", "ttt", "tts"))
    if whole is None or llm is None or voice is None or whole < llm + voice:
        return None
    return derived(whole - llm - voice)
