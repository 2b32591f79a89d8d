"""Versions in order, and what a requirement allows."""

import pytest

from stages.errors import InputError
from tuner.targets.versions.version import Version, span, spec


def test_versions_are_ordered_by_their_numbers_and_early_ones_come_first() -> None:
    texts = ["0.0.9", "0.0.108", "1.2.7", "1.2.15", "1.3.0rc2", "1.3.0", "2.0.0a1", "2.0.0b1", "2.0.0-rc.1", "2.0.0"]
    assert sorted({*texts}, key=Version) == texts
    assert Version("1.2").key == Version("v1.2.0").key


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(InputError, match="write it as in 1"):
        _ = Version("newest") < Version("1.0")


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("1.5.4-", "1.5.4", "1.5.3"),
        ("-0.0.108", "0.0.108", "1.0.0"),
        ("0.0.69-0.0.108", "0.0.98", "0.0.68"),
        ("1.2.7", "1.2.7", "1.2.8"),
    ],
)
def test_a_span_of_our_tables(text: str, inside: str, outside: str) -> None:
    assert span(text).holds(Version(inside))
    assert not span(text).holds(Version(outside))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("==1.2.7", ["1.2.7"], ["1.2.8", "1.2.6"]),
        ("~=1.2", ["1.2.0", "1.8.9"], ["2.0.0", "1.1.9"]),
        ("~=1.2.7", ["1.2.7", "1.2.18"], ["1.3.0"]),
        (">=1.0, <2", ["1.0.0", "1.8.9"], ["2.0.0", "0.12.3"]),
        (">= 1.2.7,<1.3", ["1.2.18"], ["1.3.0"]),
        ("==1.2.*", ["1.2.0", "1.2.18"], ["1.3.0"]),
        ("^1.4.0", ["1.4.0", "1.9.0"], ["2.0.0", "1.3.9"]),
        ("^0.0.87", ["0.0.87"], ["0.0.88"]),
        ("~1.4.0", ["1.4.9"], ["1.5.0"]),
        ("1.4.x", ["1.4.9"], ["1.5.0"]),
        (">=1.0.12 <1.2", ["1.1.0"], ["1.2.0"]),
        ("*", ["0.0.1", "9.9.9"], []),
        ("!=1.3.0", ["1.3.1"], []),
        ("1.2.7", ["1.2.7"], ["1.2.8"]),
    ],
)
def test_what_a_requirement_allows(text: str, inside: list[str], outside: list[str]) -> None:
    assert [one for one in inside if not spec(text).holds(Version(one))] == []
    assert [one for one in outside if spec(text).holds(Version(one))] == []


def test_a_pin_is_one_version() -> None:
    assert spec("==1.2.7").exact == Version("1.2.7")
    assert spec("~=1.2.7").exact is None
