"""The letter to the customer, in their language: what is missing, and what it is needed for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stages.i18n import Language, say, translate
from tuner.support.intake.intake import Intake
from tuner.support.intake.missing import Missing
from tuner.support.intake.questions import RECORDING, SETTINGS, Question

ASKED_AT_ONCE = 6
"""The most questions in one letter, the most useful first: the end of a longer list often stays unanswered."""


def question(intake: Intake, open_questions: Sequence[Missing], language: Language) -> str:
    """The text of the letter; "" where nothing is missing."""
    asked = [one.question for one in open_questions[:ASKED_AT_ONCE]]
    if not asked:
        return ""
    return "".join(f"{translate(one, language)}\n" for one in _lines(intake, asked, language))


def _lines(intake: Intake, asked: Sequence[Question], language: Language) -> Iterator[str]:
    """Line by line, empty ones between paragraphs."""
    customer, title = intake.customer, intake.title
    first = say("question.one") if len(asked) == 1 else say("question.several", n=len(asked))
    yield say("question.hello_name", customer=customer) if customer else say("question.hello")
    yield ""
    yield say("question.thanks_title", title=title, first=first) if title else say("question.thanks", first=first)
    yield ""
    yield from (f"{place}. {getattr(one, language)}" for place, one in enumerate(asked, start=1))
    yield ""
    if any(one.name in (RECORDING, SETTINGS) for one in asked):
        yield say("question.leave_out")
        yield ""
    yield say("question.bye")
