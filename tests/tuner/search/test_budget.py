import pytest

from stages.errors import InputError
from tuner.search.budget import Budget, Spent, parse_budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [("5000", Budget(evaluations=5000)), ("30s", Budget(seconds=30)), ("1.5m", Budget(seconds=90))],
)
def test_a_budget_is_evaluations_or_a_time(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget


@pytest.mark.parametrize("text", ["", "9", "-5", "0s", "s", "five", "1e9s", "nan"])
def test_a_budget_that_is_neither_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="write evaluations"):
        parse_budget(text)


def test_a_budget_in_seconds_is_measured_by_the_given_clock() -> None:
    now = 100.0
    spent = Spent(Budget(seconds=20), lambda: now)
    now = 105.0
    assert spent.share(10**6) == 0.25
    assert spent.seconds_left() == 15
    with pytest.raises(InputError, match="needs a clock"):
        Spent(Budget(seconds=20), None)
