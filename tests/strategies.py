"""Random turns and settings for property tests: everything that the timing model allows, including unusual cases.

`exact` times are multiples of 1/8 ms, so every sum is exact and equal times are equal; `measured` times are any floats.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from stages.settings import Settings
from stages.turn import Turn

Times = Callable[[float, float], st.SearchStrategy[float]]
"""Times between two bounds, in ms."""


def exact(low: float, high: float) -> st.SearchStrategy[float]:
    """Multiples of 1/8 ms, often of 100 ms, so that many times are equal."""
    eighths = st.integers(int(low * 8), int(high * 8)).map(lambda n: n / 8)
    return st.integers(int(-(-low // 100)), int(high // 100)).map(lambda n: n * 100.0) | eighths


def measured(low: float, high: float) -> st.SearchStrategy[float]:
    """Floats with all digits, which are hardly ever equal."""
    return st.integers(0, 2**40).map(lambda n: low + (high - low) * ((n * 0.6180339887498949) % 1))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or null."""
    return st.none() | values


scores = maybe(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
counts = st.sampled_from([0, 1, 2, 4, 8])
"""Counts of words and tokens that divide a time exactly: powers of two."""


plain_names = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
tags: st.SearchStrategy[dict[str, str]] = st.just({}) | st.dictionaries(
    st.sampled_from(["device", "region"]) | plain_names, plain_names, max_size=3
)
"""Tags of a turn: in most turns none; names and values of any script."""


@st.composite
def turns(draw: st.DrawFn, times: Times = exact) -> Turn:
    """A complete turn."""
    clause, sentence, reply = accumulate(draw(st.tuples(st.integers(1, 6), st.integers(0, 12), st.integers(0, 40))))
    first = draw(st.booleans())
    plain: dict[str, Any] = {
        "id": "t",
        "session": "s",
        "index": 0 if first else 3,
        "speech": draw(speeches(times)),
        "network": {"up_ms": draw(times(0, 100)), "down_ms": draw(times(0, 100))},
        "asr": {"final_ms": draw(times(0, 1500)), "interim_ms": draw(times(0, 300))},
        "llm": {
            "ttft_ms": draw(st.lists(times(0, 3000), min_size=1, max_size=3)),
            "fallback_ttft_ms": draw(maybe(times(0, 900))),
            "token_ms": draw(times(0, 60)),
            "clause_tokens": clause,
            "sentence_tokens": sentence,
            "reply_tokens": reply,
            "prefill_ms_per_1k": draw(st.sampled_from([0, 125, 1000])),
            "lead_ms": draw(st.just(0.0) | times(0, 900)),
            "tools": draw(tools(times)),
        },
        "tts": {
            "ttfb_ms": draw(st.lists(times(0, 900), min_size=1, max_size=3)),
            "fallback_ttfb_ms": draw(maybe(times(0, 500))),
            "ms_per_token": draw(st.just(0.0) | times(50, 400)),
        },
        "overlaps": draw(overlaps(times)),
        "other_ms": draw(maybe(times(0, 600))),
        "tags": draw(tags),
    }
    history = {"tokens_per_turn": draw(st.integers(0, 200)), "turns": draw(counts), "needs": draw(counts)}
    return Turn.model_validate(plain | draw(st.sampled_from([{}, {"history": history}])))


def tools(times: Times) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to two rounds of tool calls; in most turns none."""
    ttft_ms = st.lists(times(0, 1500), min_size=1, max_size=3)
    rounds = st.lists(st.fixed_dictionaries({"ms": times(0, 900), "ttft_ms": ttft_ms}), max_size=2)
    return st.just([]) | rounds


@st.composite
def speeches(draw: st.DrawFn, times: Times) -> dict[str, Any]:
    """Up to four pauses, some of length 0 or without speech between them, and VADs slower than the speech is long."""
    now, pauses = 0.0, []
    for _ in range(draw(st.integers(0, 4))):
        now += draw(st.just(0.0) | times(0, 1500))
        pause = {"at_ms": now, "ms": draw(st.just(0.0) | times(0, 2500)), "eot_score": draw(scores)}
        own = {"release_ms": draw(times(0, 400)), "onset_lag_ms": draw(times(0, 600))}
        pauses.append(pause | {name: value for name, value in own.items() if draw(st.booleans())})
        now += pause["ms"]
    return {
        "pauses": pauses,
        "end_ms": now + draw(st.just(0.0) | times(0, 1500)),
        "eot_score": draw(scores),
        "release_ms": draw(st.just(0.0) | times(0, 400)),
        "onset_lag_ms": draw(st.just(0.0) | times(0, 600)),
        "eot_delay_ms": draw(st.just(0.0) | times(0, 400)),
    }


@st.composite
def overlaps(draw: st.DrawFn, times: Times) -> list[dict[str, Any]]:
    """Up to three sounds over the reply."""
    now, found = 0.0, []
    for _ in range(draw(st.integers(0, 3))):
        now += draw(st.just(0.0) | times(0, 3000))
        kind = draw(st.sampled_from(["interrupt", "interrupt", "backchannel", "noise", "echo"]))
        words = 0 if kind == "noise" else draw(counts)
        ms = draw(times(0, 1500))
        found.append({"at_ms": now, "ms": ms, "kind": kind, "words": words, "score": draw(scores)})
        now += ms
    return found


def choices(times: Times) -> dict[str, st.SearchStrategy[Any]]:
    """The values of each setting."""
    flag, share = st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
    return {
        "vad.silence_ms": times(0, 500),
        "endpointing.silence_ms": times(0, 1500),
        "endpointing.max_silence_ms": times(0, 3000),
        "endpointing.eot_threshold": maybe(share),
        "endpointing.score_from": st.sampled_from(["vad", "stream", "final"]),
        "endpointing.counts_from": st.sampled_from(["speech", "final"]),
        "endpointing.onset_ms": times(0, 600),
        "eager.on": st.sampled_from(["off", "score", "final"]),
        "eager.threshold": share,
        "eager.silence_ms": times(0, 900),
        "eager.max_starts": st.integers(1, 3),
        "eager.after_premature": flag,
        "eager.tts": flag,
        "eager.max_speech_ms": maybe(times(0, 4000)),
        "asr.final_timeout_ms": times(0, 900),
        "asr.empty_timeout_ms": maybe(times(0, 2000)),
        "asr.late_final_ms": maybe(times(0, 900)),
        **stage_policy("llm", times),
        "llm.max_history": maybe(st.integers(1, 8)),
        **stage_policy("tts", times),
        "tts.first_chunk": st.sampled_from(["clause", "sentence", "reply"]),
        "tts.lookahead_tokens": st.integers(0, 5),
        "playout.prebuffer_ms": times(0, 300),
        "filler.after_ms": maybe(times(0, 1500)),
        "filler.ms": times(0, 1200),
        "barge_in.mode": st.sampled_from(["interrupt", "append", "ignore"]),
        "barge_in.withdraw_ms": times(0, 900),
        "barge_in.on_voice": flag,
        "barge_in.on_words": st.sampled_from(["off", "interim", "final"]),
        "barge_in.min_speech_ms": times(0, 900),
        "barge_in.min_words": st.integers(0, 4),
        "barge_in.hangover": flag,
        "barge_in.score_threshold": maybe(share),
        "barge_in.guard_ms": times(0, 1500),
        "barge_in.guard_first_ms": times(0, 1500),
        "barge_in.resume_ms": maybe(times(0, 2000)),
    }


def stage_policy(stage: str, times: Times) -> dict[str, st.SearchStrategy[Any]]:
    """Timeouts that occur, and the policy after them."""
    return {
        f"{stage}.timeout_ms": times(100, 1500),
        f"{stage}.attempts": st.integers(1, 6),
        f"{stage}.retry_gap_ms": times(0, 500),
        f"{stage}.hedge": st.booleans(),
        f"{stage}.fallback": st.booleans(),
    }


def settings(times: Times = exact, **fixed: Any) -> st.SearchStrategy[Settings]:
    """Any valid settings; the names in `fixed` (with `__` for the dot) have the given values."""
    known = {name.replace("__", "."): value for name, value in fixed.items()}
    free = {name: values for name, values in choices(times).items() if name not in known}
    return st.fixed_dictionaries({}, optional=free).map(lambda drawn: Settings().replace(drawn | known))
