"""Addresses with a query, as recognisers take their settings."""

import pytest

from stages.errors import SettingsError
from tuner.formats.url_text import Url

TEXT = 'const url = "wss://api.deepgram.com/v2/listen?model=flux-general-en&eot_threshold=0.8&punctuate=true&keyterm=a%20b";\n'


def test_the_query_is_read_with_its_types() -> None:
    assert Url().parse(TEXT, "url.txt") == {
        "model": "flux-general-en",
        "eot_threshold": 0.8,
        "punctuate": True,
        "keyterm": "a b",
    }


def test_a_value_is_changed_added_and_taken_out_where_it_stands() -> None:
    changed = Url().edited(TEXT, {"eot_threshold": 0.7, "eot_timeout_ms": 3000, "punctuate": None})
    query = "model=flux-general-en&eot_threshold=0.7&keyterm=a%20b&eot_timeout_ms=3000"
    assert changed == f'const url = "wss://api.deepgram.com/v2/listen?{query}";\n'


def test_what_holds_already_is_not_touched() -> None:
    assert Url().edited(TEXT, {"eot_threshold": 0.8, "keyterm": "a b", "mip": None}) == TEXT


@pytest.mark.parametrize("key", ["model", "keyterm"])
def test_the_first_and_the_last_are_taken_out_with_their_sign(key: str) -> None:
    changed = Url().edited(TEXT, {key: None})
    assert key not in Url().parse(changed, "x")
    assert "?&" not in changed
    assert '&"' not in changed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "is no address"),
        ("wss://a/b?x=1 wss://a/b?x=2", "several addresses"),
        ("wss://a/b?x=1&x=2", "x is in the address twice"),
    ],
)
def test_what_is_no_one_address_is_refused(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Url().parse(text, "url.txt")
