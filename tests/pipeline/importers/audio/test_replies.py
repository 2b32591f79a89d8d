"""The agent's silences inside a reply, and those between two."""

from pipeline.importers.audio.replies import replies
from pipeline.importers.audio.stretches import Stretch
from pipeline.importers.report import Findings

AGENT = [Stretch(1_000, 3_000), Stretch(3_400, 5_000)]


def found(*user: Stretch, gap_ms: float = 600) -> list[tuple[float, float]]:
    return [(one.start, one.end) for one in replies(AGENT, user, gap_ms, Findings("audio", (), ()))]


def test_a_short_silence_is_inside_a_reply() -> None:
    assert found() == [(1_000, 5_000)]


def test_a_backchannel_before_a_short_silence_does_not_end_the_reply() -> None:
    assert found(Stretch(2_500, 2_800)) == [(1_000, 5_000)]


def test_a_longer_silence_ends_it() -> None:
    assert found(gap_ms=300) == [(1_000, 3_000), (3_400, 5_000)]


def test_what_the_user_says_whole_in_a_silence_is_answered() -> None:
    assert found(Stretch(3_050, 3_200)) == [(1_000, 3_000), (3_400, 5_000)]


def test_nobody_answers_at_once() -> None:
    assert found(Stretch(3_050, 3_350)) == [(1_000, 5_000)]


def test_how_often_it_was_a_guess_is_counted() -> None:
    findings = Findings("audio", (), ())
    replies(AGENT, [Stretch(2_500, 2_800)], 600, findings)
    replies(AGENT, [], 600, findings)
    assert sum(findings.counts.values()) == 1
