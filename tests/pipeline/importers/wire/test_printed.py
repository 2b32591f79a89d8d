"""What Python prints is read as values, and never run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.importers.wire.printed import printed_value

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_a_printed_value_is_the_value(value: object) -> None:
    assert printed_value(repr(value)) == value


def test_a_model_is_its_fields() -> None:
    text = "Event(type='x', at=1.5, held=Inner(names=['a', 'b'], none=None), kind=<Kind.A: 1>)".replace(
        "<Kind.A: 1>", "A.b"
    )
    assert printed_value(text) == {
        "type": "x",
        "at": 1.5,
        "held": {"names": ["a", "b"], "none": None},
        "kind": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        "{'a': ",
        "[" * 5000 + "]" * 5000,
        "{'a':" * 150 + "1" + "}" * 150,
        "-" * 5000 + "1",
        "'" + "x" * (1 << 20) + "'",
        "{'a': '\\x'}",
        "1 +",
        "\0",
    ],
)
def test_what_is_broken_too_deep_or_too_long_is_no_value(text: str) -> None:
    assert printed_value(text) is None


def test_code_is_not_run() -> None:
    assert printed_value("{'a': __import__('os').system('x'), 'b': [y for y in z]}") == {"a": {}, "b": None}


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_none(text: str) -> None:
    for held in (text, "{'type': " + text + "}"):
        assert isinstance(printed_value(held), dict | list | str | int | float | None)
