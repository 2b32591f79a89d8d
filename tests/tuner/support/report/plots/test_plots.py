import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stages.i18n import LANGUAGES, Language, say
from tuner.pages.blocks import Chart, Table
from tuner.pages.frontier import frontier
from tuner.pages.waterfall import waterfall
from tuner.support.report.distribution import distribution
from tuner.support.report.facts import Facts
from tuner.support.report.plots import palette
from tuner.support.report.plots.charts import chart_svg
from tuner.support.report.plots.drawing import svg, theme


def charts(facts: Facts) -> list[Chart]:
    assert facts.found is not None
    drawn = [*(waterfall(*facts.slices[name], len(facts.turns)) for name in ("p50", "p95")), distribution(facts)]
    drawn += [frontier(facts.found, kind) for kind in ("cut_off_rate", "false_interrupt_rate")]
    return [one for one in drawn if one is not None]


def test_there_is_a_picture_of_each_kind(judged: Facts) -> None:
    names = {one.name for one in charts(judged)}
    assert {"waterfall-p50", "waterfall-p95", "distribution", "frontier-cut_off_rate"} <= names


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_has_the_page_s_colours_and_its_words_as_text(judged: Facts, language: Language) -> None:
    assert charts(judged)
    for chart in charts(judged):
        drawn = chart_svg(chart, language)
        assert drawn == chart_svg(chart, language)
        assert "<text" in drawn
        assert "<style" not in drawn
        assert "#0102" not in drawn
        assert "rgb(1," not in drawn
        assert set(re.findall(r"var\(--(\w+)\)", drawn)) <= set(palette.NAMES)
        assert set(re.findall(r"url\(#([\w-]+)\)", drawn)) <= set(re.findall(r'id="([\w-]+)"', drawn))


def test_pictures_keep_their_ids_apart(judged: Facts) -> None:
    ids = [found for chart in charts(judged) for found in re.findall(r'id="([\w-]+)"', chart_svg(chart, "en"))]
    assert len(ids) == len(set(ids))


def test_the_parts_of_a_waterfall_add_up(judged: Facts) -> None:
    chart = waterfall(*judged.slices["p50"], len(judged.turns))
    assert isinstance(chart.instead, Table)
    *parts, together = [
        [float(cell.removesuffix(" ms").replace(",", "")) for cell in row[1:]] for row in chart.instead.rows
    ]
    assert np.sum(parts, axis=0) == pytest.approx(together, abs=len(parts))


def test_where_nobody_gets_an_answer_nothing_is_drawn(judged: Facts) -> None:
    class Nobody:
        response_ms = (np.array([np.inf, np.inf]), None)

    nobody: Any = Nobody()
    assert distribution(nobody) is None


def test_a_limit_on_the_response_time_is_marked(judged: Facts) -> None:
    from tuner.statistics.limits import Limit

    limited = replace(judged, limits=(*judged.limits, Limit("response_ms.p95", 2500.0)))
    chart = distribution(limited)
    assert chart is not None
    assert ">limit on p95<" in chart_svg(chart, "en")
    assert ">冷场：3 秒<" in chart_svg(chart, "zh")


def test_times_far_below_every_limit_are_drawn_without_a_mark(judged: Facts) -> None:
    quick = replace(
        judged,
        before=replace(judged.before, table=judged.before.table / 100),
        after=None if judged.after is None else replace(judged.after, table=judged.after.table / 100),
        limits=(),
    )
    chart = distribution(quick)
    assert chart is not None
    assert ">dead air: 3 s<" not in chart_svg(chart, "en")


def test_a_frontier_tells_the_point_chosen_and_the_one_in_force(judged: Facts) -> None:
    assert judged.found is not None
    chart = frontier(judged.found, "cut_off_rate")
    assert chart is not None
    assert isinstance(chart.instead, Table)
    marked = [row[3] for row in chart.instead.rows if row[3]]
    assert sorted(marked) == ["now", "recommended"]
    assert frontier(replace(judged.found, frontier=judged.found.frontier[:2]), "cut_off_rate") is None


def test_every_colour_has_a_value_on_light_on_dark_and_on_paper(root: Any) -> None:
    style = (root / "tuner" / "support" / "report" / "templates" / "page.css").read_text()
    for name in palette.NAMES:
        assert len(re.findall(rf"--{name}: #[0-9a-f]{{6}};", style)) == 3, name


@pytest.mark.parametrize("name", palette.NAMES)
def test_a_colour_s_stand_in_leads_back_to_its_name(name: str) -> None:
    given = palette.colour(name)
    red, green, blue = (int(given[at : at + 2], 16) for at in (1, 3, 5))
    assert (
        palette.named(f"fill:{given}; stroke=rgb({red},{green},{blue})") == f"fill:var(--{name}); stroke=var(--{name})"
    )


def test_a_label_cannot_leave_its_picture() -> None:
    import lets_plot as lp

    hostile = '</text></svg><script>alert("x")</script>&lt;'
    plot = lp.ggplot({"x": [1], "y": [1], "t": [hostile]}, lp.aes("x", "y", label="t"))
    plot += lp.geom_text() + lp.labs(x=hostile, y=hostile) + theme("en")
    drawn = svg(plot, "plot", f'{hostile}" onload="alert(1)')
    assert "<script" not in drawn
    assert drawn.count("</svg>") == 1
    assert 'aria-label="&lt;/text>' in drawn
    assert ' onload="' not in drawn.replace("&quot; onload=&quot;", "")
    assert say("axis.response")
