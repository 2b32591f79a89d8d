"""TOML is read as `tomllib` reads it, but for keys of which that takes the square of the length."""

import tomllib

import pytest

from stages.toml import LONGEST_KEY, loaded


def dotted(names: int) -> str:
    return ".".join(["a"] * names)


@pytest.mark.parametrize(
    "text",
    [
        f"{dotted(LONGEST_KEY)} = 1\n",
        f"[{dotted(LONGEST_KEY)}]\n",
        f"# {dotted(99)}\na = 1\n",
        f'a = "{dotted(99)}"\n',
        f"a = '{dotted(99)}'\n",
        f'a = """\n{dotted(99)} = 1\n"" \\""" """\n',
        f"a = '''\n{dotted(99)} = 1\n'''\n",
        f'a = "\\" {dotted(99)}"\n',
    ],
)
def test_what_is_no_long_key_is_read_as_tomllib_reads_it(text: str) -> None:
    assert loaded(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{dotted(LONGEST_KEY + 1)} = 1\n", "line 1, column 1"),
        (f"b = 1\n  {dotted(LONGEST_KEY + 1)}\n", "line 2, column 3"),
        (f"[{dotted(LONGEST_KEY + 1)}]\n", "line 1, column 2"),
        (f"[[ {dotted(LONGEST_KEY + 1)} ]]\n", "line 1, column 4"),
        (f"b = {{ c = 1, {dotted(LONGEST_KEY + 1)} = 1 }}\n", "line 1, column 14"),
        ('"a" . ' * LONGEST_KEY + "'a' = 1\n", "line 1, column 1"),
        (dotted(500_000), "line 1, column 1"),
    ],
)
def test_a_key_of_more_names_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match=f"over {LONGEST_KEY} names .at {place}"):
        loaded(text)
