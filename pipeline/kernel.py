"""The rules of one turn as compiled code (timing model, sections 3 to 5): what search runs millions of times.

A turn is a row of numbers, its pauses and overlaps are rows of their own. Times are ms on the server's clock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.columns import Floats, Ints
from pipeline.compiled import inlined
from pipeline.rules import Listening, Policy, Rules

INF = np.inf

# The columns of a turn's row; the draws of the LLM, then of the TTS, stand behind them.
END, SCORE, RELEASE, ONSET_LAG, EOT_DELAY, UP, DOWN, FINAL, INTERIM = range(9)
LLM_FALLBACK, TOKEN, CLAUSE, SENTENCE, REPLY, PREFILL, TURNS, NEEDS = range(9, 17)
TTS_FALLBACK, TOKEN_AUDIO, FIRST, DRAWS = range(17, 21)

AT, LENGTH = 0, 1  # of a pause's and of an overlap's row
P_SCORE, P_RELEASE, P_ONSET_LAG = 2, 3, 4
KIND, WORDS, O_SCORE = 2, 3, 4

INTERRUPT, APPEND, IGNORE = 0, 1, 2  # barge_in.mode
CLAUSE_CHUNK, SENTENCE_CHUNK, REPLY_CHUNK = 0, 1, 2  # tts.first_chunk
STREAM, FINAL_TRANSCRIPT = 1, 2  # endpointing.score_from
EAGER_SCORE, EAGER_FINAL = 1, 2  # eager.on
INTERIM_WORDS, FINAL_WORDS = 1, 2  # barge_in.on_words
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
    turn: Floats, v: Listening, a: float, quiet: float, heard: float, held: float, score: float
) -> tuple[float, float, float]:
    """Endpoint, commit and early start of one silence that begins at `a`, were it to last (timing model, section 4)."""
    scored = v.scoring and not np.isnan(score)
    report = quiet + v.vad_silence
    asked = report
    if v.score_from == STREAM:
        asked = quiet
    elif v.score_from == FINAL_TRANSCRIPT:
        asked = max(report, min(heard, held))
    answer = asked + turn[EOT_DELAY]
    wait = v.max_silence if scored and score < v.eot_threshold else v.silence
    counted = heard if v.counts_from_final and heard > report else quiet
    endpoint = max(counted + wait, report)
    if scored:
        endpoint = max(endpoint, answer)
    commit = max(endpoint, min(heard, max(endpoint + v.final_timeout, held), endpoint + v.empty_timeout))
    started = INF
    if v.eager == EAGER_SCORE and score >= v.eager_threshold:
        started = max(quiet + v.eager_silence, answer, a + turn[UP] + turn[INTERIM])
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
    shortest = max(min(v.silence, v.max_silence) if v.scoring else v.silence, v.vad_silence)
    floor, false_sound = 0.0, INF
    early, words, premature, wasted = 0, 0, 0, 0
    unfinished, restarted, cut_off, false_start = False, False, False, False
    k = 0
    while k <= n:
        last = k == n
        p = lo + k
        if last:
            a, release, score = end, turn[RELEASE], turn[SCORE]
            quiet, back, withdraw = a + up + release, INF, INF
        else:
            a, release, score = pauses[p, AT], pauses[p, P_RELEASE], pauses[p, P_SCORE]
            b, onset_lag = a + pauses[p, LENGTH], pauses[p, P_ONSET_LAG]
            talk = (pauses[p + 1, AT] if k + 1 < n else end) - b
            back = b + up + onset_lag + min(v.onset, talk)
            quiet = a + up + release
            if (v.eager == 0 and quiet + shortest >= back) or v.vad_silence >= pauses[p, LENGTH] + onset_lag - release:
                k += 1
                continue
            withdraw = b + up + onset_lag + min(over.withdraw, talk)
        heard = a + up + final
        held = INF
        if words < k:
            held = pauses[lo + words, AT] + up + final
        endpoint, commit, started = listen(turn, v, a, quiet, heard, held, score)
        ahead = started < back and started < commit and early < v.max_starts and (v.after_premature or not unfinished)
        if ahead:
            early += 1
        if not commit < back:
            wasted += ahead
            k += 1
            continue

        partial = heard > commit
        while not last and words <= k and pauses[lo + words, AT] + up + final <= commit:
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
            while not last and words <= k and pauses[lo + words, AT] + up + final <= commit:
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
                while k <= n and pauses[lo + k - 1, AT] + pauses[lo + k - 1, LENGTH] + up < floor:
                    k += 1
                words = max(words, k)
    return Lived(
        True, INF, INF, floor, INF, INF, INF, INF, INF, false_sound,
        cut_off, false_start, premature, restarted, False, False, wasted,
    )  # fmt: skip


class Heard(NamedTuple):
    """What happened while the agent talked (timing model, section 5)."""

    stop_ms: float
    """NaN: no interrupt was handled."""
    false_interrupt: bool
    hiccups: int
    hiccup_ms: float
    met: int
    missed: int
    talked_over_ms: float


@inlined
def stopped(turn: Floats, overlaps: Floats, j: int, s: Rules, guard: float, need: int) -> float:
    """When overlap j stops the agent; infinite: it does not (timing model, section 5)."""
    over = s.barge_in
    at, ms, words = overlaps[j, AT], overlaps[j, LENGTH], overlaps[j, WORDS]
    late = max(at, guard)
    stop = INF
    voice = late + turn[ONSET_LAG] + over.min_speech
    if over.on_voice and at + ms > late and at + ms + turn[RELEASE] + over.hangover >= voice:
        if over.min_words == 0:
            stop = voice
        elif words >= over.min_words:
            stop = max(voice, at + ms * over.min_words / words)
    if over.on_words > 0 and words >= need and at >= guard:
        shown = at + ms + turn[FINAL]
        if over.on_words == INTERIM_WORDS:
            shown = at + min(ms * need / words + turn[INTERIM], ms + turn[FINAL])
        stop = min(stop, shown)
    return stop


@inlined
def talk_over(turn: Floats, overlaps: Floats, lo: int, hi: int, s: Rules) -> Heard:
    """The overlaps one by one, until one ends the reply (timing model, section 5)."""
    over = s.barge_in
    rest = turn[REPLY] * turn[TOKEN_AUDIO]
    delay = turn[UP] + turn[DOWN]
    guard = max(over.guard, over.guard_first) if turn[FIRST] else over.guard
    need = max(1, over.min_words)
    hiccups, hiccup_ms, met, missed, talked_over = 0, 0.0, 0, 0, 0.0
    for j in range(lo, hi):
        at, ms = overlaps[j, AT], overlaps[j, LENGTH]
        if at >= rest:
            break
        interrupt = overlaps[j, KIND] == 0
        met += interrupt
        stop = INF
        if over.mode == INTERRUPT and not overlaps[j, O_SCORE] < over.score_threshold:
            stop = stopped(turn, overlaps, j, s, guard, need) + delay
        if stop < rest:
            if interrupt:
                return Heard(stop - at, False, hiccups, hiccup_ms, met, missed, talked_over)
            if not (over.resume >= 0 and overlaps[j, WORDS] < need):
                return Heard(np.nan, True, hiccups, hiccup_ms, met, missed, talked_over)
            gap = max(0.0, at + ms + turn[RELEASE] + s.listen.vad_silence + over.resume + delay - stop)
            hiccups += 1
            hiccup_ms += gap
            rest += gap
        elif interrupt:
            missed += 1
            talked_over += min(ms, rest - at)
    return Heard(np.nan, False, hiccups, hiccup_ms, met, missed, talked_over)


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


class Exchange(NamedTuple):
    """All of a turn under one set of settings."""

    lived: Lived
    heard: Heard
    starts: int
    failed: bool
    degraded: bool
    history_lost: bool
    stutter_ms: float
    response_ms: float
    first_sound_ms: float


@inlined
def work(turn: Floats, d: int, s: Rules, c: float) -> Stages:
    """What LLM and TTS take: in most turns the first attempt answers in time (timing model, section 3)."""
    saved = turn[PREFILL] * max(0.0, turn[TURNS] - s.max_history)
    llm_ready, starts, llm_fate = max(0.0, turn[DRAWS] - saved), 1, ANSWERED
    if llm_ready > s.llm.timeout:
        llm_ready, starts, llm_fate = policy(turn, DRAWS, d, saved, s.llm, turn[LLM_FALLBACK])
    tts_ready, tts_fate = turn[DRAWS + d], ANSWERED
    if tts_ready > s.tts.timeout:
        tts_ready, _, tts_fate = policy(turn, DRAWS + d, d, 0.0, s.tts, turn[TTS_FALLBACK])
    return Stages(llm_ready, starts, llm_fate, (c - 1) * turn[TOKEN], tts_ready, tts_fate)


@inlined
def exchange(
    turns: Floats, pauses: Floats, overlaps: Floats, pause_start: Ints, overlap_start: Ints, d: int, i: int, s: Rules
) -> Exchange:
    """One turn from the first word to the end of the reply; `d` draws a stage stand in its row."""
    turn = turns[i]
    if s.speak.first_chunk == CLAUSE_CHUNK:
        tokens = turn[CLAUSE]
    elif s.speak.first_chunk == SENTENCE_CHUNK:
        tokens = turn[SENTENCE]
    else:
        tokens = turn[REPLY]
    c = min(tokens + s.speak.lookahead, turn[REPLY])
    stages = work(turn, d, s, c)
    lo, n = pause_start[i], pause_start[i + 1] - pause_start[i]
    lived = walk(turn, pauses, lo, n, s, stages)
    gave_up = stages.llm_fate == GAVE_UP or stages.tts_fate == GAVE_UP
    fell_back = stages.llm_fate == FELL_BACK or (stages.tts_fate == FELL_BACK and stages.llm_fate != GAVE_UP)
    silence, heard = 0.0, Heard(np.nan, False, 0, 0.0, 0, 0, 0.0)
    if not (gave_up or lived.lost):
        silence = stutter(turn, s, lived, tokens, c, turn[DRAWS + d])
        heard = talk_over(turn, overlaps, overlap_start[i], overlap_start[i + 1], s)
    down, end = turn[DOWN], turn[END]
    return Exchange(
        lived,
        heard,
        0 if lived.lost else stages.llm_starts,
        gave_up and not lived.lost,
        (lived.partial or fell_back) and not lived.lost,
        turn[NEEDS] > s.max_history,
        silence,
        lived.play + down - end,
        (lived.false_sound if lived.false_start else lived.sound) + down - end,
    )
