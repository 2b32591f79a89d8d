"""A report as files: HTML and Markdown, in each language. Here, and nowhere else, text is made harmless.

Blocks hold text alone, so all of it goes through two doors: `_html` and `_markdown`. What a customer wrote stays
readable and does nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from stages.escaping import markdown, visible
from stages.i18n import Language, say
from tuner.pages.blocks import Chart, Page
from tuner.support.report.customer_words import to_customer
from tuner.support.report.plots.charts import chart_svg
from tuner.support.report.plots.palette import NAMES

if TYPE_CHECKING:
    from jinja2 import Environment


def html(page: Page, language: Language) -> str:
    """One self-contained page: styles and plots are inside, nothing is fetched, no script runs."""
    return _pages(language, "html").get_template("page.html").render(page=page, language=language)


def text(page: Page, language: Language) -> str:
    """The same as Markdown; plots become tables and charts of characters."""
    return _lines(_pages(language, "markdown").get_template("page.md").render(page=page))


def letter(page: Page, language: Language) -> str:
    """A page without headings as Markdown: to be pasted into a reply."""
    return _lines(_pages(language, "markdown").get_template("letter.md").render(page=page))


def _lines(text: str) -> str:
    """With at most one empty line between two others, and none at the ends."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for place, line in enumerate(lines) if line or lines[place - 1]]
    return "\n".join(kept) + "\n"


@cache
def _pages(language: Language, form: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    def harmless(value: Any) -> Any:
        return (_html if form == "html" else _markdown)(value, language)

    pages = Environment(
        loader=PackageLoader("tuner.support.report"),
        autoescape=form == "html",
        finalize=harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals |= {"say": say, "colours": NAMES}
    pages.filters |= {
        "drawn": lambda chart: _drawn(chart, language),
        "verbatim": lambda lines: _verbatim(lines, language),
    }
    pages.tests["a"] = lambda block, name: type(block).__name__ == name
    return pages


_NUMBER = r"\d[\d,]*(\.\d+)?"
_PLAIN = re.compile(
    rf"-?{_NUMBER}%?( - {_NUMBER}%?)?( ms)?|\d{{4}}-\d\d-\d\d|-|(?!(?i:www))[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"
)


_HOST = re.compile(
    r"\.([a-z]{2}|biz|com|edu|gov|net|org|pro|web|xxx|aero|asia|coop|info|museum|name|shop|xn--[a-z0-9-]+)(?![a-z0-9_])",
    re.IGNORECASE,
)
"""The end of a name that linkify-it takes for a host, with its list of top-level domains."""


class _Ours(str):
    """Text that is markup of ours already."""


def _html(value: Any, language: Language) -> Any:
    """The text in the language, control characters shown; the environment escapes it afterwards."""
    return visible(to_customer(value, language)) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _markdown(value: Any, language: Language) -> Any:
    """The text in the language; text from outside the catalogue has its Markdown escaped."""
    return to_customer(value, language, _inert) if isinstance(value, str) and not isinstance(value, _Ours) else value


def _inert(text: str) -> str:
    """Text with its marks escaped; numbers and names of settings, which mean nothing in Markdown, as they are."""
    return text if _PLAIN.fullmatch(text) and not _HOST.search(text) else markdown(text)


def _drawn(chart: Chart, language: Language) -> Any:
    from markupsafe import Markup

    return Markup(chart_svg(chart, language))  # drawn by us; labels are escaped by the library


def _verbatim(lines: tuple[str, ...], language: Language) -> _Ours:
    """Lines for a block of code, which can hold no fence of their own."""
    return _Ours("\n".join(visible(to_customer(line, language)).replace("`", "'") for line in lines))
