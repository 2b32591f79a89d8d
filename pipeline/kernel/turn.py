"""The rules of one turn up to its reply as compiled code (timing model, sections 3 and 4): what search runs millions of
times.

A turn is a row of numbers, its pauses are rows of their own. Times are ms on the server's clock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import inlined
from pipeline.kernel.rules import Listening, Policy, Rules
from stages.arrays import Floats

INF = np.inf

# The columns of a turn's row; the draws of the LLM, then of the TTS, stand behind them.
END, SCORE, RELEASE, ONSET_LAG, EOT_DELAY, UP, DOWN, FINAL, INTERIM = range(9)
LLM_FALLBACK, TOKEN, CLAUSE, SENTENCE, REPLY, PREFILL, TURNS, NEEDS = range(9, 17)
TTS_FALLBACK, TOKEN_AUDIO, FIRST, DRAWS = range(17, 21)

# The columns of a pause's row. It is quiet; the words before it are final, or shown; it is over, and that is noticed;
# how long the user then talks, and how long a gap the VAD hears.
P_QUIET, P_HEARD, P_SHOWN, P_SCORE, P_OVER, P_BACK, P_TALK, P_GAP = range(8)

INTERRUPT, APPEND, IGNORE = 0, 1, 2  # barge_in.mode
CLAUSE_CHUNK, SENTENCE_CHUNK, REPLY_CHUNK = 0, 1, 2  # tts.first_chunk
STREAM, FINAL_TRANSCRIPT = 1, 2  # endpointing.score_from
EAGER_SCORE, EAGER_FINAL = 1, 2  # eager.on
ANSWERED, FELL_BACK, GAVE_UP = 0, 1, 2  # what became of a stage's policy


class Stages(NamedTuple):
    """What LLM and TTS take in a turn: the same for every reply in it, premature or restarted."""

    llm_ready: float
    llm_starts: int
    llm_fate: int
    chunk_ms: float
    """From the first token to the end of the first chunk."""
    tts_ready: float
    tts_fate: int


class Replied(NamedTuple):
    """When one reply's text and audio were ready, and when it was heard."""

    first_token: float
    chunk: float
    audio: float
    play: float
    sound: float
    filler: bool


class Lived(NamedTuple):
    """The outcome of a turn, as numbers; times of the final reply."""

    lost: bool
    commit: float
    endpoint: float
    floor: float
    first_token: float
    chunk: float
    audio: float
    play: float
    sound: float
    false_sound: float
    cut_off: bool
    false_start: bool
    premature: int
    restarted: bool
    partial: bool
    filler: bool
    wasted: int


@inlined
def policy(
    turn: Floats, first: int, draws: int, saved: float, p: Policy, fallback_draw: float
) -> tuple[float, int, int]:
    """When a stage's answer is there, how many requests that took, and what became of it (timing model, section 3)."""
    ready, starts = INF, 0
    if p.hedge:
        for k in range(p.attempts):
            if k * p.timeout >= ready:
                break
            starts += 1
            if k < draws:
                ready = min(ready, k * p.timeout + max(0.0, turn[first + k] - saved))
        end = p.attempts * p.timeout
        if ready <= end:
            return ready, starts, ANSWERED
    else:
        for k in range(p.attempts):
            starts += 1
            if k < draws:
                draw = max(0.0, turn[first + k] - saved)
                if draw <= p.timeout:
                    ready = k * (p.timeout + p.gap) + draw
                    break
        if ready < INF:
            return ready, starts, ANSWERED
        end = p.attempts * p.timeout + (p.attempts - 1) * p.gap
    if p.fallback and fallback_draw < INF:
        return end + fallback_draw, starts + 1, FELL_BACK
    return end, starts, GAVE_UP


@inlined
def reply(s: Rules, stages: Stages, llm_start: float, commit: float, floor: float) -> Replied:
    """One reply from its LLM start to its sound (timing model, section 4)."""
    first_token = llm_start + stages.llm_ready
    if stages.llm_fate == GAVE_UP:
        chunk = first_token
        audio = first_token
    else:
        chunk = first_token + stages.chunk_ms
        audio = (chunk if s.speak.eager_tts else max(chunk, commit)) + stages.tts_ready
    play = max(max(audio, commit), floor) + s.speak.prebuffer
    sound = play
    filler = play > commit + s.speak.filler_after
    if filler:
        sound = commit + s.speak.filler_after
        play = max(play, commit + s.speak.filler_after + s.speak.filler)
    return Replied(first_token, chunk, audio, play, sound, filler)


