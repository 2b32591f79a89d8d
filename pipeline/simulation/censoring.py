"""The log that an agent would have written of simulated turns, under given settings (timing model, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipeline.simulation.attempts import Flags, Requests, logged
from pipeline.simulation.prefixes import ended_at, keeping, owner, rank
from pipeline.turns.columns import CENSORABLE, Columns
from stages.arrays import Floats
from stages.settings import Settings

if TYPE_CHECKING:
    from pipeline.kernel.batch import Outcomes

_ROUNDING_MS = 1e-6


def censor(columns: Columns, settings: Settings) -> Columns:
    """What a log taken under these settings shows of complete turns: a part of their values, none of them changed.

    However the log is completed, a replay under the same settings gives the response times in it. It shows

    - the requests to LLM and TTS that were made, those after tools too: one that was given up, or that a hedged attempt
      overtook, as a lower bound; a fallback only where it was used; no times of later rounds of tools, no TTS times and
      no tokens of the reply where the LLM gave up;
    - the final transcript's delay, or a lower bound of it where none came before the reply was committed;
    - a context that `llm.max_history` shortened as one of so many turns, with its own TTFT;
    - end-of-turn scores at the pauses that the VAD noticed, if the settings use them; interruption scores likewise;
    - everything that the microphone heard, in any mode: a pause in which the agent answered too soon is a pause. But
      where the whole reply was played before the user went on, the turn ends there, without the user's later words;
    - overlaps up to the one that ended the reply; none ("not recorded") where no reply was played to its end;
    - `response_ms`, where there was an answer.

    Not modelled: users who stay silent because the agent cut them off, silences that a VAD misses but word timings show
    (all are kept), replies whose text was not complete when they were stopped (it counts as known).
    """
    from pipeline.kernel.batch import Batch

    columns = _ended_by_replies(columns, settings)
    outcomes = Batch(columns).outcomes(settings)
    left_out_ms = _left_out_ms(columns, settings)
    llm, after_tools, tts = _requests(columns, settings, left_out_ms)
    final, late = _final(columns, outcomes)
    marks = _marked("asr.final_ms", late[:, None]) | _marked("llm.ttft_ms[0]", llm.censored)
    heard = keeping(columns, "overlap", _overlaps_heard(columns, settings, outcomes))
    mute = llm.gave_up | tts.gave_up
    return heard.replace(
        **_scores(heard, settings),
        **_unless(llm.gave_up, columns, ("token_ms", "clause_tokens", "sentence_tokens", "reply_tokens")),
        **_unless(mute, columns, ("ms_per_token",)),
        final_ms=final,
        ttft_ms=llm.draws,
        ttfb_ms=tts.draws,
        **after_tools,
        fallback_ttft_ms=llm.fallback,
        fallback_ttfb_ms=tts.fallback,
        history_turns=np.minimum(columns.history_turns, settings.llm.max_history or np.inf).astype(np.float32),
        overlaps_known=columns.overlaps_known & ~_unheard(outcomes),
        response_ms=np.where(_unheard(outcomes), np.nan, outcomes.response_ms),
        censored=marks | _marked("tts.ttfb_ms[0]", tts.censored),
    )


def _ended_by_replies(columns: Columns, settings: Settings) -> Columns:
    """The turns as the log divides them: a pause in which a whole reply was played is the end of its turn."""
    from pipeline.kernel.batch import Batch

    turns, ranks = owner(columns.pause_start), rank(columns.pause_start)
    reply_ms = columns.reply_tokens * columns.ms_per_token
    asked = np.flatnonzero(columns.pause_ms > reply_ms[turns])
    if not len(asked):
        return columns
    found = Batch(ended_at(columns.take(turns[asked]), ranks[asked])).outcomes(settings)
    heard_out = found.response_ms + reply_ms[turns[asked]] <= columns.pause_ms[asked]
    ends = asked[heard_out & (found.failed == 0) & (found.lost == 0)]
    ended, first = np.unique(turns[ends], return_index=True)
    pause = np.full(len(columns), -1)
    pause[ended] = ranks[ends[first]]
    return ended_at(columns, pause)


def _left_out_ms(columns: Columns, settings: Settings) -> Floats:
    """(n,) the time that the turns left out of the context take off a first token (timing model, section 3)."""
    kept = settings.llm.max_history or np.inf
    left_out = np.maximum(0.0, np.nan_to_num(columns.history_turns) - kept)
    off: Floats = columns.prefill_ms_per_1k / 1000 * np.nan_to_num(columns.history_tokens) * left_out
    return off


def _requests(
    columns: Columns, settings: Settings, left_out_ms: Floats
) -> tuple[Requests, dict[str, npt.NDArray[Any]], Requests]:
    """What the log shows of LLM, of the rounds of tools, and of TTS; there is no TTS request where the LLM gave up."""
    ttft = np.maximum(0.0, columns.ttft_ms - left_out_ms[:, None])
    first = logged(ttft, columns.fallback_ttft_ms, settings.llm)
    llm, after_tools = _after_tools(columns, settings, left_out_ms, first)
    tts = logged(columns.ttfb_ms, columns.fallback_ttfb_ms, settings.tts)
    unasked = llm.gave_up[:, None]
    return (
        llm,
        after_tools,
        Requests(
            draws=np.where(unasked, np.nan, tts.draws),
            censored=tts.censored & ~unasked,
            fallback=np.where(llm.gave_up, np.inf, tts.fallback),
            gave_up=tts.gave_up & ~llm.gave_up,
        ),
    )


def _after_tools(
    columns: Columns, settings: Settings, left_out_ms: Floats, first: Requests
) -> tuple[Requests, dict[str, npt.NDArray[Any]]]:
    """The LLM's requests with the end of their chain, and the columns of the rounds of tools.

    A request that gave up ends the chain: no later tool was run, and no later request made.
    """
    turns, ranks = owner(columns.tool_start), rank(columns.tool_start)
    ms, draws = np.array(columns.tool_ms), np.maximum(0.0, columns.tool_ttft_ms - left_out_ms[turns][:, None])
    bounds = np.zeros(draws.shape, dtype=np.bool_)
    gave_up, fallback = first.gave_up.copy(), first.fallback.copy()
    for number in range(int(ranks.max(initial=-1)) + 1):
        rounds = np.flatnonzero(ranks == number)
        of = turns[rounds]
        over, found = gave_up[of], logged(draws[rounds], columns.fallback_ttft_ms[of], settings.llm)
        ms[rounds] = np.where(over, np.nan, ms[rounds])
        seen = found.draws[:, : draws.shape[1]]
        seen = np.where(np.isnan(seen) & np.isinf(draws[rounds]), np.inf, seen)  # no longer than the turn's own list
        draws[rounds] = np.where(over[:, None] & np.isfinite(draws[rounds]), np.nan, seen)
        bounds[rounds] = found.censored[:, : draws.shape[1]] & ~over[:, None]
        gave_up[of] |= found.gave_up
        fallback[of] = np.where(over, fallback[of], np.minimum(fallback[of], found.fallback))
    marks = (bounds * (np.uint8(1) << np.arange(draws.shape[1], dtype=np.uint8))).sum(axis=1).astype(np.uint8)
    columns_of_tools = {"tool_ms": ms, "tool_ttft_ms": draws, "tool_censored": marks}
    return first._replace(gave_up=gave_up, fallback=fallback), columns_of_tools


def _final(columns: Columns, outcomes: Outcomes) -> tuple[Floats, Flags]:
    """The final transcripts' delay, and where the log shows only a lower bound of it.

    All final transcripts of a turn have one delay, so the first of them shows it where it came before the commit. The
    log of a lost turn goes on until the reply has been played.
    """
    first = columns.end_ms.copy()
    paused = np.flatnonzero(np.diff(columns.pause_start))
    first[paused] = columns.pause_at_ms[columns.pause_start[paused]]
    waited = columns.end_ms - first + outcomes.endpoint + outcomes.asr
    late = (columns.final_ms > waited + _ROUNDING_MS) & (outcomes.lost == 0)
    return np.where(late, waited, columns.final_ms), late


def _overlaps_heard(columns: Columns, settings: Settings, outcomes: Outcomes) -> Flags:
    """Which overlaps began while the agent talked: before its reply ended, or an earlier overlap stopped it."""
    from pipeline.kernel.batch import Batch

    turns, ranks = owner(columns.overlap_start), rank(columns.overlap_start)
    reply_ms = columns.reply_tokens * columns.ms_per_token + outcomes.hiccup_ms
    heard = (columns.overlap_at_ms < reply_ms[turns]) & ~_unheard(outcomes)[turns]
    asked = np.flatnonzero(heard & _stopped(outcomes)[turns])
    if len(asked):
        taken = columns.take(turns[asked])
        so_far = rank(taken.overlap_start) <= ranks[asked][owner(taken.overlap_start)]
        over = _stopped(Batch(keeping(taken, "overlap", so_far)).outcomes(settings))
        heard[asked[1:]] &= ~over[:-1] | (turns[asked[1:]] != turns[asked[:-1]])
    return heard


def _stopped(outcomes: Outcomes) -> Flags:
    return (outcomes.false_interrupt > 0) | ~np.isnan(outcomes.stop_ms)


def _unheard(outcomes: Outcomes) -> Flags:
    return (outcomes.failed > 0) | (outcomes.lost > 0)


def _scores(columns: Columns, settings: Settings) -> dict[str, Floats]:
    """The scores that the settings use; the log has no others."""
    noticed = settings.vad.silence_ms < columns.pause_ms + columns.pause_onset_lag_ms - columns.pause_release_ms
    asked = settings.endpointing.eot_threshold is not None or settings.eager.on == "score"
    asked_over = settings.barge_in.score_threshold is not None
    return {
        "pause_score": np.where(noticed & asked, columns.pause_score, np.nan),
        "eot_score": np.where(asked, columns.eot_score, np.nan),
        "overlap_score": np.where(asked_over, columns.overlap_score, np.nan),
    }


def _unless(unseen: Flags, columns: Columns, names: tuple[str, ...]) -> dict[str, Any]:
    """These columns, with NaN where the log shows nothing."""
    return {
        name: np.where(unseen, np.nan, getattr(columns, name)).astype(getattr(columns, name).dtype) for name in names
    }


def _marked(first: str, flags: Flags) -> npt.NDArray[np.uint16]:
    """The bits of lower bounds (n, d), of the named field and those after it."""
    bits = np.uint16(1) << (CENSORABLE.index(first) + np.arange(flags.shape[1])).astype(np.uint16)
    marks: npt.NDArray[np.uint16] = (flags * bits).sum(axis=1).astype(np.uint16)
    return marks
