"""The contract of every reader: it finds the values of any text with their places, and writes others there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner.formats.placed.edits import Edit, applied
from tuner.formats.placed.node import scalars
from tuner.formats.readers import READERS, reader_of

HOLDING = {
    ".json": '{"a": {"wait": "before"}, /* x */ "n": 12,}',
    ".yaml": "a:\n  wait: 'before' # x\nn: 12\n",
    ".toml": "[a]\nwait = 'before' # x\nn = 12\n",
    ".py": "a = Made(wait='be' + 'fore', n=12)  # x\n",
    ".ts": "const a = new Made<T>({ wait: `before`, n: 12 }); // x\n",
    ".tsx": "const a = <T wait='x'>{ { wait: 'before', n: 12 }.n }</T>;\n",
    ".env": "# x\nwait='before'\nn=12\n",
    ".csv": 'wait;n\n"before";12\n',
}
every = pytest.mark.parametrize("suffix", HOLDING)
BROKEN = st.text(st.sampled_from("{}[]()\"'`,:=#/*-\\\n\t ab1.é<>|&!%$;"), max_size=80)


def test_every_reader_is_held_to_the_contract() -> None:
    assert {type(reader_of(f"x{suffix}")) for suffix in HOLDING} == {type(one) for one in READERS.values()}


@every
def test_a_text_is_found_and_another_is_written_in_its_place(suffix: str) -> None:
    reader, text = READERS[suffix], HOLDING[suffix]
    (node,) = [one for one in scalars(reader.nodes(text)) if one.value == "before"]
    new = reader.rewritten(text, node, 'it\'s "new"' if suffix != ".env" else "new")
    assert new is not None
    after = applied(text, [Edit(node.start, node.end, new)])[0]
    values = [one.value for one in scalars(reader.nodes(after))]
    assert ("new" if suffix == ".env" else 'it\'s "new"') in values
    assert "before" not in values


@every
@given(text=BROKEN)
def test_any_text_can_be_read_and_values_stand_apart_in_it(suffix: str, text: str) -> None:
    places = sorted((one.start, one.end) for one in scalars(READERS[suffix].nodes(text)) if one.value is not None)
    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))


@every
@given(text=st.text(max_size=40))
def test_any_letters_can_be_read(suffix: str, text: str) -> None:
    assert all(one.end <= len(text) for one in scalars(READERS[suffix].nodes(text)))


DEEP = 30_000
HOSTILE = {
    "opened": "[" * DEEP,
    "objects": '{"a":' * DEEP,
    "quotes": '"' * DEEP,
    "escapes": '"' + "\\" * DEEP,
    "comments": "/*" * DEEP,
    "dots": "a." * DEEP + "b=1",
    "lists": "- " * 2000,
    "names": "a: " * 2000,
    "calls": "f(" * DEEP,
    "sums": "x = 'a'" + "+ 'a'" * 2000,
    "spaces": "a=" + " " * DEEP + "b",
    "templates": "`${" * DEEP,
    "aliases": "a: &a [x]\n" + "b: &a [*a, *a, *a]\n" * 30,
}


@every
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_without_recursion(suffix: str, text: str) -> None:
    assert all(one.end <= len(text) for one in scalars(READERS[suffix].nodes(text)))
