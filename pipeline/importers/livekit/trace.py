"""From the spans of a LiveKit session to its events.

Source: livekit-agents 1.8.9, telemetry/trace_types.py and the spans of real runs. Times of `user_speaking` are those of
the speech: the VAD's silence is taken off already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.importers.json_values import Object, count, entries, flag, group, number, seconds, text
from pipeline.importers.livekit.metrics import token_ms
from pipeline.importers.moments import ms_of
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import (
    Commit,
    Draw,
    Final,
    Measure,
    Request,
    Score,
    Sound,
    Synthesis,
    Timeline,
    Tool,
)
from pipeline.importers.spans import Span, Tree
from pipeline.importers.spoken_text import tokens

WARM_UP_MS = 3000.0
"""`aec_warmup_duration` by default: no log says it."""

KEPT = frozenset(
    {
        *("lk.speech_id", "lk.e2e_latency", "lk.on_user_turn_completed_delay", "lk.eou.outcome", "lk.eou.probability"),
        *("lk.eou.from_cache", "lk.stt.events", "lk.pii.user_transcript", "lk.user_transcript", "lk.llm_metrics"),
        *("lk.tts_metrics", "lk.retry_count", "lk.response.ttft", "lk.response.ttfb", "lk.pii.response.text"),
        *("lk.response.text", "lk.pii.response.function_calls", "lk.response.function_calls", "lk.pii.input_text"),
        *("lk.input_text", "lk.job_id", "gen_ai.response.finish_reasons"),
    }
)
"""The attributes that are of use: the others hold what was said, and are dropped at once."""


def timeline(spans: list[Span], name: str, clock: Clock) -> Timeline:
    """The events of one trace, on this clock."""
    tree = Tree(spans)
    return Timeline(
        name,
        speech=[Sound(clock.ms(one.start), clock.ms(one.end)) for one in tree.named("user_speaking")],
        agent=[
            Sound(clock.ms(one.start), clock.ms(one.end), _reply(tree, one)) for one in tree.named("agent_speaking")
        ],
        finals=[final for one in tree.named("user_turn") for final in _finals(one, clock)],
        scores=[score for one in tree.named("eou_detection") if (score := _score(one, clock))],
        commits=list(_commits(tree, clock)),
        requests=[_request(tree, one, clock) for one in tree.named("llm_request")] or _nodes(tree, clock),
        tools=[Tool(clock.ms(one.start), clock.ms(one.end), _reply(tree, one)) for one in tree.named("function_tool")],
        syntheses=[_synthesis(tree, one, clock) for one in tree.named("tts_request")] or _voices(tree, clock),
        measures=list(_measures(tree, clock)),
        deaf_ms=WARM_UP_MS,
    )


def job(spans: Iterable[Span]) -> str | None:
    """The job's name, where a span has it."""
    return next((name for one in spans if (name := text(one.attributes, "lk.job_id"))), None)


def _reply(tree: Tree, one: Span) -> str | None:
    turn = tree.above(one, "agent_turn")
    return None if turn is None else text(turn.attributes, "lk.speech_id") or turn.id


def _finals(turn: Span, clock: Clock) -> Iterator[Final]:
    """The final transcripts; the words are those of the whole turn, so they are known where there is one."""
    events = [held for held in entries(turn.attributes, "lk.stt.events") if text(held, "type") == "final_transcript"]
    said = text(turn.attributes, "lk.pii.user_transcript") or text(turn.attributes, "lk.user_transcript")
    words = len(said.split()) if said is not None and len(events) == 1 else None
    for held in events:
        if (at := ms_of(held.get("received_at"))) is not None:
            yield Final(clock.ms(at), words)


def _score(one: Span, clock: Clock) -> Score | None:
    """Its own delay shows only where it was asked for, not taken from a cache."""
    probability = number(one.attributes, "lk.eou.probability")
    if probability is None or not 0 <= probability <= 1:
        return None
    cached = flag(one.attributes, "lk.eou.from_cache")
    return Score(clock.ms(one.end), probability, one.end - one.start if cached is False else None)


def _commits(tree: Tree, clock: Clock) -> Iterator[Commit]:
    """A wait that ended in a commit; the reply is the agent's turn that is closest behind it."""
    turns = sorted(tree.named("agent_turn"), key=lambda one: one.start)
    leads = {text(one.attributes, "lk.speech_id") or one.id: _lead(one) for one in turns}
    by_user_turn = {one.parent: one for one in tree.named("on_user_turn_completed")}
    for wait in tree.named("eou_wait"):
        if text(wait.attributes, "lk.eou.outcome") not in ("committed", None):
            continue
        asked = by_user_turn.get(wait.parent)
        moment = (asked.end if asked else wait.end) + SAME_MS
        reply = _speaking_after(turns, wait, moment)
        yield Commit(clock.ms(wait.end), reply, lead_ms=leads.get(reply) if reply else None)


