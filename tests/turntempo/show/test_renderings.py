"""A recommendation, a diagnosis and both comparisons: built once, rendered four ways, in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.console import Console

from pipeline.completion.fit import NOT_MEASURED
from stages.i18n import LANGUAGES, Language, translate
from tests import tutor_results
from tui.i18n.translator import Translator
from tui.text.document import document
from tuner.pages.blocks import Block, Chapter, Chart, Listed, Note, Page, Paragraph, Table
from tuner.pages.comparison import comparison_page
from tuner.pages.diagnosis import diagnosis_page
from tuner.pages.recommendation import recommendation_page
from tuner.pages.settings_comparison import settings_comparison_page
from tuner.support.report import writing
from tuner.support.report.customer_words import to_customer
from turntempo.show.document import shown

PAGES: dict[str, Callable[[], Page]] = {
    "recommendation": lambda: recommendation_page(tutor_results.recommendation()),
    "diagnosis": lambda: diagnosis_page(tutor_results.diagnosis(), links=True),
    "comparison": lambda: comparison_page(tutor_results.comparison()),
    "settings comparison": lambda: settings_comparison_page(
        tutor_results.settings_comparison(), NOT_MEASURED, "the settings in force", "the settings in b.json"
    ),
}


def on_terminal(page: Page, language: Language) -> str:
    return printed(shown(page.chapters, 400, language))


def on_textual(page: Page, language: Language) -> str:
    return printed(document(page.chapters, Translator(language).translate))


def printed(found: object) -> str:
    console = Console(width=400, color_system=None)
    with console.capture() as captured:
        console.print(found)
    return captured.get()


class Texts(HTMLParser):
    """What a reader of an HTML page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def as_html(page: Page, language: Language) -> str:
    texts = Texts()
    texts.feed(writing.html(page, language))
    return " ".join(texts.found)


def as_markdown(page: Page, language: Language) -> str:
    text = writing.text(page, language).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"\\([^\w\s]|_)", r"\1", text)


RENDERERS = {"terminal": on_terminal, "textual": on_textual, "html": as_html, "markdown": as_markdown}


def texts_of(page: Page) -> Iterator[str]:
    """All that a page says, less what a chart has instead of its picture."""
    for chapter in page.chapters:
        yield chapter.heading
        for block in chapter.blocks:
            yield from _texts(block)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text) | Note(text):
            yield text
        case Listed(items):
            yield from items
        case Table():
            yield from (*block.headers, *(cell for row in block.rows for cell in row))
        case Chart():
            yield from (block.title, block.note)


def joined(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", PAGES)
def test_every_renderer_says_all_of_a_page_in_the_reader_s_language(
    name: str, renderer: str, language: Language
) -> None:
    page = PAGES[name]()
    rendered = joined(RENDERERS[renderer](page, language))
    for_customers = renderer in ("html", "markdown")
    texts = [(to_customer if for_customers else translate)(text, language) for text in texts_of(page) if text]
    assert len(texts) > 20
    assert [text for text in texts if joined(text) not in rendered] == []


EVIL = "\x1b[2J<script>alert(1)</script> [bold]x[/bold] | *y*"


@pytest.mark.parametrize("renderer", RENDERERS)
def test_text_of_others_does_nothing(renderer: str) -> None:
    page = Page("evil", "", (Chapter(EVIL, (Paragraph(EVIL), Listed((EVIL,)), Table((EVIL,), ((EVIL,),)))),))
    rendered = RENDERERS[renderer](page, "en")
    assert "\x1b" not in rendered
    assert rendered.count("[bold]x[/bold]") >= 4
    assert "<script>" not in writing.html(page, "en")
    assert "<script>" not in writing.text(page, "en")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_on_a_terminal_no_line_is_too_long_and_no_figure_is_cut(width: int) -> None:
    judged = tutor_results.comparison()
    many = replace(judged, figures=tuple(replace(one, found=replace(one.found, n=12_345)) for one in judged.figures))
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(shown(comparison_page(many).chapters, width))
    text = captured.get()
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    assert "12,345" in text
