"""From the events of an exchange to the observations of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from pipeline.importers.observed.exchange import Observed, ToolRound, Value, at_least, derived, measured
from pipeline.importers.observed.grouping import Exchange
from pipeline.importers.observed.overlaps import overlaps
from pipeline.importers.observed.timeline import (
    Commit,
    Draw,
    Gap,
    Measure,
    Request,
    Score,
    Sound,
    Synthesis,
    Timeline,
    between,
    started_between,
)
from pipeline.importers.spoken_text import Tokens
from stages.turn import Pause

LATE_FINAL_MS = 3000.0
"""A final transcript this long after the commit may still be of the turn."""

SHORTEST_GAP_MS = 5.0
"""Between two stretches of speech; shorter ones are speech."""


def observed(timeline: Timeline, exchange: Exchange) -> Observed:
    """What a session's events show of one exchange."""
    reply = exchange.reply
    commit = _commit(timeline, exchange)
    chain, early = _chain(timeline, exchange, commit)
    answer = chain[-1] if chain else None
    synthesis = _synthesis(timeline, exchange, answer)
    score = _score(timeline, exchange.end, _until(exchange))
    length = exchange.end - exchange.start
    one = Observed(
        session=timeline.name,
        index=exchange.index,
        at_ms=exchange.start,
        speech_ms=measured(length) if exchange.utterance[-1].end is not None else derived(length),
        pauses=_pauses(timeline, exchange),
        eot_score=score.score if score else None,
        eot_delay_ms=measured(score.delay_ms) if score else None,
        release_ms=_lag(exchange.utterance[-1].release_ms, timeline.release_ms),
        onset_lag_ms=_lag(exchange.utterance[0].onset_lag_ms, timeline.onset_lag_ms),
        final_ms=_final(timeline, exchange, commit),
        interim_ms=_interim(timeline, exchange),
        end_of_turn_ms=measured(commit.at - exchange.end) if commit else None,
        lead_ms=_lead(commit, chain, early),
        ttft_ms=values(chain[0].draws) if chain else (),
        tools=tool_rounds(timeline, chain),
        token_ms=derived(answer.token_ms) if answer else None,
        tokens=tokens_of(answer, synthesis) if answer else _sounded(timeline, exchange),
        ttfb_ms=values(synthesis.draws) if synthesis else (),
        ms_per_token=_pace(timeline, exchange, answer),
        overlaps=overlaps(timeline, exchange),
        response_ms=_response(timeline, exchange),
        early=early if chain and chain[0].timed else None,
        place="" if reply is None or reply.reply is None else reply.reply,
    )
    return one if timeline.ends_known else _without_ends(timeline, one)


def _without_ends(timeline: Timeline, one: Observed) -> Observed:
    """The observations without what counts from an end of speech."""
    speech = derived(one.speech_ms.ms) if one.speech_ms else None
    final = derived(0.0) if timeline.hears_audio else None
    return replace(one, speech_ms=speech, pauses=None, final_ms=final, end_of_turn_ms=None, response_ms=None)


def _until(exchange: Exchange) -> float:
    """When the reply begins to sound, or the last speech ended long ago."""
    return exchange.end + 60_000.0 if exchange.reply is None else exchange.reply.start


def _commit(timeline: Timeline, exchange: Exchange) -> Commit | None:
    """The last one before the reply."""
    name = exchange.reply.reply if exchange.reply else None
    found = between(timeline.commits, exchange.utterance[-1].start, _until(exchange))
    named = [commit for commit in found if name is not None and commit.reply == name]
    found = named or found
    return found[-1] if found else None


def _lag(own: float | None, typical: float | None) -> Value | None:
    """How late the VAD was, as this stretch shows it, else as the source is known to be."""
    return derived(typical) if own is None else measured(max(own, 0.0))


def _pauses(timeline: Timeline, exchange: Exchange) -> tuple[Pause, ...]:
    """The silences between the stretches of an utterance, and inside them those that the VAD passed over."""
    found: list[Pause] = []
    following = (*exchange.utterance[1:], None)
    for before, after in zip(exchange.utterance, following, strict=True):
        found += [_pause(timeline, exchange, gap) for gap in before.gaps]
        end = before.start if before.end is None else before.end
        if after is not None and after.start - end >= SHORTEST_GAP_MS:
            gap = Gap(end, after.start, before.release_ms, after.onset_lag_ms)
            found.append(_pause(timeline, exchange, gap))
    return tuple(found)