@inlined
def listen(
    v: Listening, quiet: float, heard: float, shown: float, held: float, score: float, delay: float
) -> tuple[float, float, float]:
    """Endpoint, commit and early start of one silence, were it to last (timing model, section 4).

    The words before it are `heard` as final and `shown` in an interim transcript; earlier ones were `held` since then.
    """
    scored = v.scoring & (not np.isnan(score))
    report = quiet + v.vad_silence
    asked = report
    if v.score_from == STREAM:
        asked = quiet
    elif v.score_from == FINAL_TRANSCRIPT:
        asked = max(report, min(heard, held))
    answer = asked + delay
    wait = v.max_silence if scored & (score < v.eot_threshold) else v.silence
    counted = heard if v.counts_from_final & (heard > report) else quiet
    endpoint = max(counted + wait, report)
    endpoint = max(endpoint, answer) if scored else endpoint
    commit = max(endpoint, min(heard, max(endpoint + v.final_timeout, held), endpoint + v.empty_timeout))
    started = INF
    if v.eager == EAGER_SCORE:
        started = max(quiet + v.eager_silence, answer, shown) if score >= v.eager_threshold else INF
    elif v.eager == EAGER_FINAL:
        started = heard
    return endpoint, commit, started


@inlined
def walk(turn: Floats, pauses: Floats, lo: int, n: int, s: Rules, stages: Stages) -> Lived:
    """The user's silences one by one, up to the reply that answers the whole turn (timing model, section 4)."""
    v, over = s.listen, s.barge_in
    end, up, down, final = turn[END], turn[UP], turn[DOWN], turn[FINAL]
    failed = stages.llm_fate == GAVE_UP or stages.tts_fate == GAVE_UP
    mute = stages.llm_fate != GAVE_UP and stages.tts_fate == GAVE_UP  # silent, unless a filler plays
    length = 0.0 if failed else turn[REPLY] * turn[TOKEN_AUDIO]
    floor, false_sound = 0.0, INF
    early, words, premature, wasted = 0, 0, 0, 0
    unfinished, restarted, cut_off, false_start = False, False, False, False
    k = 0
    while k <= n:
        last = k == n
        p = lo + k
        if last:
            quiet, heard, shown, score = (
                end + up + turn[RELEASE],
                end + up + final,
                end + up + turn[INTERIM],
                turn[SCORE],
            )
            back, withdraw = INF, INF
        else:
            if v.vad_silence >= pauses[p, P_GAP]:
                k += 1
                continue
            quiet, heard, shown, score = pauses[p, P_QUIET], pauses[p, P_HEARD], pauses[p, P_SHOWN], pauses[p, P_SCORE]
            noticed, talk = pauses[p, P_BACK], pauses[p, P_TALK]
            back, withdraw = noticed + min(v.onset, talk), noticed + min(over.withdraw, talk)
        held = pauses[lo + words, P_HEARD] if words < k else INF
        endpoint, commit, started = listen(v, quiet, heard, shown, held, score, turn[EOT_DELAY])
        ahead = started < back and started < commit and early < v.max_starts and (v.after_premature or not unfinished)
        if ahead:
            early += 1
        if not commit < back:
            wasted += ahead
            k += 1
            continue

        partial = heard > commit
        while not last and words <= k and pauses[lo + words, P_HEARD] <= commit:
            words += 1  # what is committed at the end nobody asks any more
        r = reply(s, stages, started if ahead else commit, commit, floor)
        if not last:
            premature += 1
        if partial and v.late_final >= 0 and over.mode == INTERRUPT and heard < withdraw:
            wasted += stages.llm_starts
            restarted = True
            unfinished = False
            if r.sound < heard and not (mute and not r.filler):
                if r.sound + down < end:
                    cut_off = True
                elif not false_start:
                    false_start, false_sound = True, r.sound
            commit = heard + v.late_final
            if not commit < back:
                k += 1
                continue
            partial = False
            while not last and words <= k and pauses[lo + words, P_HEARD] <= commit:
                words += 1
            r = reply(s, stages, commit, commit, floor)
            if not last:
                premature += 1
        if last:
            return Lived(
                False, commit, endpoint, floor, r.first_token, r.chunk, r.audio, r.play, r.sound, false_sound,
                cut_off, false_start, premature, restarted, partial, r.filler, wasted,
            )  # fmt: skip
        wasted += stages.llm_starts
        silent = mute and not r.filler
        unfinished = over.mode == INTERRUPT and r.play + length > withdraw
        if not silent and (over.mode != INTERRUPT or r.sound < withdraw):
            if r.sound + down < end:
                cut_off = True
            elif not false_start:
                false_start, false_sound = True, r.sound
        k += 1
        if over.mode != INTERRUPT and not silent:
            floor = r.play + length
            if over.mode == IGNORE:
                while k <= n and pauses[lo + k - 1, P_OVER] < floor:
                    k += 1
                words = max(words, k)
    return Lived(
        True, INF, INF, floor, INF, INF, INF, INF, INF, false_sound,
        cut_off, false_start, premature, restarted, False, False, wasted,
    )  # fmt: skip


