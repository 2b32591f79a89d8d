"""Text of others does nothing where it is shown."""

from __future__ import annotations

import csv
import html
import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stages.escaping import cell, in_json, markdown, one_line, plain, visible

ANY = st.text(st.characters())  # half characters (surrogates) among them


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, 中文, é, 👍", "plain, 中文, é, 👍"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2J", "\\x9b2J"),
        ("a\rb\bc\x07", "a\\x0db\\x08c\\x07"),
        ("user\u202egpj.exe", "user\\u202egpj.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_control_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY)
def test_nothing_that_is_shown_is_a_control_character(text: str) -> None:
    shown = visible(text)
    acting = {unicodedata.category(one) for one in shown if one not in "\n\t"} & {"Cc", "Cs", "Zl", "Zp"}
    assert acting == set()
    assert visible(shown) == shown
    shown.encode()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202eb", "ab"),
        ("first\r\nsecond\rthird\u2028fourth", "first\nsecond\nthird\nfourth"),
        ("  a\tb \n", "a\tb"),
        ("👩\u200d🏫 学生", "👩\u200d🏫 学生"),
        ("zero\u200bwidth\ufeff\x00", "zerowidth"),
    ],
)
def test_plain_text_loses_its_invisible_characters(text: str, left: str) -> None:
    assert plain(text) == left


@given(ANY)
def test_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert visible(plain(text)) == plain(text).replace("\u200c", "\\u200c").replace("\u200d", "\\u200d")


@given(ANY)
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@given(ANY)
def test_escaped_json_has_the_same_values_and_no_control_characters(text: str) -> None:
    written = in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert visible(written) == written


@pytest.mark.parametrize(
    "formula",
    ["=1+2", '=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "|calc"],
)
def test_a_formula_gets_an_apostrophe_in_a_cell(formula: str) -> None:
    assert cell(formula).startswith("'")


@pytest.mark.parametrize("number", ["-3", "+1.5", "-2e-3", "640", "5%", "text", "a=b", ""])
def test_numbers_and_plain_text_stay_in_a_cell(number: str) -> None:
    assert cell(number) == number


@given(ANY)
def test_a_cell_survives_a_table(text: str) -> None:
    table = io.StringIO()
    csv.writer(table).writerow([cell(text)])
    (row,) = csv.reader(io.StringIO(table.getvalue(), newline=""))
    assert row == [cell(text)]
    assert not row[0].lstrip()[:1] or row[0].lstrip()[0] not in "=@"


@pytest.mark.parametrize(
    "text",
    [
        "# heading",
        "[click](javascript:alert(1))",
        "![x](http://evil.example/p.png)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "**bold** _it_ ~~gone~~ `code`",
        "- item",
        "1. item",
        "1) item",
        "> quote",
        "---",
        "| a | b |",
        "```\ncode",
        "&lt;b&gt; &copy;",
        "http://evil.example",
        "a\\*b",
        "x\n\n# next",
    ],
)
def test_markdown_reads_as_it_was_written(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown(text)).strip()
    assert html.startswith("<p>")
    assert "<" not in html.removeprefix("<p>").removesuffix("</p>")


@given(st.text(st.sampled_from("ab1.)(<>&;#*_`[]!|~-+=\\ \n:/\"'"), max_size=20))
def test_no_markdown_becomes_markup(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown(text)).strip()
    assert "<" not in html.removeprefix("<p>").removesuffix("</p>")


ADDRESSES = (
    "https://evil.example/x?a=1",
    "http://localhost/x",
    "HTTP://EVIL.COM",
    "ftp://evil.com",
    "//evil.com",
    "///localhost",
    "www.evil.com",
    "WWW.1evil.com",
    "evil.com",
    "see evil.com/x.",
    "1.evil.com",
    "agent.py",
    "a@evil.com",
    "mailto:a@evil.com",
    "xmpp:a@evil.com/x",
    "\u4f8b\u5b50.\u516c\u53f8.com",
    "(https://evil.com)",
    "*www.evil.com*",
)


def linked(text: str) -> str:
    """As a reader shows it that makes links of bare addresses."""
    return str(MarkdownIt("gfm-like").render(text))


@pytest.mark.parametrize("text", [*ADDRESSES, "1) first", "1. first", "12.", "3.5 s"])
def test_no_address_becomes_a_link(text: str) -> None:
    shown = linked(markdown(text))
    assert "<a" not in shown
    assert html.unescape(shown).strip() == f"<p>{text}</p>"


def test_the_reader_of_these_tests_makes_links() -> None:
    assert [text for text in ADDRESSES if "<a" not in linked(text)] == ["///localhost"]


PARTS = ("http", "s", ":", "/", "//", "www", ".", "@", "evil", "com", "1", " ", "-", "_", "mailto:")


@given(st.lists(st.sampled_from(PARTS)))
def test_no_parts_of_addresses_become_a_link(parts: list[str]) -> None:
    assert "<a" not in linked(markdown("".join(parts)))


@given(st.text(st.sampled_from("w.:/@htpsco m1"), max_size=30))
def test_nothing_is_left_that_the_grammar_of_links_begins_with(text: str) -> None:
    escaped = markdown(text).lower()
    assert "//" not in escaped
    assert "www." not in escaped