def _pause(timeline: Timeline, exchange: Exchange, gap: Gap) -> Pause:
    score = _score(timeline, gap.start, gap.end)
    lags = {"release_ms": gap.release_ms, "onset_lag_ms": gap.onset_lag_ms}
    return Pause(
        at_ms=round(max(gap.start - exchange.start, 0.0), 3),
        ms=round(gap.end - gap.start, 3),
        eot_score=score.score if score else None,
        **{name: round(max(ms, 0.0), 3) for name, ms in lags.items() if ms is not None},
    )


def _interim(timeline: Timeline, exchange: Exchange) -> Value | None:
    """From the end of the last word to the first interim transcript that has it; None: none came so early."""
    last = exchange.utterance[-1]
    finals = between(timeline.finals, last.start, _until(exchange))
    words = finals[-1].words if finals else None
    shown = between(timeline.interims, last.start, finals[-1].at) if words else []
    at = next((one.at for one in shown if one.words is not None and one.words >= (words or 0)), None)
    return None if at is None or at < exchange.end else measured(at - exchange.end)


def _score(timeline: Timeline, silence: float, until: float) -> Score | None:
    """The last score of a silence."""
    found = between(timeline.scores, silence, until)
    return found[-1] if found else None


def _final(timeline: Timeline, exchange: Exchange, commit: Commit | None) -> Value | None:
    """The final transcript of the last words. A commit that did not wait for it is a bound."""
    if timeline.hears_audio:
        return derived(0.0)
    until = _until(exchange)
    found = between(timeline.finals, exchange.utterance[-1].start, until)
    in_time = [final for final in found if commit is None or final.at <= commit.at + 1.0]
    if known := in_time or found:
        last = known[-1]
        return measured(last.at - exchange.end) if last.at >= exchange.end else None
    if commit and commit.final_ms is not None:
        return measured(commit.final_ms)
    return at_least(commit.at - exchange.end) if commit and commit.timeout else None


def _lead(commit: Commit | None, chain: Sequence[Request], early: bool) -> Value | None:
    """As the source gives it, else from the commit to the request."""
    if commit is None:
        return None
    if commit.lead_ms is not None:
        return measured(commit.lead_ms)
    return derived(max(chain[0].start - commit.at, 0.0)) if chain and chain[0].timed and not early else None


def _chain(timeline: Timeline, exchange: Exchange, commit: Commit | None) -> tuple[tuple[Request, ...], bool]:
    """The requests behind the reply, and whether the first was made before the commit.

    Those that called tools, then the one that answered.
    """
    reply = exchange.reply
    if reply is None:
        return (), False
    made = started_between(timeline.requests, exchange.utterance[-1].start, reply.start)
    named = [request for request in made if reply.reply is not None and request.reply == reply.reply]
    made = [one for one in named if not one.cancelled] or named or [one for one in made if not one.cancelled]
    answered = [place for place, request in enumerate(made) if not request.calls_tools]
    if not answered:
        return (), False
    first = answered[-1]
    while first and made[first - 1].calls_tools:
        first -= 1
    chain = tuple(made[first : answered[-1] + 1])
    return chain, commit is not None and chain[0].start < commit.at


def tool_rounds(timeline: Timeline, chain: Sequence[Request]) -> tuple[ToolRound, ...]:
    """From the first token of each call to the tool's result, and the request after it."""
    rounds: list[ToolRound] = []
    for call, after in pairwise(chain):
        first = call.first
        ran = started_between(timeline.tools, call.start, after.start)
        result = max((tool.end for tool in ran), default=None)
        done = after.start if result is None else min(result, after.start)
        took = None if first is None else Value(max(done - first, 0.0), "derived" if result is None else "measured")
        rounds.append(ToolRound(took, values(after.draws)))
    return tuple(rounds)


def tokens_of(answer: Request | None, synthesis: Synthesis | None) -> Tokens | None:
    """The counts by words of the text, brought to the model's own count of all tokens."""
    if answer is None or (answer.tokens is None and answer.reply_tokens is None):
        return None
    counted = answer.tokens or Tokens(None, synthesis.words if synthesis else None, None)
    return counted.of(answer.reply_tokens) if answer.reply_tokens else counted


