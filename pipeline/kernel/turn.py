"""The rules of one turn up to its reply as compiled code (timing model, sections 3 and 4): what search runs millions of
times.

A turn is a row of numbers, its pauses are rows of their own. Times are ms on the server's clock.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.kernel.compiled import apart, inlined
from pipeline.kernel.listening import (
    last_silence,
    listen,
    may_start_on_earlier_words,
    pause,
    start_on_earlier_words,
)
from pipeline.kernel.overlaps import IGNORE, INTERRUPT
from pipeline.kernel.packed import (
    DOWN,
    DRAWS,
    END,
    FINAL,
    INF,
    NEEDS,
    P_BACK,
    P_GAP,
    P_HEARD,
    P_OVER,
    P_QUIET,
    P_TALK,
    RELEASE,
    REPLY,
    SENTENCE,
    TOKEN,
    TOKEN_AUDIO,
    TOOLS,
    UP,
)
from pipeline.kernel.policy import FELL_BACK, GAVE_UP, Stages, with_tools, work
from pipeline.kernel.reply import first_chunk, reply
from pipeline.kernel.rules import Rules
from stages.arrays import Floats


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
def walk(turn: Floats, pauses: Floats, lo: int, n: int, s: Rules, stages: Stages) -> Lived:
    """The user's silences one by one, up to the reply that answers the whole turn (timing model, section 4)."""
    v, over = s.listen, s.barge_in
    end, down = turn[END], turn[DOWN]
    failed = stages.llm_fate == GAVE_UP or stages.tts_fate == GAVE_UP
    mute = stages.llm_fate != GAVE_UP and stages.tts_fate == GAVE_UP  # silent, unless a filler plays
    length = 0.0 if failed else turn[REPLY] * turn[TOKEN_AUDIO]
    floor, false_sound = 0.0, INF
    preemptive_starts, words, premature, wasted = 0, 0, 0, 0
    unfinished, restarted, cut_off, false_start = False, False, False, False
    k, talk = 0, 0.0
    while k <= n:
        last = k == n
        p = lo + k
        held = pauses[lo + words, P_HEARD] if words < k else INF
        if last:
            silence, back, withdraw = last_silence(turn, held), INF, INF
        else:
            if v.vad_silence >= pauses[p, P_GAP]:
                k += 1
                continue
            silence, noticed, talk = pause(turn, pauses, p, held), pauses[p, P_BACK], pauses[p, P_TALK]
            back, withdraw = noticed + min(v.onset, talk), noticed + min(over.withdraw, talk)
        endpoint, commit, started = listen(v, silence)
        if words < k and may_start_on_earlier_words(v, silence, commit):
            started = start_on_earlier_words(v, silence, commit, pauses, lo + words, lo + k)
        allowed = preemptive_starts < v.max_starts and (v.after_premature or not unfinished)
        preemptive = started < back and started < commit and allowed
        if preemptive:
            preemptive_starts += 1
        if not commit < back:
            wasted += preemptive
            k += 1
            continue

        partial = silence.heard > commit
        while not last and words <= k and pauses[lo + words, P_HEARD] <= commit:
            words += 1  # what is committed at the end nobody asks any more
        r = reply(s.speak, turn, stages, preemptive, started, commit, floor)
        if not last:
            premature += 1
        if partial and v.late_final >= 0 and over.mode == INTERRUPT and silence.heard < withdraw:
            wasted += stages.llm_starts
            restarted = True
            unfinished = False
            if r.sound < silence.heard and not (mute and not r.filler):
                if r.sound + down < end:
                    cut_off = True
                elif not false_start:
                    false_start, false_sound = True, r.sound
            commit = silence.heard + v.late_final
            if not commit < back:
                k += 1
                continue
            partial = False
            while not last and words <= k and pauses[lo + words, P_HEARD] <= commit:
                words += 1
            r = reply(s.speak, turn, stages, False, INF, commit, floor)
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
        sound = r.sound if over.mode != INTERRUPT or r.sound < withdraw else INF
        if over.resume >= 0 and sound == INF and over.mode == INTERRUPT and talk + v.vad_silence < over.min_speech:
            sound = come_back(turn, pauses, p + 1, lo + n, r.sound, v.vad_silence)
        if not silent and sound < INF:
            if sound + down < end:
                cut_off = True
            elif not false_start:
                false_start, false_sound = True, sound
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
def come_back(turn: Floats, pauses: Floats, p: int, beyond: int, sound: float, vad_silence: float) -> float:
    """When a reply that was kept back sounds, once the VAD reports the silence p; infinite: the words end it first."""
    mouth = turn[END] + turn[UP]
    quiet = pauses[p, P_QUIET] if p < beyond else mouth + turn[RELEASE]
    heard = pauses[p, P_HEARD] if p < beyond else mouth + turn[FINAL]
    back = max(sound, quiet + vad_silence)
    return back if back < heard else INF


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
    tools_ms: float
    response_ms: float
    first_sound_ms: float


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
        stages.tools_ms,
        lived.play + down - end,
        (lived.false_sound if lived.false_start else lived.sound) + down - end,
    )


@inlined
def answer(turn: Floats, pauses: Floats, lo: int, n: int, d: int, s: Rules) -> Answer:
    """One turn without tools from the first word to its reply.

    Its n pauses begin at `lo`, `d` draws a stage stand in its row.
    """
    tokens, c = first_chunk(turn, s.speak)
    stages = work(turn, d, s.llm, s.max_history, s.tts, c)
    return finish(turn, s, walk(turn, pauses, lo, n, s, stages), stages, tokens, c, turn[DRAWS + d])


@apart
def answer_with_tools(
    turn: Floats, pauses: Floats, lo: int, n: int, tools: Floats, call: int, d: int, s: Rules
) -> Answer:
    """The same with tools; the rounds of calls begin at `call`."""
    tokens, c = first_chunk(turn, s.speak)
    stages = work(turn, d, s.llm, s.max_history, s.tts, c)
    stages = with_tools(stages, turn, tools, call, call + int(turn[TOOLS]), d, s.llm, s.max_history)
    return finish(turn, s, walk(turn, pauses, lo, n, s, stages), stages, tokens, c, turn[DRAWS + d])


@inlined
def answered(x: Answer) -> bool:
    """Whether the user got a reply."""
    return not (x.lived.lost or x.failed)
