"""Of which risks there is a frontier to show."""

from dataclasses import replace

import pytest

from tests import tutor_results
from tuner.pages.frontier import frontier


@pytest.mark.parametrize("points", [0, 2])
def test_too_few_points_are_no_curve(points: int) -> None:
    found = tutor_results.recommendation()
    assert frontier(found, "cut_off_rate") is not None
    few = [one for one in found.frontier if one.kind == "cut_off_rate"][:points]
    assert frontier(replace(found, frontier=tuple(few)), "cut_off_rate") is None


def test_the_other_trade_off_is_not_mixed_in() -> None:
    found = tutor_results.recommendation()
    alone = tuple(one for one in found.frontier if one.kind == "cut_off_rate")
    assert frontier(replace(found, frontier=alone), "false_interrupt_rate") is None
