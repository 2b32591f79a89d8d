"""The plots of a report: where the time goes, how long users wait, and what answering sooner would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stages.i18n import Language, Said, say, translate
from tuner.diagnosis.parts import NAMES, Slice
from tuner.statistics.numbers import figure, ms, share
from tuner.support.report.blocks import Picture, Table
from tuner.support.report.facts import Facts
from tuner.support.report.plots.drawing import WIDTH, svg, theme
from tuner.support.report.plots.palette import colour

BARS = 60
"""Of the distribution."""

TAIL = 0.98
"""The share of answers that the distribution shows; the others would squeeze it."""

SMALLEST_MS = 0.5
"""A part that takes less is left out."""

BEFORE, AFTER = say("legend.before"), say("legend.after")


def waterfall(facts: Facts, window: str) -> Picture | None:
    """Where the turns around a quantile spend their time, part by part; None where they get no answer."""
    if window not in facts.slices:
        return None
    now, then = facts.slices[window]
    shown = [one for one in (now, then) if one is not None]
    parts = [name for name in NAMES if any(one.parts[name] >= SMALLEST_MS for one in shown)]
    rows = [(say(f"part.{name}"), *(ms(one.parts[name]) for one in shown)) for name in parts]
    return Picture(
        name=f"waterfall-{window}",
        title=say(f"waterfall.{window}"),
        note=say("waterfall.note", turns=now.turns, of=len(facts.turns)),
        legend=(("before", BEFORE),) if then is None else (("before", BEFORE), ("after", AFTER)),
        draw=lambda language: _waterfall(shown, parts, f"waterfall-{window}", language, say(f"waterfall.{window}")),
        instead=Table(
            (say("table.part"), BEFORE, *([AFTER] if then else [])),
            (*rows, (say("table.together"), *(ms(one.response_ms) for one in shown))),
            frozenset({1, 2}),
            frozenset({len(rows)}),
        ),
    )


def _waterfall(shown: Sequence[Slice], parts: Sequence[str], name: str, language: Language, label: Said) -> str:
    import lets_plot as lp

    bars: dict[str, list[Any]] = {"left": [], "right": [], "low": [], "high": [], "y": [], "text": [], "which": []}
    for place, one in enumerate(shown):
        at, offset = 0.0, (0.21 if place == 0 else -0.21) if len(shown) > 1 else 0.0
        for row, part in enumerate([*parts, ""]):
            length = one.parts[part] if part else one.response_ms
            begin = at if part else 0.0
            values = (begin, begin + length, offset - row - 0.19, offset - row + 0.19, offset - row)
            for key, value in zip(bars, (*values, f"{length:,.0f}", ("before", "after")[place]), strict=True):
                bars[key].append(value)
            at += length
    labels = [translate(say(f"part.{part}"), language) for part in parts] + [translate(say("table.together"), language)]
    longest = max(bars["right"])
    plot = (
        lp.ggplot(bars)
        + lp.geom_rect(lp.aes(xmin="left", xmax="right", ymin="low", ymax="high", fill="which"), size=0)
        + lp.geom_text(
            lp.aes(x="right", y="y", label="text"), hjust="left", nudge_x=longest / 150, size=5, color=colour("ink")
        )
        + lp.scale_fill_manual({"before": colour("before"), "after": colour("after")})
        + lp.scale_y_continuous(breaks=[-row for row in range(len(labels))], labels=labels, expand=[0, 0.1])
        + lp.scale_x_continuous(limits=[0, longest * 1.09], expand=[0, 0], format=",.0f")
        + lp.labs(x="ms", y="")
        + theme(language)
        + lp.ggsize(WIDTH, 34 * len(labels) + 40)
    )
    return svg(plot, name, translate(label, language))


def distribution(facts: Facts) -> Picture | None:
    """How long users wait for the answer, now and then, with the limits; None where nobody gets one."""
    times = [one for one in facts.response_ms if one is not None]
    if not any(np.isfinite(one).any() for one in times):
        return None
    marks = _marks(facts)
    unanswered = [float((~np.isfinite(one)).mean()) for one in times]
    lost = say("distribution.unanswered", now=share(unanswered[0])) if any(unanswered) else ""
    if any(unanswered) and len(times) > 1:
        lost = say("distribution.unanswered_both", now=share(unanswered[0]), then=share(unanswered[1]))
    legend = (("before", BEFORE), ("after", AFTER))[: len(times)]
    return Picture(
        name="distribution",
        title=say("distribution.title"),
        note=say("distribution.note", n=len(facts.turns), tail=1 - TAIL, unanswered=lost),
        legend=(*legend, ("limit", say("legend.limit"))),
        draw=lambda language: _distribution(times, marks, language),
        instead=_quantiles(facts),
    )


def _marks(facts: Facts) -> list[tuple[float, Said]]:
    """The limits on response times, and the 3 s beyond which silence counts as dead air."""
    limits = [limit for limit in facts.limits if limit.figure == "response_ms"]
    told = [(limit.value, say("distribution.limit", name=limit.name.partition(".")[2])) for limit in limits]
    return [*told, (3000.0, say("distribution.dead_air"))]


def _quantiles(facts: Facts) -> Table:
    after = facts.figures_after
    names = [f"response_ms.{name}" for name in ("p50", "p90", "p95", "p99")]
    rows = [
        (
            name.partition(".")[2],
            figure(name, facts.figures[name].value),
            *([] if after is None else [figure(name, after[name].value)]),
        )
        for name in names
    ]
    return Table((say("table.figure"), BEFORE, *([] if after is None else [AFTER])), tuple(rows), frozenset({1, 2}))


def _distribution(times: Sequence[Any], marks: Sequence[tuple[float, Said]], language: Language) -> str:
    """Two rows of bars over one axis: easier to tell apart than bars over each other, on paper too."""
    import lets_plot as lp

    answered = [one[np.isfinite(one)] for one in times]
    top = max(float(np.quantile(one, TAIL)) for one in answered if len(one))
    top = max([top, *(value * 1.05 for value, _ in marks if value < top * 1.6)])
    edges = np.linspace(0, top, BARS + 1)
    bars: dict[str, list[Any]] = {"left": [], "right": [], "low": [], "high": [], "which": []}
    quantiles: dict[str, list[Any]] = {"x": [], "low": [], "high": [], "text": [], "y": []}
    for place, (one, every) in enumerate(zip(answered, times, strict=True)):
        base = -1.25 * place
        heights = np.histogram(one, edges)[0] / max(len(every), 1)
        for left, right, height in zip(edges[:-1], edges[1:], heights / max(heights.max(), 1e-9), strict=True):
            if height > 0:
                which = ("before", "after")[place]
                for key, value in zip(bars, (left, right, base, base + height * 0.9, which), strict=True):
                    bars[key].append(float(value) if key != "which" else value)
        for name, level in (("p50", 0.5), ("p95", 0.95)):
            at = float(np.quantile(every, level, method="inverted_cdf"))
            if at <= top:
                for key, value in zip(quantiles, (at, base, base + 0.96, name, base + 1.04), strict=True):
                    quantiles[key].append(value)
    lines = {
        "x": [value for value, _ in marks if value <= top],
        "text": [translate(text, language) for value, text in marks if value <= top],
    }
    lowest = -1.25 * (len(times) - 1)
    plot = (
        lp.ggplot()
        + lp.geom_rect(
            lp.aes(xmin="left", xmax="right", ymin="low", ymax="high", fill="which"), data=bars, size=0, alpha=0.9
        )
        + lp.geom_segment(
            lp.aes(x="x", xend="x", y="low", yend="high"), data=quantiles, color=colour("ink"), size=0.7
        )
        + lp.geom_text(lp.aes(x="x", y="y", label="text"), data=quantiles, size=4.5, color=colour("ink"))
        + lp.geom_vline(lp.aes(xintercept="x"), data=lines, color=colour("limit"), size=0.9, linetype="dashed")
        + lp.geom_text(
            lp.aes(x="x", label="text"), y=1.22, data=lines, size=4.5, hjust="right", nudge_x=-top / 120,
            color=colour("limit"),
        )
        + lp.scale_fill_manual({"before": colour("before"), "after": colour("after")})
        + lp.scale_x_continuous(limits=[0, top], expand=[0, 0, 0.01, 0], format=",.0f")
        + lp.scale_y_continuous(limits=[lowest, 1.3], expand=[0, 0], breaks=[])
        + lp.labs(x=translate(say("axis.response"), language), y="")
        + theme(language)
        + lp.ggsize(WIDTH, 70 + 110 * len(times))
    )  # fmt: skip
    return svg(plot, "distribution", translate(say("distribution.title"), language))
