"""The stages of simulated turns: network, ASR, LLM, TTS and the history of the conversation."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.simulation.distribution import Distribution
from pipeline.simulation.profile import Profile
from pipeline.simulation.session_draws import SessionDraws, eighths
from pipeline.turns.columns import SCALARS
from pipeline.turns.draws import ATTEMPTS
from stages.arrays import Floats
from stages.turn import MAX_DRAWS

_PLAIN = ("up_ms", "down_ms", "final_ms", "interim_ms", "token_ms", "prefill_ms_per_1k", "ms_per_token")
_FALLBACKS = ("fallback_ttft_ms", "fallback_ttfb_ms")


def stages(profile: Profile, draws: SessionDraws) -> dict[str, Any]:
    """The columns of all stages; without a fallback in the profile, its times are infinite."""
    plain = {name: eighths(draws.of(profile.field(SCALARS[name]), SCALARS[name])) for name in _PLAIN}
    first = np.where(draws.index == 0, profile.llm.first_turn.value, 1.0)
    return {
        **plain,
        **{name: _fallback(profile, draws, SCALARS[name]) for name in _FALLBACKS},
        "ttft_ms": eighths(_attempts(profile.llm.ttft_ms, draws, "llm.ttft_ms") * first[:, None]),
        "ttfb_ms": eighths(_attempts(profile.tts.ttfb_ms, draws, "tts.ttfb_ms")),
        **_tools(draws),
        **_tokens(profile, draws),
        **_history(profile, draws),
    }


def _attempts(distribution: Distribution, draws: SessionDraws, field: str) -> Floats:
    """(n, ATTEMPTS) requests, independent but for the part that their session shares."""
    columns = [draws.of(distribution, f"{field}[{i}]", shared=field) for i in range(ATTEMPTS)]
    return np.stack(columns, axis=1)


def _tools(draws: SessionDraws) -> dict[str, Any]:
    n = len(draws.session)
    return {
        "lead_ms": np.zeros(n),
        "tool_start": np.zeros(n + 1, dtype=np.int32),
        "tool_ms": np.zeros(0),
        "tool_ttft_ms": np.zeros((0, MAX_DRAWS)),
    }


def _fallback(profile: Profile, draws: SessionDraws, field: str) -> Floats:
    group, _, name = field.partition(".")
    distribution = getattr(getattr(profile, group), name)
    return np.full(len(draws.session), np.inf) if distribution is None else eighths(draws.of(distribution, field))


def _tokens(profile: Profile, draws: SessionDraws) -> dict[str, Any]:
    """Tokens to the end of the first clause, the first sentence, the reply: never fewer than the count before."""
    counts = np.ones(len(draws.session))
    columns = {}
    for name in ("clause_tokens", "sentence_tokens", "reply_tokens"):
        distribution = profile.field(SCALARS[name])
        counts = np.maximum(counts, np.rint(draws.of(distribution, SCALARS[name])))
        columns[name] = counts.astype(np.float32)
    return columns


def _history(profile: Profile, draws: SessionDraws) -> dict[str, Any]:
    """The turns of the session so far, with those from before it, and how far back this turn refers."""
    shape = profile.history
    earlier = np.zeros(1)
    if shape.earlier_turns is not None:
        earlier = np.rint(shape.earlier_turns.quantile(draws.session_uniform("history.earlier_turns")))[draws.session]
    turns = draws.index + earlier
    back = np.minimum(np.rint(draws.of(shape.needs, "history.needs")), turns)
    refers = draws.uniform("history.refers_back") < shape.refers_back.value
    tokens = np.rint(draws.of(shape.tokens_per_turn, "history.tokens_per_turn"))
    return {
        "history_tokens": tokens.astype(np.float32),
        "history_turns": turns.astype(np.float32),
        "history_needs": np.where(refers, back, 0).astype(np.float32),
    }
