"""The distribution of the response time, and every figure in words."""

import pytest
from rich.console import Console

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tui.charts.distribution import distribution, marks_text, quantiles_text
from tui.i18n.translator import Translator
from tui.text.figures import Figures, named, signs
from tuner.statistics.gauge import Gauge, gauge
from tuner.statistics.intervals import GROUPS
from tuner.statistics.limits import default_limits, limits_with, parse_limit

TR = Translator()


@pytest.fixture(scope="module")
def measured() -> Gauge:
    batch = Batch(simulate(Profile.load("ai-tutor"), 400, 7))
    return gauge(batch, Settings(), limits_with([parse_limit("p95=900")]))


def test_people_dead_air_quantiles_and_limits_are_marked(measured: Gauge) -> None:
    marks = {mark.name: (mark.at_ms, mark.limit) for mark in distribution(measured, TR).marks}
    p95 = measured.figures["response_ms.p95"].value
    assert p95 is not None
    wanted = {
        "human gap 208": (208.0, False),
        "dead air 3,000": (3000.0, True),
        f"p95 {p95:,.0f}": (p95, False),
        "response_ms.p95 <= 900 ms": (900.0, True),
    }
    assert {name: marks[name] for name in wanted} == wanted


def test_the_source_of_the_human_gap_is_named() -> None:
    assert "Stivers et al. 2009" in marks_text(TR)
    assert "Stivers" in marks_text(Translator("zh"))


def test_a_quantile_without_an_answer_is_shown_as_such() -> None:
    batch = Batch(simulate(Profile.load("ai-tutor"), 400, 7))
    failing = gauge(batch, Settings().replace({"llm.timeout_ms": 400}), default_limits())
    assert "p99 no answer" in quantiles_text(failing, 80, TR)
    assert len(distribution(failing, TR).marks) < 5


def test_every_figure_stands_in_the_table_with_range_n_and_limit(measured: Gauge) -> None:
    assert sorted(name for group in GROUPS for name in group) == sorted(measured.figures)
    console = Console(width=76)
    with console.capture() as captured:
        console.print(Figures(measured, TR))
    lines = {line[2:26].strip(): line for line in captured.get().splitlines()}
    cut_off = lines["users cut off"]
    assert cut_off.startswith("!")
    assert cut_off.split()[-2:] == ["400", "3%"]
    assert lines["response time, p95"].startswith("!")
    assert "missed" in signs(TR)


def test_a_name_that_does_not_fit_is_replaced_by_a_short_one_and_no_figure_is_cut(measured: Gauge) -> None:
    console = Console(width=56)
    with console.capture() as captured:
        console.print(Figures(measured, TR))
    text = captured.get()
    assert "…" not in text
    assert "p95 answer" in text
    assert "users cut off" in text


def test_quantiles_that_do_not_fit_are_left_out_and_counted(measured: Gauge) -> None:
    text = quantiles_text(measured, 26, TR)
    assert text.startswith("n = 400: p50 ")
    assert text.endswith(" ms +2")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_has_words(measured: Gauge, language: str) -> None:
    tr = Translator(language)  # type: ignore[arg-type]
    assert all(named(name, tr) != name for name in measured.figures)
