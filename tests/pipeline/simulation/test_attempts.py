from typing import Any

import numpy as np
import pytest

from pipeline.simulation.attempts import logged
from stages.settings import Llm


def shown(
    draws: list[float], spare: float = np.inf, **policy: Any
) -> tuple[list[float | None], list[bool], float, bool]:
    """Draws, marks, fallback and whether the stage gave up, as one turn's log shows them."""
    found = logged(np.array([draws]), np.array([spare]), Llm(**policy))
    row = [None if np.isnan(x) else float(x) for x in found.draws[0]]
    return row, found.censored[0].tolist(), float(found.fallback[0]), bool(found.gave_up[0])


def test_an_attempt_that_timed_out_is_a_bound_and_the_next_one_answers():
    assert shown([900, 500, 400], timeout_ms=700, attempts=3) == ([700, 500, None], [True, False, False], np.inf, False)


def test_an_answer_at_the_timeout_is_an_answer():
    assert shown([700, 500], timeout_ms=700, attempts=2)[:2] == ([700, None], [False, False])


def test_attempts_that_the_policy_does_not_make_are_not_seen():
    assert shown([900, 500, 400], timeout_ms=700) == ([700, None, None], [True, False, False], np.inf, True)


def test_an_attempt_without_a_draw_is_a_lower_bound():
    row, marks, _, gave_up = shown([900], timeout_ms=700, attempts=3)
    assert (row, marks, gave_up) == ([700, 700, 700], [True] * 3, True)


def test_hedged_attempts_that_lose_are_lower_bounds_up_to_the_answer():
    """At 0, 300 and 600; the second answers at 300 + 500: the first waited for 800 ms by then, the third for 200."""
    row, marks, _, gave_up = shown([900, 500, 400, 100], timeout_ms=300, attempts=3, hedge=True)
    assert (row, marks, gave_up) == ([800, 500, 200, None], [True, False, True, False], False)


def test_a_hedged_attempt_that_was_not_started_is_not_in_the_log():
    assert shown([250, 10], timeout_ms=300, attempts=2, hedge=True)[:2] == ([250, None], [False, False])
    assert shown([300, 10], timeout_ms=300, attempts=2, hedge=True)[:2] == ([300, None], [False, False])


def test_hedged_attempts_that_all_fail_are_lower_bounds_up_to_the_end():
    row, marks, _, gave_up = shown([900, 900], timeout_ms=300, attempts=2, hedge=True)
    assert (row, marks, gave_up) == ([600, 300], [True, True], True)


@pytest.mark.parametrize("hedge", [False, True])
def test_a_fallback_is_seen_only_where_it_was_used(hedge):
    assert shown([900], 222, timeout_ms=300, fallback=True, hedge=hedge)[2:] == (222, False)
    assert shown([200], 222, timeout_ms=300, fallback=True, hedge=hedge)[2:] == (np.inf, False)
    assert shown([900], 222, timeout_ms=300, hedge=hedge)[2:] == (np.inf, True)
    assert shown([900], timeout_ms=300, fallback=True, hedge=hedge)[2:] == (np.inf, True)