SAME_MS = 100.0
"""The agent's turn begins at most so long after the commit, or before it where the reply was begun early."""


def _speaking_after(turns: list[Span], wait: Span, moment: float) -> str | None:
    """The last agent's turn that began between the user's silence and the commit, or right behind it."""
    begun = [one for one in turns if wait.start - SAME_MS <= one.start <= moment]
    return (text(begun[-1].attributes, "lk.speech_id") or begun[-1].id) if begun else None


def _lead(turn: Span) -> float | None:
    return seconds(turn.attributes, "lk.on_user_turn_completed_delay")


def _request(tree: Tree, one: Span, clock: Clock) -> Request:
    """A request with the attempts that it took: those that failed are bounds."""
    metrics = group(one.attributes, "lk.llm_metrics")
    ttft, duration = seconds(metrics, "ttft"), seconds(metrics, "duration")
    node = tree.above(one, "llm_node")
    if ttft is None and node is not None:
        ttft = seconds(node.attributes, "lk.response.ttft")
    came = ttft is not None and ttft >= 0
    runs = list(tree.below(one, "llm_request_run"))
    total = count(metrics, "completion_tokens") or None
    said = _said(node)
    return Request(
        start=clock.ms(one.start),
        draws=_draws(runs, one.start, ttft if came else None),
        first=clock.ms(one.start + ttft) if came and ttft is not None else None,
        reply=_reply(tree, one),
        token_ms=token_ms(ttft, duration, total) if not flag(metrics, "cancelled") else None,
        tokens=tokens(said) if said else None,
        reply_tokens=total,
        calls_tools=_calls_tools(node, one),
        cancelled=(flag(metrics, "cancelled") or False) and not said,
    )


def _draws(runs: list[Span], start: float, ttft: float | None) -> tuple[Draw, ...]:
    """Each attempt that failed lasted at least as long; the last one is what is left of the time to the first token."""
    failed = [Draw(run.end - run.start, bound=True) for run in (runs if ttft is None else runs[:-1])]
    if ttft is None:
        return tuple(failed)
    last = runs[-1].start if runs else start
    return (*failed, Draw(max(start + ttft - last, 0.0)))


def _said(node: Span | None) -> str | None:
    attributes: Object = {} if node is None else node.attributes
    return text(attributes, "lk.pii.response.text") or text(attributes, "lk.response.text")


def _calls_tools(node: Span | None, one: Span) -> bool:
    if node is not None:
        for key in ("lk.pii.response.function_calls", "lk.response.function_calls"):
            if entries(node.attributes, key):
                return True
    return "tool_calls" in entries(one.attributes, "gen_ai.response.finish_reasons")


def _nodes(tree: Tree, clock: Clock) -> list[Request]:
    """Requests of versions that have no span of their own for them."""
    found = []
    for one in tree.named("llm_node"):
        ttft, said = seconds(one.attributes, "lk.response.ttft"), _said(one)
        found.append(
            Request(
                start=clock.ms(one.start),
                draws=() if ttft is None else (Draw(ttft),),
                first=None if ttft is None else clock.ms(one.start + ttft),
                reply=_reply(tree, one),
                tokens=tokens(said) if said else None,
                calls_tools=_calls_tools(one, one),
                cancelled=ttft is None,
            )
        )
    return found


def _synthesis(tree: Tree, one: Span, clock: Clock) -> Synthesis:
    metrics = group(one.attributes, "lk.tts_metrics")
    ttfb = seconds(metrics, "ttfb")
    said = text(one.attributes, "lk.pii.input_text") or text(one.attributes, "lk.input_text")
    counted = tokens(said) if said else None
    runs = list(tree.below(one, "tts_request_run"))
    came = ttfb is not None and ttfb >= 0
    return Synthesis(
        start=clock.ms(one.start),
        draws=_draws(runs, one.start, ttfb if came else None),
        reply=_reply(tree, one),
        audio_ms=seconds(metrics, "audio_duration"),
        words=counted.reply if counted else None,
        cancelled=flag(metrics, "cancelled") or False,
    )


def _voices(tree: Tree, clock: Clock) -> list[Synthesis]:
    """Syntheses of versions that have no span of their own for them."""
    return [
        Synthesis(clock.ms(one.start), () if ttfb is None else (Draw(ttfb),), _reply(tree, one))
        for one in tree.named("tts_node")
        for ttfb in (seconds(one.attributes, "lk.response.ttfb"),)
    ]


def _measures(tree: Tree, clock: Clock) -> Iterator[Measure]:
    """The response time that LiveKit gives for a reply, at the reply's first sound."""
    for turn in tree.named("agent_turn"):
        latency = seconds(turn.attributes, "lk.e2e_latency")
        sounds = list(tree.below(turn, "agent_speaking"))
        if latency is not None and sounds:
            yield Measure(clock.ms(sounds[0].start), latency, text(turn.attributes, "lk.speech_id") or turn.id)
