"""What measures of replies show without any speech: here, how long the first sentence is."""

import pytest

from pipeline.importers.observed.by_reply import replies_observed
from pipeline.importers.observed.timeline import Commit, Draw, Request, Synthesis, Timeline

TOKEN_MS, FIRST_MS = 30.0, 1_900.0


def sentence(voice_starts: float, lookahead: int | None = 2, commit: float = 1_500.0) -> int | None:
    """The tokens of the first sentence where the voice begins then."""
    timeline = Timeline("call", lookahead_tokens=lookahead)
    timeline.commits = [Commit(commit, "r", lead_ms=0.0)]
    timeline.requests = [Request(1_500.0, (Draw(400.0),), FIRST_MS, True, "r", TOKEN_MS, reply_tokens=20)]
    timeline.syntheses = [Synthesis(voice_starts, (Draw(90.0),), "r")]
    (one,) = replies_observed(timeline)
    return one.tokens.sentence if one.tokens else None


@pytest.mark.parametrize("tokens", [1, 5, 10])
def test_it_is_as_long_as_the_voice_waited_for_it(tokens: int) -> None:
    assert sentence(FIRST_MS + (tokens + 2 - 1) * TOKEN_MS) == tokens


def test_it_is_no_longer_than_the_reply() -> None:
    assert sentence(FIRST_MS + 5_000.0) == 20


def test_it_is_not_known_where_the_voice_waited_for_the_commit() -> None:
    assert sentence(2_505.0, commit=2_500.0) is None


def test_it_is_not_known_where_nobody_knows_what_the_voice_waits_for() -> None:
    assert sentence(FIRST_MS + 300.0, lookahead=None) is None
