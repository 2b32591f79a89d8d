"""The distribution of the response time, with marks for the human gap, dead air, limits and quantiles."""

from __future__ import annotations

from pipeline.kernel.rates import DEAD_AIR_MS
from stages.arrays import Floats
from tui.charts.fitting import items_that_fit
from tui.charts.histogram import Distribution, Mark
from tui.i18n.translator import Translator
from tuner.statistics.gauge import Gauge

HUMAN_GAP_MS = 208.0
"""The mean gap between speakers in ten languages. Source: Stivers et al. 2009, PNAS 106(26)."""

QUANTILES = ("p50", "p95", "p99")


def distribution(gauge: Gauge, tr: Translator, before: Floats | None = None) -> Distribution:
    """The response times of all turns, with marks; `before`: the times under the settings compared with."""
    marks = [
        Mark(HUMAN_GAP_MS, tr("histogram.people", ms=HUMAN_GAP_MS)),
        Mark(DEAD_AIR_MS, tr("histogram.dead_air", ms=DEAD_AIR_MS), limit=True),
    ]
    for name in QUANTILES:
        ms = gauge.figures[f"response_ms.{name}"].value
        if ms is not None:
            marks.append(Mark(ms, f"{name} {ms:,.0f}"))
    for one in gauge.verdicts:
        if one.limit.figure == "response_ms":
            marks.append(Mark(one.limit.value, one.limit.text(), limit=True))
    return Distribution(gauge.response_ms, before, marks=tuple(marks), unanswered=tr("app.no_answer"))


def quantiles_text(gauge: Gauge, cells: int, tr: Translator) -> str:
    """The quantiles in one line of so many cells: in the chart not every mark has room for its name."""
    quantiles = []
    for name in QUANTILES:
        ms = gauge.figures[f"response_ms.{name}"].value
        quantiles.append(f"{name} {tr('app.no_answer') if ms is None else f'{ms:,.0f} ms'}")
    before = tr("histogram.quantiles", n=len(gauge.response_ms), quantiles="")
    return items_that_fit(cells, quantiles, tr("turns.comma"), before)


def marks_text(tr: Translator) -> str:
    """What the marks mean, with their source."""
    return tr("histogram.source", people=HUMAN_GAP_MS, dead_air=DEAD_AIR_MS)
