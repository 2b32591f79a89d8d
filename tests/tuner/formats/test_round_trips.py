"""However a file is laid out: what is changed is read as it was changed, and no other byte is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tuner.formats.layouts import WRITERS
from tuner.formats.env_text import Env
from tuner.formats.json_text import Json
from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.formats.script.text import TypeScript
from tuner.formats.toml_text import Toml
from tuner.formats.tree import Format, at, leaves
from tuner.formats.yaml_text import Yaml

FORMATS: dict[str, tuple[Format, str]] = {
    "json": (Json(), ""),
    "yaml": (Yaml(), ""),
    "toml": (Toml(), ""),
    "env": (Env(), ""),
    "python": (Python((Made("Session", ("Session",), "Session", variable="s"),), {}), "Session.options."),
    "typescript": (TypeScript("Session"), ""),
}
"""Format, and where in its tree the objects stand."""

every = pytest.mark.parametrize("name", FORMATS)
KEYS = st.sampled_from("abcdef")
VALUES = st.integers(-99, 99) | st.booleans() | st.floats(0, 9, width=16) | st.text("é #,x}=:{/*[", max_size=5)
TREES = st.dictionaries(
    KEYS,
    st.recursive(VALUES, lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_leaves=8),
    min_size=1,
    max_size=4,
)
HANDS = st.lists(st.integers(0, 7), min_size=1, max_size=20)


@dataclass(frozen=True)
class File:
    """A tree as text."""

    form: Format
    at: str
    tree: Mapping[str, Any]
    text: str

    def read(self, text: str) -> dict[str, Any]:
        tree = self.form.parse(text, "x")
        return dict(leaves(at(tree, self.at.rstrip("."))[1] if self.at else tree))

    def edited(self, path: str, value: Any) -> str:
        return self.form.edited(self.text, {self.at + path: value})


def file(name: str, tree: Mapping[str, Any], hand: list[int]) -> File:
    form, place = FORMATS[name]
    return File(form, place, tree, WRITERS[name](tree, cycle(hand)))


@every
@given(tree=TREES, hand=HANDS)
def test_a_file_is_read_as_what_it_holds(name: str, tree: Mapping[str, Any], hand: list[int]) -> None:
    one = file(name, tree, hand)
    assert one.read(one.text) == dict(leaves(tree))
    assert one.form.edited(one.text, {one.at + path: value for path, value in leaves(tree)}) == one.text


MARKS = st.sampled_from((98765, "marked"))


@every
@given(tree=TREES, hand=HANDS, mark=MARKS, value=VALUES, data=st.data())
def test_a_value_is_changed_where_it_stands_and_no_other_byte(
    name: str, tree: dict[str, Any], hand: list[int], mark: Any, value: Any, data: Any
) -> None:
    path = data.draw(st.sampled_from([path for path, _ in leaves(tree)]))
    one = file(name, replaced(tree, path, mark), hand)
    after = one.edited(path, value)
    assert one.read(after) == dict(leaves(one.tree)) | {path: value}
    before, _, behind = one.text.partition(str(mark))
    quote = 1 if isinstance(mark, str) else 0
    assert after.startswith(before[: len(before) - quote])
    assert after.endswith(behind[quote:])


@every
@given(tree=TREES, hand=HANDS, value=VALUES, data=st.data())
def test_a_member_is_added_and_no_byte_is_lost(
    name: str, tree: dict[str, Any], hand: list[int], value: Any, data: Any
) -> None:
    one = file(name, tree, hand)
    paths = [path for path, _ in leaves(tree)]
    beside = data.draw(st.sampled_from(["", *(path.rpartition(".")[0] for path in paths)]))
    path = data.draw(st.sampled_from(["new", "new.deep", "new.deep.er"]))
    path = f"{beside}.{path}" if beside else path
    after = one.edited(path, value)
    assert one.read(after) == dict(leaves(tree)) | {path: value}
    assert is_within(one.text, after)


@every
@given(tree=TREES, hand=HANDS, data=st.data())
def test_members_are_taken_out_and_nothing_is_put_in(
    name: str, tree: dict[str, Any], hand: list[int], data: Any
) -> None:
    one = file(name, tree, hand)
    paths = data.draw(
        st.lists(st.sampled_from([path for path, _ in leaves(tree)]), min_size=1, max_size=3, unique=True)
    )
    after = one.form.edited(one.text, {one.at + path: None for path in paths})
    left = {path: value for path, value in leaves(tree) if path not in paths}
    assert {path: value for path, value in one.read(after).items() if value != {}} == left
    assert is_within(after.replace("{}", ""), one.text) or name == "yaml"


@every
@given(tree=TREES, hand=HANDS, data=st.data())
def test_many_changes_are_made_at_once(name: str, tree: dict[str, Any], hand: list[int], data: Any) -> None:
    one = file(name, tree, hand)
    paths = [path for path, _ in leaves(tree)]
    beside = [f"{path.rpartition('.')[0]}.new".lstrip(".") for path in paths]
    changes = data.draw(st.dictionaries(st.sampled_from(paths + beside), VALUES | st.none(), min_size=2, max_size=6))
    after = one.form.edited(one.text, {one.at + path: value for path, value in changes.items()})
    wanted = {path: value for path, value in (dict(leaves(tree)) | changes).items() if value is not None}
    assert {path: value for path, value in one.read(after).items() if value != {}} == wanted


@every
@given(tree=TREES, hand=HANDS, value=VALUES, data=st.data())
def test_windows_line_ends_stay(name: str, tree: dict[str, Any], hand: list[int], value: Any, data: Any) -> None:
    one = file(name, tree, hand)
    windows = File(one.form, one.at, tree, one.text.replace("\n", "\r\n"))
    path = data.draw(st.sampled_from([*(path for path, _ in leaves(tree)), "new", "new.deep"]))
    assert windows.edited(path, value) == one.edited(path, value).replace("\n", "\r\n")


def replaced(tree: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    head, _, rest = path.partition(".")
    return {
        name: (replaced(one, rest, value) if rest else value) if name == head else one for name, one in tree.items()
    }


def is_within(short: str, long: str) -> bool:
    """Whether a text is another with letters left out."""
    letters = iter(long)
    return all(letter in letters for letter in short)
