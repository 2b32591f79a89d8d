"""The agent's stretches of speech as replies: a short silence of it is no end, unless the user had the floor."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from pipeline.importers.audio.stretches import Stretch
from pipeline.importers.report import Findings

FASTEST_MS = 150.0
"""Nothing answers sooner: speech that begins so soon after the user's, or before its end, is no answer to it."""


def replies(agent: Sequence[Stretch], user: Sequence[Stretch], gap_ms: float, findings: Findings) -> list[Stretch]:
    """The agent's speech, where a silence shorter than `gap_ms` after the user spoke over it is inside one reply.

    It is none where the user took the floor: began to speak in that silence and was done before the agent went on.
    """
    starts = [one.start for one in user]
    done: list[Stretch] = []
    for one in agent:
        if done and one.start - done[-1].end < gap_ms and not _answers(done[-1].end, one.start, user, starts):
            over = bisect_left(starts, one.start) > bisect_left(starts, done[-1].start)
            findings.counts["short silences of the agent after the user spoke, taken to be inside one reply"] += over
            done[-1] = Stretch(done[-1].start, one.end)
        else:
            done.append(one)
    return done


def _answers(end: float, start: float, user: Sequence[Stretch], starts: Sequence[float]) -> bool:
    """Whether what the agent says from `start` on answers what the user said after `end`."""
    spoken = user[bisect_left(starts, end) : bisect_left(starts, start)]
    return any(one.end <= start - FASTEST_MS for one in spoken)
