import pytest

from stages.settings import Settings
from tuner.recommendation.frontier import Trade
from turntempo.show import frontier


def trade(risk: float, ms: float, within: bool = True) -> Trade:
    return Trade("cut_off_rate", risk, ms, within, Settings())


TRADES = [trade(0.01, 2000), trade(0.02, 1500), trade(0.03, 1300), trade(0.06, 1200, within=False)]


def test_the_plot_shows_both_axes_and_who_is_beyond_a_limit() -> None:
    drawn = frontier.plot(TRADES, "cut_off_rate", 70)
    lines = drawn.splitlines()
    assert lines[0] == "response time, ms"
    assert "users cut off" in lines[-1]
    assert drawn.count("o") - sum(line.count("o") for line in (lines[0], lines[-1])) == 3
    assert drawn.count("x") == 1
    assert "2,000" in drawn
    assert "1,200" in drawn
    assert max(len(line) for line in lines) <= 70
    assert "\x1b" not in drawn


def test_the_same_points_give_the_same_picture() -> None:
    assert frontier.plot(TRADES, "cut_off_rate", 60) == frontier.plot(TRADES[::-1], "cut_off_rate", 60)


@pytest.mark.parametrize("trades", [[], TRADES[:2]])
def test_too_few_points_are_no_curve(trades: list[Trade]) -> None:
    assert frontier.plot(trades, "cut_off_rate", 60) == ""


def test_the_other_trade_off_is_not_mixed_in() -> None:
    assert frontier.plot(TRADES, "false_interrupt_rate", 60) == ""
