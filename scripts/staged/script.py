"""What the callers do and how long the stages take, drawn once: the same turns for every framework and setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["plain", "short pause", "pause", "long pause", "two pauses", "interrupt", "backchannel", "slow"]

MIX: tuple[Kind, ...] = (
    *("plain", "plain", "short pause", "pause", "long pause"),
    *("two pauses", "interrupt", "backchannel", "slow", "pause"),
)
"""The kinds of ten turns."""

WORDS_A_SECOND = 3.0
REPLY = ("amber", "basil", "cedar", "dahlia", "elder", "fennel", "ginger", "hazel", "iris", "juniper")


@dataclass(frozen=True)
class Silence:
    """A pause of the caller's, in ms from the first word."""

    at_ms: float
    ms: float


@dataclass(frozen=True)
class Scripted:
    """One turn: times in ms."""

    name: str
    kind: Kind
    pauses: tuple[Silence, ...]
    end_ms: float
    final_ms: float
    ttft_ms: float
    token_ms: float
    sentence_words: int
    reply_words: int
    ttfb_ms: float
    word_ms: float
    over: tuple[float, float, int] | None = None
    """What the caller says over the reply: after how long, how long, how many words."""

    def stretches(self) -> list[tuple[float, float]]:
        """The stretches of speech between the pauses."""
        edges = [0.0, *(edge for one in self.pauses for edge in (one.at_ms, one.at_ms + one.ms)), self.end_ms]
        return list(zip(edges[::2], edges[1::2], strict=True))

    def words(self, start: float, end: float) -> int:
        """How many words a stretch has."""
        return max(round((end - start) / 1000 * WORDS_A_SECOND), 1)

    def reply(self) -> list[str]:
        """The reply's tokens: whole sentences, which begin with a capital, as splitters want it.

        A token after the first begins with a space, as those of LLMs do.
        """
        words = [REPLY[place % len(REPLY)] for place in range(self.reply_words)]
        for place in range(0, self.reply_words, self.sentence_words):
            words[place] = words[place].capitalize()
            if place:
                words[place - 1] += "."
        words[-1] = words[-1].rstrip(".") + "."
        return [words[0], *(f" {word}" for word in words[1:])]


def script(session: int, turns: int, seed: int = 7) -> list[Scripted]:
    """The turns of one session."""
    rng = np.random.default_rng([seed, session])
    return [_turn(f"s{session}-t{place}", MIX[(place + 3 * session) % len(MIX)], rng) for place in range(turns)]


def _turn(name: str, kind: Kind, rng: np.random.Generator) -> Scripted:
    pauses = _pauses(kind, rng)
    spoken = pauses[-1].at_ms + pauses[-1].ms if pauses else 0.0
    sentence = int(rng.integers(6, 10))
    word_ms = float(rng.uniform(130, 170))
    over = None
    if kind in ("interrupt", "backchannel"):
        at = float(rng.uniform(900, 1400))
        over = (at, 1300.0, 4) if kind == "interrupt" else (at, float(rng.uniform(220, 300)), 1)
    return Scripted(
        name=name,
        kind=kind,
        pauses=pauses,
        end_ms=round(spoken + rng.uniform(900, 1900)),
        final_ms=float(rng.uniform(120, 320)),
        ttft_ms=float(rng.uniform(900, 1500) if kind == "slow" else rng.uniform(220, 620)),
        token_ms=float(rng.uniform(12, 28)),
        sentence_words=sentence,
        reply_words=sentence * 2,
        ttfb_ms=float(rng.uniform(80, 240)),
        word_ms=word_ms,
        over=over,
    )


def _pauses(kind: Kind, rng: np.random.Generator) -> tuple[Silence, ...]:
    lengths = {
        "short pause": [rng.uniform(120, 210)],
        "pause": [rng.uniform(330, 620)],
        "long pause": [rng.uniform(950, 1500)],
        "two pauses": [rng.uniform(300, 520), rng.uniform(420, 760)],
    }.get(kind, [])
    found, at = [], 0.0
    for ms in lengths:
        at += float(rng.uniform(700, 1300))
        found.append(Silence(round(at), round(float(ms))))
        at += float(ms)
    return tuple(found)
