"""A report of a hostile customer's case: their markup is text, their links do nothing, their secrets are not in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from tests.safety.acting import ACTS
from turntempo.__main__ import main

SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    f"{SCRIPT}<img src=x onerror=alert(1)><svg onload=alert(1)>\"'><a href=javascript:alert(1)>x</a>"
    "{{7*7}}{% raw %}${7*7} [click](javascript:alert(1)) ![x](http://evil.example/p.png) "
    "</style><style>body{display:none}</style> \u202egnp.exe \x1b[2J"
)
SECRETS = ("sk-proj-AbCdEf123456_7890-xyzXYZ", "13812345678", "li.lei@example.cn")
LOADING = frozenset(("src", "href", "xlink:href", "srcset", "action", "formaction", "data", "poster", "background"))


class Page(HTMLParser):
    """Elements and attributes of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the report of a case whose every text is hostile, and holds secrets."""
    folder = tmp_path_factory.mktemp("hostile")
    said = f"{HOSTILE} {' '.join(SECRETS)}"
    main(["simulate", "ai-tutor", "-n", "120", "-o", str(folder / "plain.jsonl")])
    with open(folder / "r.jsonl", "w") as stream:
        for line in (folder / "plain.jsonl").read_text().splitlines():
            turn = json.loads(line)
            if "session" in turn:
                name = f"{SCRIPT}{SECRETS[1]}{turn['session']}"
                turn["id"], turn["session"] = f"{name}-{turn['index']}", name
            stream.write(json.dumps(turn) + "\n")
    (folder / f"{SECRETS[1]} <b>.txt").write_text(said)
    case = folder / "case <i>"
    texts = (
        "title",
        "customer",
        "users-report",
        "steps",
        "tried",
        "product",
        "scenario",
        "device",
        "network",
        "region",
    )
    form = [part for name in texts for part in (f"--{name}", f"{name} {said}")]
    assert main(["case", "new", str(case), *form, "--who", said[:100]]) == 0
    attached = [str(folder / f"{SECRETS[1]} <b>.txt"), "--recording", str(folder / "r.jsonl"), "--who", "ann"]
    assert main(["case", "attach", str(case), *attached]) == 0
    assert main(["case", "log", str(case), "found", said, "--who", said[:100]]) == 0
    assert main(["report", str(case), "--profile", "ai-tutor", "-o", str(folder / "report"), "--who", "ann"]) == 0
    return {path.name: path.read_text() for path in (folder / "report").iterdir()}


def test_there_is_a_report_in_two_forms_and_two_languages(reports: dict[str, str]) -> None:
    assert {"report.html", "report.zh.html", "report.md", "report.zh.md"} <= set(reports)


@pytest.mark.parametrize("name", ["report.html", "report.zh.html"])
def test_markup_of_a_customer_is_text(reports: dict[str, str], name: str) -> None:
    page = Page(reports[name])
    assert {"script", "img", "iframe", "object", "embed", "form", "input", "base"} & set(page.tags) == set()
    assert [attribute for attribute in page.attributes if attribute[0].startswith("on")] == []
    assert SCRIPT in page.text
    assert "{{7*7}}" in page.text
    assert page.tags.count("style") <= 1


@pytest.mark.parametrize("name", ["report.html", "report.zh.html"])
def test_a_page_loads_nothing(reports: dict[str, str], name: str) -> None:
    page = Page(reports[name])
    outside = [value for key, value in page.attributes if key in LOADING and not value.startswith(("#", "data:"))]
    assert outside == []
    assert re.findall(r"url\((?!#)|@import", reports[name]) == []


def test_nothing_acts_on_a_terminal_or_turns_text_round(reports: dict[str, str]) -> None:
    assert reports
    for text in reports.values():
        assert ACTS.findall(text) == []


def test_no_secret_is_in_a_report(reports: dict[str, str]) -> None:
    assert [(name, one) for name, text in reports.items() for one in SECRETS if one in text] == []
    assert "REDACTED-phone-1" in reports["report.html"]


@pytest.mark.parametrize("name", ["report.md", "report.zh.md"])
def test_markdown_of_a_customer_does_nothing(reports: dict[str, str], name: str) -> None:
    from markdown_it import MarkdownIt

    page = Page(MarkdownIt("gfm-like").render(reports[name]))
    assert "a" not in page.tags
    assert {"script", "style", "iframe", "object", "form"} & set(page.tags) == set()
    assert [one for one in page.attributes if one[0].startswith("on")] == []
    assert [
        value for key, value in page.attributes if (key in LOADING and "evil" in value) or "javascript" in value
    ] == []
