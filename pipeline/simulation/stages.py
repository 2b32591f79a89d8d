"""The stages of simulated turns: network, ASR, LLM, TTS and the history of the conversation."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.simulation.distribution import Distribution
from pipeline.simulation.luck import Luck, eighths
from pipeline.simulation.profile import Profile
from pipeline.turns.columns import SCALARS
from pipeline.turns.draws import ATTEMPTS
from stages.arrays import Floats

_PLAIN = ("up_ms", "down_ms", "final_ms", "interim_ms", "token_ms", "prefill_ms_per_1k", "ms_per_token")
_FALLBACKS = ("fallback_ttft_ms", "fallback_ttfb_ms")


def stages(profile: Profile, luck: Luck) -> dict[str, Any]:
    """The columns of all stages; a profile without a fallback has none that ever arrives."""
    plain = {name: eighths(luck.of(profile.field(SCALARS[name]), SCALARS[name])) for name in _PLAIN}
    first = np.where(luck.index == 0, profile.llm.first_turn.value, 1.0)
    return {
        **plain,
        **{name: _fallback(profile, luck, SCALARS[name]) for name in _FALLBACKS},
        "ttft_ms": eighths(_attempts(profile.llm.ttft_ms, luck, "llm.ttft_ms") * first[:, None]),
        "ttfb_ms": eighths(_attempts(profile.tts.ttfb_ms, luck, "tts.ttfb_ms")),
        **_tokens(profile, luck),
        **_history(profile, luck),
    }


def _attempts(distribution: Distribution, luck: Luck, field: str) -> Floats:
    """(n, ATTEMPTS) independent requests, alike only in what their session shares."""
    columns = [luck.of(distribution, f"{field}[{i}]", shared=field) for i in range(ATTEMPTS)]
    return np.stack(columns, axis=1)


def _fallback(profile: Profile, luck: Luck, field: str) -> Floats:
    group, _, name = field.partition(".")
    distribution = getattr(getattr(profile, group), name)
    return np.full(len(luck.session), np.inf) if distribution is None else eighths(luck.of(distribution, field))


def _tokens(profile: Profile, luck: Luck) -> dict[str, Any]:
    """Tokens to the end of the first clause, the first sentence, the reply: never fewer than the one before."""
    counts = np.ones(len(luck.session))
    columns = {}
    for name in ("clause_tokens", "sentence_tokens", "reply_tokens"):
        distribution = profile.field(SCALARS[name])
        counts = np.maximum(counts, np.rint(luck.of(distribution, SCALARS[name])))
        columns[name] = counts.astype(np.float32)
    return columns


def _history(profile: Profile, luck: Luck) -> dict[str, Any]:
    """Every turn of the session so far, with those brought along, and how far back this turn refers."""
    shape = profile.history
    earlier = np.zeros(1)
    if shape.earlier_turns is not None:
        earlier = np.rint(shape.earlier_turns.quantile(luck.session_uniform("history.earlier_turns")))[luck.session]
    turns = luck.index + earlier
    back = np.minimum(np.rint(luck.of(shape.needs, "history.needs")), turns)
    refers = luck.uniform("history.refers_back") < shape.refers_back.value
    tokens = np.rint(luck.of(shape.tokens_per_turn, "history.tokens_per_turn"))
    return {
        "history_tokens": tokens.astype(np.float32),
        "history_turns": turns.astype(np.float32),
        "history_needs": np.where(refers, back, 0).astype(np.float32),
    }
