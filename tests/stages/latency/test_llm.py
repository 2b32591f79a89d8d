"""The modelled language model and its tokens (timing model, sections 1 and 3)."""

from functools import partial

import pytest

from pipeline.streaming.clock import VirtualClock
from stages.clock import Priority
from stages.latency.llm import ModelledLlm, forgets, with_bounded_history
from stages.turn import History

HISTORY = History(tokens_per_turn=200, turns=10, needs=4)


def test_a_shorter_context_saves_the_prefill_of_the_turns_it_leaves_out() -> None:
    assert with_bounded_history((900, 300), HISTORY, max_history=5, prefill_ms_per_1k=250) == (650, 50)


def test_no_first_token_comes_before_it_is_asked_for() -> None:
    assert with_bounded_history((900, 100), HISTORY, max_history=5, prefill_ms_per_1k=250) == (650, 0)


@pytest.mark.parametrize(("history", "max_history"), [(None, 1), (HISTORY, None), (HISTORY, 10), (HISTORY, 11)])
def test_where_the_context_holds_everything_nothing_is_saved(history: History | None, max_history: int | None) -> None:
    assert with_bounded_history((900, 300), history, max_history, prefill_ms_per_1k=250) == (900, 300)


def test_history_is_lost_when_the_user_refers_further_back_than_the_context_goes() -> None:
    assert forgets(HISTORY, 3)
    assert not forgets(HISTORY, 4)
    assert not forgets(HISTORY, None)
    assert not forgets(None, 1)


def test_tokens_come_at_an_even_pace_after_the_first() -> None:
    clock = VirtualClock()
    events: list[float] = []
    llm = ModelledLlm(clock, (300,), None, token_ms=10)

    def read() -> None:
        stream = llm.stream()
        for count in (1, 2, 11):
            stream.when(count, partial(events.append, count))
            stream.when(count, lambda: events.append(clock.now))

    clock.at(0, Priority.COMMIT, lambda: llm.attempt(0, read, read))
    clock.run()
    assert events == [1, 300, 2, 310, 11, 400]
