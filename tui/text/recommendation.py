"""A recommendation on the screen: its status in a word or two, then its document."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from stages.i18n import Said, say
from tui.i18n.translator import Translator
from tui.text.card import SIGNS
from tui.text.document import document
from tuner.pages.recommendation import recommendation_page
from tuner.pages.wording import Wording, verdict_text
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import named

CHAPTERS = ("summary", "figures", "changes", "limits", "left", "filled_in")
"""What it brings comes first, so that a small screen shows it."""

STATUS_SIGNS = {"recommended": "✓", "unchanged": "=", "too small": "?", "infeasible": "!"}


def recommendation(found: Recommendation, tr: Translator) -> Group:
    """All of it but the trade-off, which has a view of its own; for a column of some 76 cells or more."""
    chapters = recommendation_page(found, SCREEN).only(*CHAPTERS)
    return Group(status(found, tr), document(chapters, tr.translate))


def status(found: Recommendation, tr: Translator) -> Text:
    """✓ Recommended · provisional"""
    doubts = [tr("result.provisional")] if found.provisional else []
    doubts += [tr("result.interrupted")] if found.interrupted else []
    headline = tr(f"result.{found.status.replace(' ', '_')}")
    text = tr("result.status", status=headline, more="".join(f" · {one}" for one in doubts))
    return Text(f"{STATUS_SIGNS[found.status]} {text}", "bold")


def signed(verdict: Verdict) -> Said:
    """✓ met; the sign is for those who do not see the colour."""
    return say("result.verdict", sign=SIGNS[verdict.status], verdict=verdict_text(verdict))


SCREEN = Wording(figure=named, verdict=signed)
"""Figures in words, as on the cards; verdicts with the signs of the cards."""
