from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from pipeline.turns.columns import Columns
from stages.i18n import LANGUAGES, Language, catalogue
from tests.tuner.support.report.by_hand import by_hand
from tests.tuner.support.report.conftest import COMPLAINT, facts_with
from tuner.diagnosis import sections
from tuner.pages.blocks import Page
from tuner.recommendation.recommendation import Recommendation
from tuner.support.report import writing
from tuner.support.report.complaint import Complaint
from tuner.support.report.customer_words import to_customer
from tuner.support.report.facts import Facts
from tuner.support.report.letter import reply
from tuner.support.report.report import report

MADE = date(2026, 11, 22)


def headings(text: str) -> list[str]:
    return [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]


class Tags(HTMLParser):
    """The tags of a page, opened and closed in order."""

    EMPTY = ("meta", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.ids += [value for name, value in attributes if name == "id" and value]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_report_and_its_letter_read_so(language: Language, golden: Any) -> None:
    facts, suffix = by_hand(), "" if language == "en" else ".zh"
    golden(f"report{suffix}.md", writing.text(report(COMPLAINT, facts, MADE), language))
    golden(f"reply{suffix}.md", writing.letter(reply(COMPLAINT, facts), language))


def test_it_tells_all_that_a_customer_must_know(judged: Facts) -> None:
    text = writing.text(report(COMPLAINT, judged, MADE, left_out=lambda: ["case.toml: 1 phone number"]), "en")
    assert headings(text) == [
        "In short",
        "The complaint",
        "What was found",
        "The turns that explain it",
        "What to change",
        "What it risks",
        "What settings cannot fix",
        "What was assumed",
        "How sure this is",
        "Left out of this page",
    ]
    assert "case.toml: 1 phone number" in text.replace("\\", "")


def test_the_words_are_those_of_diagnose_and_tune(judged: Facts, found: Recommendation) -> None:
    from tuner.recommendation.sentences import sentences

    page = writing.html(report(COMPLAINT, judged, MADE), "en").replace("&#39;", "'").replace("&lt;", "<")
    said = [text for texts in sections(judged.diagnosis).values() for text in texts]
    assert said
    for text in (*said, *sentences(found)):
        assert to_customer(text, "en") in page


def cases(judged: Facts, untuned: Facts, turns: Columns, found: Recommendation) -> Iterator[Facts]:
    yield judged
    yield untuned
    for status in ("unchanged", "infeasible"):
        unfinished = replace(found, status=status, settings=found.task.settings, changes=(), frontier=())
        yield facts_with(turns, unfinished)
    yield facts_with(turns, replace(found, status="too small", settings=found.task.settings, estimate=found.settings))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_unknown_is_reported_as_such_whatever_was_found(
    language: Language, judged: Facts, untuned: Facts, turns: Columns, found: Recommendation
) -> None:
    every = list(cases(judged, untuned, turns, found))
    assert every
    for facts in every:
        page, letter = report(COMPLAINT, facts, MADE), reply(COMPLAINT, facts)
        for text in (writing.text(page, language), writing.html(page, language), writing.letter(letter, language)):
            for word in ("None", " nan", ">nan", "inf<", "frozenset", "Said("):
                assert word not in text


def test_a_report_without_a_recording_holds_the_complaint_and_what_is_needed() -> None:
    incomplete = replace(COMPLAINT, missing=("Please send a recording.",))
    text = writing.text(report(incomplete, None, MADE), "en")
    assert headings(text) == ["In short", "The complaint", "What is still needed"]
    assert "- Please send a recording." in text


def test_what_is_too_small_to_show_is_not_promised(turns: Columns, found: Recommendation) -> None:
    small = replace(found, status="too small", settings=found.task.settings, estimate=found.settings)
    facts = facts_with(turns, small)
    assert "too few turns to show that it holds" in writing.text(report(COMPLAINT, facts, MADE), "en")
    assert "too few turns yet to promise that" in writing.letter(reply(COMPLAINT, facts), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_and_fetches_nothing(language: Language, judged: Facts) -> None:
    page = writing.html(report(COMPLAINT, judged, MADE), language)
    tags = Tags(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    assert tags.seen.isdisjoint({"script", "img", "iframe", "object", "a", "form", "base"})
    for address in ("http://", "https://", "@import", "url("):
        assert address not in page.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
            'xmlns:xlink="http://www.w3.org/1999/xlink"', ""
        ).replace("url(#", "")


def test_the_same_facts_give_the_same_bytes(judged: Facts) -> None:
    first, second = (writing.html(report(COMPLAINT, judged, MADE), "zh") for _ in range(2))
    assert first == second


def test_every_phrase_of_the_report_is_used(judged: Facts, root: Any) -> None:
    folders = (root / "tuner" / "support" / "report", root / "tuner" / "pages", root / "turntempo" / "show")
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".html"))
    code = "".join(path.read_text() for path in files)
    groups = ("report", "page", "changes", "reply", "sure", "limits")
    keys = [key for key in catalogue("en") if key.partition(".")[0] in groups]
    assert {key.partition(".")[0] for key in keys} == set(groups)
    assert [key for key in keys if f'"{key}"' not in code] == []


HOSTILE = (
    '<script>alert("x")</script><img src=x onerror=alert(1)> </style> {{ 7*7 }} {% raw %} | a | b |\n'
    "# heading\n- item\n1. one\n```\ncode\n```\n[link](javascript:alert(1)) ![p](http://a.example/b.png) *b* _i_ `c`\n"
    "\u202egnp.exe \x1b[31mred ---\n| --- |\n&lt;b&gt; <http://a.example>"
)


def hostile_page() -> Page:
    return report(Complaint(HOSTILE, {"customer": HOSTILE, "users_report": HOSTILE, "product": HOSTILE}), None, MADE)


def test_a_customer_s_markup_does_nothing_in_html() -> None:
    page = writing.html(hostile_page(), "en")
    assert Tags(page).seen <= {
        *("html", "head", "meta", "link", "title", "style", "body", "main", "header", "section"),
        *("h1", "h2", "p", "blockquote", "div", "table", "thead", "tbody", "tr", "th", "td"),
    }
    assert page.count("</style>") == 1
    assert "{{ 7*7 }} {% raw %}" in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_a_customer_s_markup_does_nothing_in_markdown() -> None:
    from markdown_it import MarkdownIt

    text = writing.text(hostile_page(), "en")
    shown = MarkdownIt("commonmark").enable("table").render(text)
    assert Tags(shown).seen <= {"h1", "h2", "p", "blockquote", "table", "thead", "tbody", "tr", "th", "td"}
    assert "[link](javascript:alert(1))" in shown
    assert shown.count("<tr>") == 2
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_figure_that_the_recording_does_not_show_is_said_not_to_be_known(turns: Columns) -> None:
    bare = turns.replace(pauses_known=np.zeros(len(turns), dtype=np.bool_))
    texts = {
        language: writing.text(report(COMPLAINT, facts_with(bare, None), MADE), language) for language in LANGUAGES
    }
    assert "users cut off: **not known** (the recording does not hold the pauses inside users' turns)" in texts["en"]
    assert "被抢话的用户" in texts["zh"]
    assert "未知" in texts["zh"]
    assert "users cut off: **0%**" not in texts["en"]