@inlined
def stutter(turn: Floats, s: Rules, t: Lived, tokens: float, c: float, ttfb: float) -> float:
    """The silence between the first chunk of audio and the next, in ms (timing model, section 4)."""
    if c >= turn[REPLY]:
        return 0.0
    sentence = turn[SENTENCE]
    next_end = sentence if tokens < sentence else tokens + sentence
    text_end = min(next_end + s.speak.lookahead, turn[REPLY])
    ready = max(t.first_token + (text_end - 1) * turn[TOKEN], t.audio) + min(ttfb, s.tts.timeout)
    return float(max(0.0, ready - (t.play + tokens * turn[TOKEN_AUDIO])))


class Answer(NamedTuple):
    """A turn up to its reply, under one set of settings."""

    lived: Lived
    starts: int
    failed: bool
    degraded: bool
    history_lost: bool
    stutter_ms: float
    response_ms: float
    first_sound_ms: float


@inlined
def first_chunk(turn: Floats, s: Rules) -> tuple[float, float]:
    """Tokens of the reply that are spoken first, and how many must be there before (timing model, section 4)."""
    tokens = turn[REPLY]
    if s.speak.first_chunk == CLAUSE_CHUNK:
        tokens = turn[CLAUSE]
    elif s.speak.first_chunk == SENTENCE_CHUNK:
        tokens = turn[SENTENCE]
    return tokens, min(tokens + s.speak.lookahead, turn[REPLY])


@inlined
def saved(turn: Floats, s: Rules) -> float:
    """What a bounded history takes off the first token, in ms (timing model, section 3)."""
    return float(turn[PREFILL] * max(0.0, turn[TURNS] - s.max_history))


@inlined
def work(turn: Floats, d: int, s: Rules, c: float) -> Stages:
    """What LLM and TTS take: in most turns the first attempt answers in time (timing model, section 3)."""
    less = saved(turn, s)
    llm_ready, starts, llm_fate = max(0.0, turn[DRAWS] - less), 1, ANSWERED
    if llm_ready > s.llm.timeout:
        llm_ready, starts, llm_fate = policy(turn, DRAWS, d, less, s.llm, turn[LLM_FALLBACK])
    tts_ready, tts_fate = turn[DRAWS + d], ANSWERED
    if tts_ready > s.tts.timeout:
        tts_ready, _, tts_fate = policy(turn, DRAWS + d, d, 0.0, s.tts, turn[TTS_FALLBACK])
    return Stages(llm_ready, starts, llm_fate, (c - 1) * turn[TOKEN], tts_ready, tts_fate)


@inlined
def finish(turn: Floats, s: Rules, lived: Lived, stages: Stages, tokens: float, c: float, ttfb: float) -> Answer:
    """What the turn comes to once its reply is known."""
    gave_up = (stages.llm_fate == GAVE_UP) | (stages.tts_fate == GAVE_UP)
    fell_back = (stages.llm_fate == FELL_BACK) | ((stages.tts_fate == FELL_BACK) & (stages.llm_fate != GAVE_UP))
    silence = 0.0 if gave_up | lived.lost else stutter(turn, s, lived, tokens, c, ttfb)
    down, end = turn[DOWN], turn[END]
    return Answer(
        lived,
        0 if lived.lost else stages.llm_starts,
        gave_up & (not lived.lost),
        (lived.partial | fell_back) & (not lived.lost),
        turn[NEEDS] > s.max_history,
        silence,
        lived.play + down - end,
        (lived.false_sound if lived.false_start else lived.sound) + down - end,
    )


@inlined
def answer(turn: Floats, pauses: Floats, lo: int, n: int, d: int, s: Rules) -> Answer:
    """One turn from the first word to its reply; its n pauses begin at `lo`, `d` draws a stage stand in its row."""
    tokens, c = first_chunk(turn, s)
    stages = work(turn, d, s, c)
    return finish(turn, s, walk(turn, pauses, lo, n, s, stages), stages, tokens, c, turn[DRAWS + d])


@inlined
def answered(x: Answer) -> bool:
    """Whether the user got a reply."""
    return not (x.lived.lost or x.failed)
