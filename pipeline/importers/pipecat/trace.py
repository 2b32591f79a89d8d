"""From the spans of a Pipecat conversation to its events.

Source: pipecat-ai 1.14.0, utils/tracing, and the spans of real runs. A `stt` span begins at the VAD's report of speech
less `start_secs` and ends with the final transcript; its `metrics.ttfb` counts from the user's silence. Nothing says
when the agent fell silent, but that a turn was interrupted.
"""

from __future__ import annotations

from pipeline.importers.json_values import flag, seconds, text
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import Commit, Draw, Final, Measure, Request, Sound, Synthesis, Timeline
from pipeline.importers.pipecat.lags import ONSET_LAG_MS, RELEASE_MS, START_MS, speech_end, speech_start
from pipeline.importers.spans import Span, Tree
from pipeline.importers.spoken_text import tokens

KEPT = frozenset(
    {
        *("metrics.ttfb", "transcript", "text", "output", "is_final", "conversation.id"),
        *("turn.user_bot_latency_seconds", "turn.was_interrupted"),
    }
)
"""The attributes that are of use."""

LATENCY, INTERRUPTED = "turn.user_bot_latency_seconds", "turn.was_interrupted"

INSTANT_MS = 5.0
"""A `stt` span that is no longer did not see the speech begin."""


def timeline(spans: list[Span], name: str, clock: Clock) -> Timeline:
    """The events of one conversation."""
    tree = Tree(spans)
    one = Timeline(name, release_ms=RELEASE_MS, onset_lag_ms=ONSET_LAG_MS)
    begun: float | None = None
    for turn in sorted(tree.named("turn"), key=lambda span: span.start):
        inside = sorted(tree.children.get(turn.id, ()), key=lambda span: (span.start, span.end))
        begun = _heard(one, [span for span in inside if span.name == "stt"], clock, begun)
        _answered(one, turn, inside, clock)
    return one


def conversation(spans: list[Span]) -> str | None:
    """The conversation's name."""
    return next((name for one in spans if (name := text(one.attributes, "conversation.id"))), None)


def _heard(one: Timeline, spans: list[Span], clock: Clock, begun: float | None) -> float | None:
    """Add the user's speech and transcripts; when speech began that no span saw end yet.

    Where the user went on before the final transcript came, its span has no `metrics.ttfb`: the stretch goes on.
    """
    for span in spans:
        instant = span.end - span.start < INSTANT_MS
        start = begun if instant or begun is not None else speech_start(clock.ms(span.start) + START_MS)
        words = text(span.attributes, "transcript")
        one.finals.append(Final(clock.ms(span.end), None if words is None else len(words.split())))
        ttfb = seconds(span.attributes, "metrics.ttfb")
        if ttfb is None:
            begun = start
            continue
        end = speech_end(clock.ms(span.end) - ttfb)
        if start is not None and start < end:
            one.speech.append(Sound(start, end))
        begun = None
    return begun


def _answered(one: Timeline, turn: Span, inside: list[Span], clock: Clock) -> None:
    """Add what the agent did in a turn: each request to the LLM shows a commit."""
    requests = [_request(span, turn, clock) for span in inside if span.name == "llm"]
    one.requests += requests
    one.commits += [Commit(request.start, turn.id) for request in requests]
    one.syntheses += [_synthesis(span, turn, clock) for span in inside if span.name == "tts"]
    latency = seconds(turn.attributes, LATENCY)
    answered = [request for request in requests if not request.cancelled]
    asked = answered[-1].start if answered else None
    silence = _silence(inside, asked, clock)
    if latency is None or silence is None:
        return
    start, stopped = silence + latency, clock.ms(turn.end)
    interrupted = flag(turn.attributes, INTERRUPTED) and stopped > start
    one.agent.append(Sound(start, stopped if interrupted else None, turn.id))
    one.measures.append(Measure(start, start - speech_end(silence), turn.id))


def _silence(inside: list[Span], asked: float | None, clock: Clock) -> float | None:
    """The user's silence that the latency counts from: the last one before the LLM was asked."""
    found = None
    for span in inside:
        ttfb = seconds(span.attributes, "metrics.ttfb")
        if span.name == "stt" and ttfb is not None:
            silence = clock.ms(span.end) - ttfb
            if found is None or asked is None or silence <= asked:
                found = silence
    return found


def _request(span: Span, turn: Span, clock: Clock) -> Request:
    """A request; one that ended before its first token was cancelled, and has the metric of the one before."""
    ttfb, length = seconds(span.attributes, "metrics.ttfb"), span.end - span.start
    said = text(span.attributes, "output")
    came = ttfb is not None and 0 <= ttfb <= length and bool(said)
    counted = tokens(said) if came and said else None
    pace = None
    if came and ttfb is not None and counted and counted.reply and counted.reply > 1:
        pace = (length - ttfb) / (counted.reply - 1)
    return Request(
        start=clock.ms(span.start),
        draws=(Draw(ttfb),) if came and ttfb is not None else (),
        first=clock.ms(span.start + ttfb) if came and ttfb is not None else None,
        reply=turn.id,
        token_ms=pace,
        tokens=counted,
        cancelled=not came,
    )


def _synthesis(span: Span, turn: Span, clock: Clock) -> Synthesis:
    ttfb, said = seconds(span.attributes, "metrics.ttfb"), text(span.attributes, "text")
    came = ttfb is not None and 0 <= ttfb <= span.end - span.start + INSTANT_MS
    counted = tokens(said) if said else None
    return Synthesis(
        start=clock.ms(span.start),
        draws=(Draw(ttfb),) if came and ttfb is not None else (),
        reply=turn.id,
        words=counted.reply if counted else None,
        cancelled=not came,
    )
