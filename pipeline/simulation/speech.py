"""The user's side of simulated turns: talk, pauses, and the scores of an end-of-turn model."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.simulation.distribution import Belief
from pipeline.simulation.profile import Profile
from pipeline.simulation.ragged import gathered
from pipeline.simulation.session_draws import Places, SessionDraws, eighths
from stages.arrays import Floats

MIN_TALK_MS = 100.0
"""The shortest talk between two pauses, before the first and after the last."""
MAX_PAUSES = 60


def speech(profile: Profile, draws: SessionDraws) -> dict[str, Any]:
    """The columns of speech and its pauses."""
    shape = profile.speech
    talk = eighths(draws.of(shape.talk_ms, "speech.talk_ms"))
    pauses, start = gathered(_pauses(profile, draws, talk), len(talk))
    silence = np.concatenate([[0.0], np.cumsum(pauses["pause_ms"])])
    return {
        **pauses,
        "pause_start": start,
        "pauses_known": np.ones(len(talk), dtype=np.bool_),
        "end_ms": talk + silence[start[1:]] - silence[start[:-1]],
        "eot_score": _beliefs(profile, profile.end_of_turn.end, draws, "speech.eot_score"),
        "release_ms": eighths(draws.of(shape.release_ms, "speech.release_ms")),
        "onset_lag_ms": eighths(draws.of(shape.onset_lag_ms, "speech.onset_lag_ms")),
        "eot_delay_ms": eighths(draws.of(profile.end_of_turn.delay_ms, "speech.eot_delay_ms")),
    }


def pauses_within(profile: Profile, draws: SessionDraws, end_ms: Floats) -> dict[str, Any]:
    """The columns of pauses for turns of which only the end is known, (n,): those that end well before it."""
    rounds = []
    open_turns = np.ones(len(end_ms), dtype=np.bool_)
    for turns, entries in _pauses(profile, draws, end_ms):
        fits = open_turns[turns] & (entries["pause_at_ms"] + entries["pause_ms"] + MIN_TALK_MS <= end_ms[turns])
        open_turns[turns[~fits]] = False
        rounds.append((turns[fits], {name: values[fits] for name, values in entries.items()}))
    pauses, start = gathered(rounds, len(end_ms))
    return {**pauses, "pause_start": start}


def _pauses(profile: Profile, draws: SessionDraws, talk: Floats) -> list[tuple[Places, dict[str, Any]]]:
    """Round k: the k-th pauses. The talk before a pause is exponential: long turns have more pauses, not other ones."""
    shape = profile.speech.pauses
    habit = draws.shared(shape.ms, "speech.pauses.ms")
    mean_talk = _talk_between(profile, draws, habit)[draws.session]
    turns = np.arange(len(talk))
    spoken, silent = np.zeros(len(talk)), np.zeros(len(talk))
    rounds = []
    for k in range(MAX_PAUSES):
        rest = np.maximum(mean_talk[turns] - MIN_TALK_MS, 1.0)
        spoken = spoken + MIN_TALK_MS + eighths(-rest * np.log(draws.uniform(f"speech.talk[{k}]", turns)))
        more = spoken + MIN_TALK_MS <= talk[turns]
        turns, spoken, silent = turns[more], spoken[more], silent[more]
        ms = eighths(shape.ms.at(draws.scores(shape.ms, f"speech.pauses[{k}].ms", habit, turns)))
        rounds.append((turns, {"pause_at_ms": spoken + silent, "pause_ms": ms} | _heard(profile, draws, turns, k)))
        silent = silent + ms
        if not len(turns):
            break
    return rounds


def _talk_between(profile: Profile, draws: SessionDraws, habit: Floats) -> Floats:
    """(m,) the mean talk between pauses of each session's speaker: shorter where pauses are longer."""
    shape = profile.speech.pauses
    together, spread = shape.rate_with_length.value, shape.spread.value
    own = draws.session_scores("speech.pauses.rate")
    often = together * habit + np.sqrt(1 - together**2) * own if len(habit) else own
    return shape.every_ms.value * np.exp(-spread * often + spread**2 / 2)  # the mean rate is the quoted one


def _heard(profile: Profile, draws: SessionDraws, turns: Places, k: int) -> dict[str, Any]:
    """The VAD's lags and the score at the k-th pauses."""
    release, resume = profile.speech.release_ms, profile.speech.resume_lag_ms
    nothing = np.zeros(0)
    return {
        "pause_score": _beliefs(profile, profile.end_of_turn.pause, draws, f"speech.pauses[{k}].eot_score", turns),
        "pause_release_ms": eighths(
            release.at(draws.scores(release, f"speech.pauses[{k}].release_ms", nothing, turns))
        ),
        "pause_onset_lag_ms": eighths(
            resume.at(draws.scores(resume, f"speech.pauses[{k}].onset_lag_ms", nothing, turns))
        ),
    }


def _beliefs(profile: Profile, belief: Belief, draws: SessionDraws, field: str, turns: Places | None = None) -> Floats:
    """Scores to four places, NaN where the model gave no answer."""
    scores = np.round(belief.at(draws.scores(belief, field, np.zeros(0), turns)), 4)
    unknown = draws.uniform(f"{field}.unknown", turns) < profile.end_of_turn.unknown.value
    return np.where(unknown, np.nan, scores)
