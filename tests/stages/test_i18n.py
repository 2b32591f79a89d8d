import json
import pickle
from string import Formatter

import pytest

from stages.i18n import LANGUAGES, Language, Said, catalogue, joined, say, translate


def placeholders(phrase: str) -> set[tuple[str, str]]:
    """Name and format of every value that a phrase takes."""
    return {(name, form or "") for _, name, form, _ in Formatter().parse(phrase) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: Language) -> None:
    assert set(catalogue(language)) == set(catalogue("en"))


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_a_phrase_takes_the_same_values_in_every_language(key: str) -> None:
    assert placeholders(catalogue("zh")[key]) == placeholders(catalogue("en")[key])


def test_a_phrase_is_english_text_and_can_be_translated_to_chinese() -> None:
    said = say("recommendation.sooner", ms=1790.4)
    assert said == "1,790 ms sooner"
    assert json.dumps({said: said}) == '{"1,790 ms sooner": "1,790 ms sooner"}'
    assert translate(said, "en") == "1,790 ms sooner"
    assert translate(said, "zh") == "提前 1,790 ms"


def test_values_that_are_phrases_are_translated_too() -> None:
    said = say("recommendation.sized", size=say("recommendation.later", ms=20), n=1503)
    assert (said, translate(said, "zh")) == ("20 ms later (n = 1,503)", "推迟 20 ms（n = 1,503）")
    both = joined([say("figure.lost_rate"), "x.y"], "and")
    assert (both, translate(both, "zh")) == ("turns lost and x.y", "丢失的轮次，以及x.y")


def test_text_without_a_key_is_not_translated() -> None:
    assert translate("a customer's {words}", "zh") == "a customer's {words}"
    assert say("finding.sentence", text="{a} {0} {b!r}") == "{a} {0} {b!r}"


def test_a_sentence_begins_with_a_capital_but_for_names_of_settings() -> None:
    assert say("finding.sentence", text="users wait.") == "Users wait."
    assert say("finding.sentence", text="llm.hedge on.") == "llm.hedge on."
    assert say("finding.sentence", text="") == ""
    assert say("complained.path", path="a wait.", without="3%") == "A wait. does it: without it 3%"


def test_a_phrase_survives_pickling() -> None:
    said = say("recommendation.sooner", ms=5)
    again = pickle.loads(pickle.dumps(said))
    assert isinstance(again, Said)
    assert translate(again, "zh") == translate(said, "zh")


def test_an_unknown_phrase_key_raises() -> None:
    with pytest.raises(KeyError):
        say("no.such_phrase")


def test_reasons_in_tables_are_translated_by_their_sentence() -> None:
    assert translate("voice interrupts", "en") == "voice interrupts"
    assert translate("voice interrupts", "zh") != "voice interrupts"
    assert translate("what a customer wrote", "zh") == "what a customer wrote"
