"""Every term is explained, in every language."""

import tomllib
from importlib.resources import files

import pytest

from pipeline.connect.figures import FIGURES as CONNECT_FIGURES
from pipeline.figures.figures import Figures
from pipeline.figures.outcome import Parts
from stages.connect_settings import CONNECT_SETTINGS
from stages.errors import InputError
from stages.i18n import LANGUAGES, Language, reasons
from stages.i18n.glossary import explained, glossary
from stages.settings import NAMES, SETTINGS, Settings

EVERY = {**SETTINGS, **CONNECT_SETTINGS}
KINDS = {"figure", "part", "group", "finding", "verdict", "term", "setting"}


def tables(language: Language) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("stages.i18n").joinpath(f"glossary.{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_part_and_setting_is_explained(language: Language) -> None:
    known = glossary(language)
    assert {name for name in Figures.model_fields if name != "n"} <= set(known)
    assert set(Parts.model_fields) <= set(known)
    assert set(Settings.model_fields) <= {explained(group, language).name for group in Settings.model_fields} | set(
        known
    )
    assert {name for name, one in known.items() if one.kind == "setting"} == {*NAMES, *CONNECT_SETTINGS}
    assert {one.kind for one in known.values()} == KINDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("figure", sorted({name.partition(".")[0] for name in CONNECT_FIGURES}))
def test_every_figure_of_calls_that_connect_or_not_is_explained(figure: str, language: Language) -> None:
    assert explained(figure, language).kind == "figure"


@pytest.mark.parametrize("word", ["met", "missed", "not shown", "not judged", "infeasible", "too small"])
def test_every_status_is_explained(word: str) -> None:
    assert explained(word, "en").kind == "verdict"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_terms(language: Language) -> None:
    translated, english = tables(language), tables("en")
    assert {kind: list(terms) for kind, terms in translated.items()} == {
        kind: list(terms) for kind, terms in english.items()
    }


def test_every_setting_is_explained_in_the_words_of_its_definition() -> None:
    assert [name for name, one in EVERY.items() if one.meaning[1:] not in glossary("en")[name].text] == []
    assert [name for name, one in EVERY.items() if reasons("zh")[one.meaning] not in glossary("zh")[name].text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_at_most_three_sentences_and_ends_as_one(language: Language) -> None:
    stop = "。" if language == "zh" else "."
    assert glossary(language)
    for one in glossary(language).values():
        assert one.text.endswith(stop), one.name
        assert one.text.count(f"{stop} " if language == "en" else stop) <= 4, one.name


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("floor", "floor"),
        ("TTFT", "ttft"),
        ("cut-off", "cut_off_rate"),
        ("False Start", "false_start_rate"),
        ("response_ms.p95", "response_ms"),
        ("stop_ms.p50", "stop_ms"),
        ("response time", "response_ms"),
        ("backchannel", "backchannel"),
        ("hedging", "hedge"),
        ("prebuffer", "prebuffer"),
        ("other", "other"),
        ("residual", "residual"),
        ("对冲", "hedge"),
        ("endpointing.silence_ms", "endpointing.silence_ms"),
        ("speculative start", "eager"),
    ],
)
def test_a_term_is_found_by_any_of_its_names(word: str, name: str) -> None:
    assert explained(word, "en").name == name


def test_no_name_of_a_term_hides_another_one() -> None:
    names = [(name, language) for language in LANGUAGES for name in glossary(language)]
    assert [name for name, language in names if explained(name, language).name != name] == []
    assert names


def test_an_unknown_term_is_refused_with_the_closest() -> None:
    with pytest.raises(InputError, match="Did you mean prebuffer"):
        explained("prebufer", "en")
    with pytest.raises(InputError, match="lists all of them"):
        explained("xyzzy", "en")


def test_a_setting_is_explained_by_its_definition() -> None:
    term = explained("eager.threshold", "en")
    assert term.text == "The score it takes. It is the score that starts preemptive generation."
    assert (term.unit, term.guide) == ("0..1; default 0.5", "early-start")
    assert "--vary" in explained("vad.silence_ms", "en").text
    assert "默认 640" in explained("endpointing.silence_ms", "zh").unit
