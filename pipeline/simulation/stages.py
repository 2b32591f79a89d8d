"""The stages of simulated turns: network, ASR, LLM, TTS and the history of the conversation."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.simulation.distribution import Distribution
from pipeline.simulation.profile import Profile
from pipeline.simulation.ragged import gathered
from pipeline.simulation.session_draws import Places, SessionDraws, eighths
from pipeline.turns.columns import SCALARS
from pipeline.turns.draws import ATTEMPTS
from stages.arrays import Floats
from stages.turn import MAX_DRAWS

_PLAIN = ("up_ms", "down_ms", "final_ms", "interim_ms", "token_ms", "prefill_ms_per_1k", "ms_per_token")
MAX_ROUNDS = 4
"""Rounds of tool calls of a simulated turn."""

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
        "lead_ms": _lead(profile, draws),
        **_tools(profile, draws),
        **_tokens(profile, draws),
        **_history(profile, draws),
    }


def _attempts(distribution: Distribution, draws: SessionDraws, field: str) -> Floats:
    """(n, ATTEMPTS) requests, independent but for the part that their session shares."""
    columns = [draws.of(distribution, f"{field}[{i}]", shared=field) for i in range(ATTEMPTS)]
    return np.stack(columns, axis=1)


def _lead(profile: Profile, draws: SessionDraws) -> Floats:
    lead = profile.llm.lead
    asked = draws.uniform("llm.lead") < lead.turns.value
    return np.where(asked, eighths(draws.of(lead.ms, "llm.lead_ms")), 0.0)


def _tools(profile: Profile, draws: SessionDraws) -> dict[str, Any]:
    """The columns of tools: after each round another one may follow, a share of the time."""
    tools, turns, share = profile.llm.tools, np.arange(len(draws.session)), profile.llm.tools.turns.value
    rounds = []
    for r in range(MAX_ROUNDS):
        turns = turns[draws.uniform(f"llm.tools[{r}]", turns) < share]
        share = tools.another.value
        ttft = np.full((len(turns), MAX_DRAWS), np.inf)
        for i in range(ATTEMPTS):
            ttft[:, i] = _of(profile.llm.ttft_ms, draws, f"llm.tools[{r}].ttft_ms[{i}]", "llm.ttft_ms", turns)
        ms = _of(tools.ms, draws, f"llm.tools[{r}].ms", "llm.tools.ms", turns)
        none = np.zeros(len(turns), dtype=np.uint8)
        rounds.append((turns, {"tool_ms": ms, "tool_ttft_ms": ttft, "tool_censored": none}))
        if not len(turns):
            break
    entries, start = gathered(rounds, len(draws.session))
    return {**entries, "tool_start": start}


def _of(distribution: Distribution, draws: SessionDraws, field: str, shared: str, turns: Places) -> Floats:
    """Values of a field in some turns, with the part that `shared` has in their session."""
    return eighths(distribution.at(draws.scores(distribution, field, draws.shared(distribution, shared), turns)))


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
