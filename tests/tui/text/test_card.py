from dataclasses import replace

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tui.i18n.translator import Translator
from tui.text.card import SHOWN, Card, cards, table
from tuner.statistics.gauge import Gauge, gauge
from tuner.statistics.limits import default_limits, parse_limit

BATCH = Batch(simulate(Profile.load("receptionist"), 400, seed=2), threads=1)
LIMITS = (*default_limits(), parse_limit("p90=900"))
TR = Translator("en")


def gauged(**changes: object) -> Gauge:
    return gauge(BATCH, Settings().replace({name.replace("__", "."): value for name, value in changes.items()}), LIMITS)


NOW, SLOWER = gauged(), gauged(endpointing__silence_ms=2000)


def by_name(now: Gauge, base: Gauge | None = None) -> dict[str, Card]:
    return {one.name: one for one in cards(now, base, TR)}


def test_every_figure_that_one_asks_for_has_a_card_and_so_has_every_limit() -> None:
    names = [one.name for one in cards(NOW, None, TR)]
    assert names[: len(SHOWN)] == list(SHOWN)
    assert "response_ms.p90" in names


def test_a_card_carries_its_range_its_number_and_its_limit() -> None:
    one = by_name(NOW)["cut_off_rate"]
    estimate = NOW.figures["cut_off_rate"]
    assert (one.label, one.n, one.limit, one.sign) == ("cut off", 400, "≤3%", "!")
    assert estimate.low is not None
    assert one.span.startswith(f"{estimate.low * 100:.0f}"[:1])


def test_signs_tell_kept_missed_and_not_shown_without_colour() -> None:
    signs = {one.sign for one in cards(NOW, None, TR)}
    assert signs == {"✓", "!", "?", " "}


def test_a_card_tells_what_became_better_and_by_how_much() -> None:
    one = by_name(NOW, SLOWER)["response_ms.p95"]
    was, now = SLOWER.figures["response_ms.p95"].value, NOW.figures["response_ms.p95"].value
    assert was is not None
    assert now is not None
    assert (one.change, one.better) == (f"▼ {was - now:,.0f}", True)
    assert by_name(SLOWER, NOW)["response_ms.p95"].better is False


def test_what_did_not_change_says_so() -> None:
    assert {one.change for one in cards(NOW, NOW, TR)} <= {"=", ""}


def test_a_quantile_that_falls_on_a_turn_without_an_answer_says_so() -> None:
    failing = gauged(llm__timeout_ms=100)
    assert by_name(failing)["response_ms.p95"].value == "no answer"


@pytest.mark.parametrize("width", [20, 21, 38, 52, 88, 130])
def test_no_card_is_cut_in_its_value_in_any_width(width: int) -> None:
    every_card = cards(NOW, SLOWER, TR)
    text = "\n".join(table(every_card, width).lines())
    assert every_card
    for one in every_card:
        assert one.value.removesuffix(" ms") in text


def test_where_it_is_narrow_a_card_is_a_line() -> None:
    every_card = cards(NOW, None, TR)
    assert table(every_card, 40).height == len(every_card)
    assert table(every_card, 88).height < 4 * len(every_card)


def test_a_missed_limit_stands_out_by_role_and_by_sign() -> None:
    one = by_name(NOW)["cut_off_rate"]
    picture = table((one, replace(one, sign="✓")), 40)
    assert picture.lines()[0].startswith("!")
    assert "x" in picture.roles()[0]
    assert "x" not in picture.roles()[1]


def test_labels_are_shown_in_chinese() -> None:
    assert by_name(NOW)["cut_off_rate"].label != cards(NOW, None, Translator("zh"))[3].label
    assert "用户被抢话" in "\n".join(table(cards(NOW, None, Translator("zh")), 90).lines())


def test_a_figure_that_the_recording_does_not_show_is_said_not_to_be_known() -> None:
    bare = BATCH.columns.replace(pauses_known=np.zeros(len(BATCH), dtype=np.bool_))
    now = gauge(Batch(bare), Settings(), LIMITS)
    one = by_name(now, now)["cut_off_rate"]
    assert (one.value, one.n, one.sign, one.change) == ("not known", None, "?", "")
    for width in (20, 39, 60):
        drawn = table((one,), width).lines()
        assert any("not known" in line for line in drawn), width
        assert not any("n 0" in line for line in drawn)
