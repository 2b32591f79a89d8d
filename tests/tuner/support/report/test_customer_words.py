"""What a customer reads has no options, no commands and no names of ours, in any language and whatever was found."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from string import Formatter

import pytest

from pipeline.completion import complete
from pipeline.completion.fit import Fit, LargePart
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import OVERLAP_FIGURES, PAUSE_FIGURES
from stages.i18n import LANGUAGES, Language, catalogue, for_customers, say
from stages.settings import NAMES, SETTINGS
from tests.slow_agent import SLOW
from tests.tuner.support.report.conftest import COMPLAINT, facts_with
from tuner.diagnosis import diagnose
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.complaint import parse_complaint
from tuner.statistics.limits import NAMES as LIMITED
from tuner.support.report import writing
from tuner.support.report.customer_words import in_words, to_customer
from tuner.support.report.facts import Facts
from tuner.support.report.letter import reply
from tuner.support.report.report import report

MADE = date(2026, 11, 22)

FIGURES = {*LIMITED, *PAUSE_FIGURES, *OVERLAP_FIGURES} - {"stop_ms"}
OPTION = re.compile(r"(?<![-\w|:])--[a-z][a-z-]+")
COMMAND = re.compile(r"turntempo [a-z]+|`")
OURS = re.compile("|".join(re.escape(name) for name in sorted({*NAMES, *FIGURES}, key=len, reverse=True)))

LATE = Fit(200, 200, 0, 5493.0, 5900.0, 1717.0, 3794.0, 4000.0, 3794.0, 0.7, later=190, later_examples=("a",))
SOONER = replace(
    LATE, residual_p50=-10.0, sooner=69, sooner_examples=("b",), large_parts=(LargePart("llm", 3, ("c",)),)
)

SPOKEN_TO_ENGINEERS = {
    "complained.from_case", "fit.not_judged", "report.made", "joined.comma",
}  # fmt: skip


def everything_read(facts: Facts, language: Language) -> list[str]:
    page = report(COMPLAINT, facts, MADE)
    return [
        writing.text(page, language),
        writing.html(page, language),
        writing.letter(reply(COMPLAINT, facts), language),
    ]


def ours_in(text: str) -> list[str]:
    """Options, commands and names of ours in a text; ids and classes of HTML are not read."""
    shown = re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.S).replace("\\", "")
    return [*OPTION.findall(shown), *COMMAND.findall(shown.replace("```", "")), *OURS.findall(shown)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_and_its_letter_have_no_options_commands_or_names_of_ours(
    language: Language, judged: Facts, untuned: Facts, turns: Columns, found: Recommendation
) -> None:
    infeasible = replace(found, status="infeasible", settings=found.task.settings, changes=(), frontier=())
    small = replace(found, status="too small", settings=found.task.settings, estimate=found.settings)
    several = [
        judged,
        untuned,
        facts_with(turns, infeasible),
        facts_with(turns, small),
        *(replace(untuned, diagnosis=replace(untuned.diagnosis, fit=fit)) for fit in (LATE, SOONER)),
        *(complained(judged, turns, one) for one in ("cut-off", "false-stops", "no-answer")),
    ]
    texts = [text for facts in several for text in everything_read(facts, language)]
    assert len(texts) == 3 * len(several)
    assert [found for text in texts for found in ours_in(text)] == []


def complained(judged: Facts, turns: Columns, complaint: str) -> Facts:
    completed = complete(turns, 0, None, SLOW).columns
    wanted = parse_complaint(complaint)
    diagnosis = diagnose(turns, completed, SLOW, judged.diagnosis.goal, judged.limits, complaint=wanted)
    return replace(judged, diagnosis=diagnosis)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_that_a_customer_may_read_has_an_option_a_command_or_a_field_in_it(language: Language) -> None:
    phrases = {
        key: phrase
        for key, phrase in for_customers(language).items()
        if key.partition(".")[0] in CUSTOMER_GROUPS and key not in SPOKEN_TO_ENGINEERS
    }
    assert len(phrases) > 200
    assert {key: phrase for key, phrase in phrases.items() if OPTION.search(phrase) or COMMAND.search(phrase)} == {}
    assert {key: phrase for key, phrase in phrases.items() if OURS.search(phrase)} == {}


CUSTOMER_GROUPS = {
    "finding", "heading", "value", "moment", "lever", "remedy", "barge_in", "kind", "floor", "figure", "part",
    "verdict", "nearest", "recommendation", "count", "lock", "filled", "promise", "guide", "report", "tile", "table",
    "legend", "axis", "waterfall", "distribution", "frontier", "moments", "timeline", "changes", "limits", "status",
    "stage", "assumed", "sure", "left_out", "complaint", "named", "reply", "kept", "deployment", "fit", "complained",
    "path", "difference", "page", "turn_field", "known",
}  # fmt: skip
"""Groups of phrases that reports and letters are made of."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_for_customers_takes_no_value_that_the_other_lacks(language: Language) -> None:
    ours, theirs = catalogue(language), for_customers(language)
    changed = {key for key in theirs if theirs[key] != ours[key]}
    assert len(changed) > 20
    assert {key for key in changed if not values_of(theirs[key]) <= values_of(ours[key])} == set()


def values_of(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def test_both_languages_have_the_same_phrases_for_customers() -> None:
    for_english, for_chinese = (
        {key for key in for_customers(one) if for_customers(one)[key] != catalogue(one)[key]} for one in LANGUAGES
    )
    assert for_english == for_chinese


def test_every_setting_figure_and_attempt_has_words() -> None:
    assert [name for name in SETTINGS if in_words(name) in (None, "", name)] == []
    assert [name for name in FIGURES if in_words(name) in (None, "", name)] == []
    assert in_words("llm.ttft_ms[0]") == "the delay of the LLM's first token"
    assert in_words("tts.ttfb_ms[1]") == "the delay of the first audio, attempt 2"
    assert in_words("a customer's words") is None


def test_what_a_customer_wrote_stays_as_it_is() -> None:
    assert to_customer("we set endpointing.silence_ms to 5", "en") == "we set endpointing.silence_ms to 5"
    assert to_customer(say("reply.hello_name", customer="--limit"), "en") == "Hello --limit,"