def with_sentence(
    timeline: Timeline, answer: Request | None, first: Synthesis | None, commit: Commit | None, counted: Tokens | None
) -> Tokens | None:
    """The counts with the first sentence as long as the voice waited for it: splitters are not told by the text.

    As counted, where the voice had to wait for the commit: then the sentence was there before.
    """
    lookahead = timeline.lookahead_tokens
    if lookahead is None or answer is None or first is None or commit is None or counted is None:
        return counted
    if answer.first is None or not answer.token_ms or not counted.reply or first.start is None:
        return counted
    if first.start <= commit.at + (commit.lead_ms or 0.0) + AT_ONCE_MS:
        return counted
    waited = round((first.start - answer.first) / answer.token_ms) + 1
    sentence = min(max(waited - lookahead, 1), counted.reply)
    clause = None if counted.clause is None else min(counted.clause, sentence)
    return Tokens(clause, sentence, counted.reply)


AT_ONCE_MS = 20.0
"""What begins so soon after the commit had waited for it."""


def _synthesis(timeline: Timeline, exchange: Exchange, answer: Request | None) -> Synthesis | None:
    """The first one of the reply, behind the request that it speaks."""
    if exchange.reply is None:
        return None
    since = exchange.end if answer is None or not answer.timed else answer.start
    mine, end = _of_reply(timeline, exchange), exchange.reply.start
    timed = [one for one in mine if one.start is not None and since <= one.start <= end]
    if mine:
        return timed[0] if timed else next((one for one in mine if one.start is None), None)
    return next(iter(timeline.spoken_between(since, end)), None)


def _of_reply(timeline: Timeline, exchange: Exchange) -> list[Synthesis]:
    name = exchange.reply.reply if exchange.reply else None
    return [] if name is None else timeline.syntheses_of(name)


def _pace(timeline: Timeline, exchange: Exchange, answer: Request | None) -> Value | None:
    """Length of the audio over its tokens: of what was synthesised, else of the whole reply if it was heard out."""
    if exchange.reply is None:
        return None
    if answer is None:
        counted, length = _sounded(timeline, exchange), _length(exchange.reply)
        return derived(length / counted.reply) if counted and counted.reply and length else None
    if found := pace(answer, _of_reply(timeline, exchange)):
        return found
    total = answer.reply_tokens or (answer.tokens.reply if answer.tokens else None)
    if total and exchange.reply.end is not None and not exchange.over:
        return derived((exchange.reply.end - exchange.reply.start) / total)
    return None


def _sounded(timeline: Timeline, exchange: Exchange) -> Tokens | None:
    """The tokens of a reply by its length, where the source has its sound and not its text; None: not known.

    Of a reply that the user stopped the length is not known.
    """
    length = None if exchange.reply is None else _length(exchange.reply)
    if timeline.token_ms is None or not length or any(stops for _, stops in exchange.over):
        return None
    return Tokens(None, None, max(round(length / timeline.token_ms), 1))


def _length(reply: Sound) -> float | None:
    return None if reply.end is None else reply.end - reply.start


def pace(answer: Request, syntheses: Sequence[Synthesis]) -> Value | None:
    """Length of the audio of a reply's syntheses over their tokens."""
    words = answer.tokens.reply if answer.tokens else None
    total = answer.reply_tokens or words
    mine = [one for one in syntheses if one.audio_ms]
    audio_ms = sum(one.audio_ms or 0 for one in mine)
    if not total or not mine:
        return None
    if words and all(one.words for one in mine):
        return derived(audio_ms / (sum(one.words or 0 for one in mine) * total / words))
    return None if any(one.cancelled for one in mine) else derived(audio_ms / total)


def _response(timeline: Timeline, exchange: Exchange) -> Value | None:
    """As the source gives it for this reply, else from the end of speech to the first sound."""
    reply = exchange.reply
    if reply is None:
        return None
    given = _measure(timeline, reply)
    own = reply.start - exchange.end
    if given is not None:
        return derived(given.response_ms) if given.derived else measured(given.response_ms)
    return derived(own) if exchange.utterance[-1].end is not None and own >= 0 else None


def _measure(timeline: Timeline, reply: Sound) -> Measure | None:
    found = between(timeline.measures, reply.start - MEASURE_MS, reply.start + MEASURE_MS)
    for measure in found:
        if measure.reply is None or reply.reply is None or measure.reply == reply.reply:
            return measure
    return None


MEASURE_MS = 250.0
"""A response time that the source gives belongs to the reply that began at most so long before or after."""


def values(draws: Iterable[Draw]) -> tuple[Value | None, ...]:
    """The delay of each attempt, and where it comes from."""
    return tuple([_value(draw) for draw in draws])


def _value(draw: Draw) -> Value:
    if draw.bound:
        return Value(draw.ms, "censored")
    return Value(draw.ms, "derived") if draw.derived else Value(draw.ms)
