import re
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from tests.browser.chromium import visit

PAGES = ("report.html", "report.zh.html")
SIZE = "--window-size=900,9000"


def brightness(picture: Path) -> float:
    """Of the whole picture, from 0 (black) to 255."""
    with Image.open(picture) as image:
        return ImageStat.Stat(image.convert("L")).mean[0]


def test_these_checks_see_what_a_bad_page_does(tmp_path: Path) -> None:
    bad, work = tmp_path / "bad.html", tmp_path / "work"
    work.mkdir()
    bad.write_text(
        '<script>console.error("ran")</script><img src="https://a.example/x.png">'
        '<style>@import "http://b.example/x.css";</style><iframe src="http://c.example/"></iframe>'
    )
    seen = visit(bad, work, "--screenshot=bad.png")
    assert any("ran" in line for line in seen.console)
    assert {"https://a.example/x.png", "http://b.example/x.css", "http://c.example/"} <= set(seen.requests)


@pytest.mark.parametrize("page", PAGES)
def test_a_report_says_nothing_on_the_console_and_asks_for_nothing(show, pictures: Path, page: str) -> None:
    seen = show(page, SIZE, f"--screenshot={pictures / Path(page).with_suffix('.png')}")
    assert (seen.console, seen.requests) == ((), ())


@pytest.mark.parametrize("page", PAGES)
def test_it_is_light_or_dark_as_the_reader_likes(show, pictures: Path, page: str) -> None:
    light, dark = (pictures / f"{Path(page).stem}-{name}.png" for name in ("light", "dark"))
    show(page, SIZE, f"--screenshot={light}")
    seen = show(page, SIZE, "--blink-settings=preferredColorScheme=0", f"--screenshot={dark}")
    assert (seen.console, seen.requests) == ((), ())
    assert brightness(light) > 220
    assert brightness(dark) < 60


@pytest.mark.parametrize("page", PAGES)
def test_it_prints_on_several_pages(show, pictures: Path, page: str) -> None:
    printed = pictures / Path(page).with_suffix(".pdf")
    seen = show(page, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    assert (seen.console, seen.requests) == ((), ())
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) <= 20


@pytest.mark.parametrize("page", PAGES)
def test_what_the_customer_wrote_is_text_to_the_browser(show, page: str) -> None:
    document = show(page, "--dump-dom").out
    assert "<script" not in document
    assert "<b>" not in document
    assert "<img" not in document
    assert document.count("<style>") == 1
    assert "It takes &lt;b&gt;ages&lt;/b&gt;" in document
    assert "{{ 7*7 }}" in document
    assert "\u202e" not in document
    assert re.search(r"<title>Slow &lt;/title&gt;&lt;script&gt;", document)


def test_words_in_plots_are_text_that_can_be_selected(show) -> None:
    document = show("report.zh.html", "--dump-dom").out
    words = re.findall(r"<text[^>]*>(?:<tspan[^>]*>)?([^<]+)", document)
    assert {"智能体等待的静音", "网络"} <= {word.strip() for word in words}
    assert "user-select: none" not in document
