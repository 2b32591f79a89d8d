"""Two sets of measured stages under the same settings, as a document: which answers sooner, and the figures of both."""

from __future__ import annotations

from pipeline.simulation import Profile
from stages.i18n import Said, joined, say
from tuner.comparison.difference import Difference
from tuner.comparison.of_stages import StagesComparison
from tuner.pages.blocks import Chapter, Page, Paragraph
from tuner.pages.settings_comparison import figures_table
from tuner.pages.wording import REPORT, Wording
from tuner.statistics import numbers

JUDGED_BY = "response_ms.p95"


def stages_comparison_page(found: StagesComparison, a: str, b: str, settings: str, wording: Wording = REPORT) -> Page:
    """All of it. `a`, `b`: the files of stages; `settings`: where those come from."""
    heading = say("probing.compare_heading", turns=found.turns, profile=found.first.conversation, settings=settings)
    lines = (
        heading,
        _side("A", a, found.first),
        _side("B", b, found.second),
        _verdict(found.figures[JUDGED_BY]),
        say("probing.compare_interval", n=found.draws),
    )
    chapters = (
        Chapter("", tuple(map(Paragraph, lines)), "summary"),
        Chapter("", (figures_table(found.figures, wording),), "figures"),
    )
    return Page(say("page.settings_comparison"), "", chapters)


def _side(side: str, file: str, profile: Profile) -> Said:
    stages = [
        say(
            "probing.compare_stage",
            stage=say(f"probing.{one.stage}"),
            model=one.model,
            endpoint=one.endpoint,
            n=one.requests,
        )
        for one in profile.probed
    ]
    return say("probing.compare_side", side=side, file=file, stages=joined(stages, "comma"))


def _verdict(one: Difference) -> Said:
    status = one.status if one.status in ("better", "worse") else "unshown"
    change = numbers.signed(one.name, one.change)
    return say(f"probing.compare_{status}", change=change, span=numbers.signed_span(one.name, one.low, one.high))
