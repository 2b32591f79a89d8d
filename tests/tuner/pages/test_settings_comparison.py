"""Two sets of settings as a document."""

from dataclasses import replace

from pipeline.completion.fit import NOT_MEASURED, Fit
from pipeline.simulation import Profile, simulate
from tests import tutor_results
from tests.slow_agent import SLOW
from tuner.comparison.comparing import compare
from tuner.pages.blocks import Page, Paragraph, Table
from tuner.pages.settings_comparison import settings_comparison_page

FITS = Fit(600, 600, 0, 2400, 3000, 2390, 10, 40, 20, 0.01)


def page(fit: Fit = NOT_MEASURED) -> Page:
    return settings_comparison_page(tutor_results.settings_comparison(), fit, "now", "b.json")


def texts(found: Page) -> list[str]:
    (chapter,) = found.only("summary")
    return [str(one.text) for one in chapter.blocks if isinstance(one, Paragraph)]


def test_the_result_stands_first_where_the_model_fits() -> None:
    result, fits = texts(page(FITS))
    assert result.startswith("B answers ")
    assert fits.startswith("Measured median 2,400 ms")


def test_the_fit_stands_first_where_it_is_bad() -> None:
    bad = replace(FITS, measured_p50=9000, residual_p50=6600, distance_p50=6600)
    first, *_, last = texts(page(bad))
    assert first.startswith("Measured median 9,000 ms")
    assert last.startswith("B answers ")


def test_every_setting_that_differs_has_a_row_with_both_values() -> None:
    (chapter,) = page().only("effects")
    (table,) = chapter.blocks
    assert isinstance(table, Table)
    rows = {row[0]: row[1:3] for row in table.rows}
    assert rows["endpointing.silence_ms"] == ("2000", "700")
    assert len(rows) == len(tutor_results.settings_comparison().effects)


def test_figures_that_get_worse_stand_out() -> None:
    (chapter,) = page().only("figures")
    (table,) = chapter.blocks
    assert isinstance(table, Table)
    shown = {row[0].partition(" (")[0] for place, row in enumerate(table.rows) if place in table.strong}
    worse = [one for one in tutor_results.settings_comparison().changed if one.status == "worse"]
    assert len(shown) == len(worse) > 0


def test_the_same_settings_have_a_sentence_and_no_tables() -> None:
    same = compare(simulate(Profile.load("ai-tutor"), 200, seed=3), SLOW, SLOW, threads=1)
    found = settings_comparison_page(same, NOT_MEASURED, "now", "now")
    assert [one.name for one in found.chapters] == ["summary", "settings"]
    assert texts(found)[0] == "A and B are the same settings."
