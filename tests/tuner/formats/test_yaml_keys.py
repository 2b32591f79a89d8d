"""Keys of YAML that are no text, at any depth."""

from __future__ import annotations

import pytest

from stages.errors import SettingsError
from tuner.formats.yaml_text import Yaml


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1: a\n", {"1": "a"}),
        ("true: a\n", {"true": "a"}),
        ("a:\n  - 2.5: b\n", {"a": [{"2.5": "b"}]}),
        ("a: {null: b}\n", {"a": {"null": "b"}}),
    ],
)
def test_numbers_switches_and_nothing_are_names_as_they_are_written(text: str, tree: object) -> None:
    assert Yaml().parse(text, "a.yaml") == tree


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "a: {? [x] : 1}\n", "a:\n  - ? 2020-01-01\n    : 1\n"])
def test_a_list_or_a_date_as_a_key_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"a\.yaml: a key is no text"):
        Yaml().parse(text, "a.yaml")
