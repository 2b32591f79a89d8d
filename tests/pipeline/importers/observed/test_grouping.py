"""Which reply answers which speech: what goes on, what interrupts, what was never answered."""

import pytest

from pipeline.importers.observed.grouping import Exchange, exchanges
from pipeline.importers.observed.timeline import Commit, Final, Sound, Timeline

GRACE = 500.0


def timeline(
    speech: list[tuple[float, float | None]],
    agent: list[tuple[float, float | None]],
    commits: tuple[float, ...] = (),
    finals: tuple[float, ...] = (),
) -> Timeline:
    return Timeline(
        "s",
        speech=[Sound(*one) for one in speech],
        agent=[Sound(*one) for one in agent],
        commits=[Commit(at) for at in commits],
        finals=[Final(at, 2) for at in finals],
    )


def found(one: Timeline, grace: float = GRACE) -> list[Exchange]:
    return list(exchanges(one, grace))


def utterances(one: Timeline, grace: float = GRACE) -> list[list[float]]:
    return [[sound.start for sound in held.utterance] for held in found(one, grace)]


def test_speech_before_the_reply_is_heard_is_the_same_turn() -> None:
    one = timeline([(0, 1000), (1800, 2500)], [(3500, 5000)], commits=(1500, 3000))
    assert utterances(one) == [[0, 1800]]


@pytest.mark.parametrize(("late", "turns"), [(400, 1), (600, 2)])
def test_speech_within_the_grace_goes_on_and_later_speech_interrupts(late: float, turns: int) -> None:
    one = timeline([(0, 1000), (2000 + late, 3500)], [(2000, 3000), (5000, 6000)], commits=(1500, 4500))
    exchanged = found(one)
    assert len(exchanged) == turns
    assert [len(held.premature) for held in exchanged] == ([1] if turns == 1 else [0, 0])


def test_a_user_who_still_speaks_when_the_reply_begins_was_not_done() -> None:
    one = timeline([(0, 2600)], [(2000, 2700), (4000, 6000)], commits=(1900, 3500))
    (held,) = found(one)
    assert held.reply is not None
    assert (held.reply.start, len(held.premature)) == (4000, 1)


def test_a_listener_over_whom_the_agent_talks_on_has_not_gone_on() -> None:
    one = timeline([(0, 1000), (2200, 2500)], [(2000, 9000)], commits=(1500,))
    (held,) = found(one)
    assert [(sound.start, stops) for sound, stops in held.over] == [(2200, False)]


@pytest.mark.parametrize(("until", "stops"), [(2800, False), (3200, True)])
def test_a_reply_that_is_known_to_be_whole_was_stopped_by_nobody_who_was_silent_before_its_end(
    until: float, stops: bool
) -> None:
    one = timeline([(0, 1000), (2600, until)], [], commits=(1500,))
    one.agent.append(Sound(2000, 3000, "r", whole=True))
    held = found(one)[0]
    assert [stopped for _, stopped in held.over] == [stops]


def test_a_greeting_is_no_answer_but_counts_as_spoken() -> None:
    one = timeline([(3000, 4000)], [(0, 2000), (5000, 6000)], commits=(4500,))
    (held,) = found(one)
    assert held.index == 1


def test_who_asks_again_after_a_long_silence_was_not_answered() -> None:
    one = timeline([(0, 1000), (9000, 9500)], [(10500, 11000)], commits=(1500, 10000))
    first, second = found(one)
    assert (first.reply, second.utterance[0].start) == (None, 9000)


def test_noise_without_words_before_speech_is_no_part_of_it() -> None:
    one = timeline([(0, 300), (4000, 5000)], [(6000, 7000)], commits=(5500,), finals=(5200,))
    assert utterances(one) == [[4000]]


def test_a_reply_that_a_late_transcript_ends_is_answered_by_the_next() -> None:
    one = timeline([(0, 1000)], [(1800, 1900), (2800, 4000)], commits=(1500, 1950), finals=(1900,))
    (held,) = found(one)
    assert held.reply is not None
    assert (held.reply.start, [sound.start for sound in held.premature]) == (2800, [1800])


def test_speech_that_ends_the_session_without_an_answer_is_kept_apart() -> None:
    first, last = found(timeline([(0, 1000), (9000, 9500)], [(2000, 3000)]))
    assert first.reply is not None
    assert last.reply is None


def test_where_speech_alone_is_known_a_long_silence_was_not_answered() -> None:
    answered, waited = (timeline([(0, 1000), (start, start + 500)], [(9000, 9900)]) for start in (5_900, 6_100))
    assert utterances(answered) == [[0, 5_900]]
    assert [(held.start, held.reply is None) for held in found(waited)] == [(0, True), (6_100, False)]


def test_what_the_agent_says_a_minute_later_is_no_answer() -> None:
    (held,) = found(timeline([(0, 1000)], [(62_000, 63_000)]))
    assert held.reply is None
    (held,) = found(timeline([(0, 1000)], [(60_000, 63_000)]))
    assert held.reply is not None
