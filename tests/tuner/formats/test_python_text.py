"""Python files: read by parsing, never by running; changed only where they have to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.errors import SettingsError
from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.formats.tree import NULL, leaves

FORMAT = Python(
    made=(
        Made("Session", ("Session",), "Session", variable="session"),
        Made("Ear", ("lib.Ear", "Ear.load"), "lib.Ear", "Session.ear"),
        Made("Rule", ("Rule",), "Rule", "Session.rules", listed=True),
        Made("Other", ("Other",), "Other", "Session.rules", listed=True),
        Made("Box", ("*Box",), "dict", variable="box"),
    ),
    imports={"Session": "lib", "Wires": "lib.wires", "lib": "vendor", "Rule": "vendor.rules", "Other": "vendor.rules"},
    calls={"Session.wires": "Wires"},
    spelled={"Session.mode": {"Model": "Model()", "OldModel": "Model()"}},
    header="# Ours.\n",
)


def changed(text: str, **changes: object) -> str:
    return FORMAT.edited(text, {name.replace("__", "."): value for name, value in changes.items()})


def test_a_file_is_never_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    runs = f"open({str(ran)!r}, 'w')"
    code = f"{runs}.close()\nSession(wait=0.3, name={runs}, n=__import__('os').getpid())\n"
    assert FORMAT.parse(code, "agent.py")["Session"]["wait"] == 0.3
    assert FORMAT.edited(code, {"Session.wait": 0.4}) == code.replace("0.3", "0.4")
    assert not ran.exists()


def test_arguments_dicts_and_names_that_are_bound_once_are_read() -> None:
    tree = FORMAT.parse(
        "WAIT = 0.4\nturns = {'a': {'b': WAIT}, **{'c': 1}}\nopts = dict(x=-2)\n"
        "def f():\n    return vendor.Session[int](turns=turns, on=True, pair=(1.0, 2.0), **opts, ear=lib.Ear(n=3))\n",
        "agent.py",
    )
    session = {"turns": {"a": {"b": 0.4}, "c": 1}, "on": True, "pair": [1.0, 2.0], "x": -2, "ear": {"n": 3}}
    assert tree == {"Session": {"()": "vendor.Session"} | session, "Ear": {"()": "lib.Ear", "n": 3}}


@pytest.mark.parametrize(
    "code",
    [
        "WAIT = 0.4\nWAIT = 0.5\nSession(wait=WAIT)",
        "def f(WAIT):\n    WAIT = 0.4\n    Session(wait=WAIT)",
        "for WAIT in (1, 2):\n    Session(wait=WAIT)",
        "WAIT = WAIT\nSession(wait=WAIT)",
        "from config import WAIT\nSession(wait=WAIT)",
        "Session(wait=WAIT)",
    ],
)
def test_what_only_running_shows_is_reported_as_code(code: str) -> None:
    assert FORMAT.parse(code, "agent.py")["Session"]["wait"] == "WAIT"


def test_calls_that_stand_for_a_choice_are_reported_by_name() -> None:
    assert FORMAT.parse("Session(mode=plugin.OldModel(x=1))", "a")["Session"]["mode"] == "Model()"
    assert FORMAT.parse("Session(mode=Odd())", "a")["Session"]["mode"] == "Odd()"
    assert FORMAT.parse("Session(wait=env('A'))", "a")["Session"]["wait"] == "env('A')"
    assert FORMAT.parse("Session(mode='vad')", "a")["Session"]["mode"] == "vad"


def test_a_value_is_replaced_where_it_stands_and_all_else_stays() -> None:
    code = (
        "# 你好\r\nSTART = 0.4  # seconds\r\n\r\n"
        "session = Session(\r\n    turns={'wait': START, \"most\": (3.0)},  # note\r\n)\r\n"
    )
    found = changed(code, Session__turns__wait=0.25, Session__turns__most=2)
    assert found == code.replace("0.4", "0.25").replace("3.0", "2")


def test_a_name_that_is_used_elsewhere_too_keeps_its_value() -> None:
    code = "WAIT = 0.4\nSession(wait=WAIT, turns={'most': WAIT})\n"
    assert changed(code, Session__wait=0.3) == code.replace("(wait=WAIT", "(wait=0.3")


def test_an_object_that_is_given_twice_is_not_changed_for_both() -> None:
    code = "wires = Wires(retries=2)\nSession(wires=wires, more={'wires': wires})\n"
    with pytest.raises(
        SettingsError, match=r"Session\.wires: is `wires`, which this file means elsewhere too: set retries=3"
    ):
        changed(code, Session__wires__retries=3)


def test_setting_what_is_so_already_changes_nothing() -> None:
    code = "Session(wait=0.50, turns={'on': True}, none=None)\n"
    assert changed(code, Session__wait=0.5, Session__turns__on=True, Session__none=NULL, Session__gone=None) == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Session()", "Session(wait=1)"),
        ("Session(a)", "Session(a, wait=1)"),
        ("Session(a, **k)", "Session(a, **k, wait=1)"),
        ("Session(\n    a=2,\n)", "Session(\n    a=2,\n    wait=1,\n)"),
        ("Session(\n    a=2\n)", "Session(\n    a=2,\n    wait=1,\n)"),
        ("Session(\n    a=2,  # two\n)", "Session(\n    a=2,  # two\n    wait=1,\n)"),
        ("Session(\n    a=2  # two\n)", "Session(\n    a=2,  # two\n    wait=1,\n)"),
        ("Session(\n    a=2)", "Session(\n    a=2, wait=1)"),
        ("Session(a=(\n  2\n))", "Session(a=(\n  2\n), wait=1)"),
        ("Session(\r\n\ta=2,\r\n)", "Session(\r\n\ta=2,\r\n\twait=1,\r\n)"),
    ],
)
def test_an_argument_is_added_as_the_others_are_laid_out(code: str, expected: str) -> None:
    assert changed(code, Session__wait=1) == expected


def test_brackets_around_a_value_stay_around_it() -> None:
    code = "Session(turns={'a': ((1\n)  # one )\n)})"
    assert changed(code, Session__turns__b=2) == code.replace(")})", '), "b": 2})')
    assert changed(code, Session__turns__a=2) == code.replace("1", "2")
    with pytest.raises(SettingsError, match=r"Session\.wait: could not be set to 1 in this file; set it by hand"):
        changed("Session((a))", Session__wait=1)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Session(wait=1)", "Session()"),
        ("Session(wait=1, a=2)", "Session(a=2)"),
        ("Session(a=2, wait=1)", "Session(a=2)"),
        ("Session(\n    a=2,\n    wait=1,\n)", "Session(\n    a=2,\n)"),
    ],
)
def test_an_argument_is_taken_out_with_its_comma(code: str, expected: str) -> None:
    assert changed(code, Session__wait=None) == expected


def test_objects_that_are_missing_are_made_as_dicts_or_as_their_own_calls() -> None:
    found = changed("import os\n\nSession(a=1)\n", Session__turns__wait__least=0.3, Session__wires__retries=2)
    assert found == (
        "import os\nfrom lib.wires import Wires\n\n"
        'Session(a=1, turns={"wait": {"least": 0.3}}, wires=Wires(retries=2))\n'
    )


def test_new_lines_end_as_the_files_do() -> None:
    found = changed("import os\r\n\r\nSession(\r\n    a=1,\r\n)\r\n", Session__wires__retries=2)
    assert found == (
        "import os\r\nfrom lib.wires import Wires\r\n\r\nSession(\r\n    a=1,\r\n    wires=Wires(retries=2),\r\n)\r\n"
    )


def test_a_call_that_is_missing_is_given_where_it_belongs() -> None:
    assert (
        changed("from vendor import lib\nSession()\n", Ear__n=3)
        == "from vendor import lib\nSession(ear=lib.Ear(n=3))\n"
    )
    assert changed("x = 1\n", Session__wait=2).endswith("x = 1\n\nsession = Session(wait=2)\n")
    assert FORMAT.parse(changed("", Box__n=2), "a")["Box"] == {"()": "dict", "n": 2}


def test_an_argument_that_is_made_elsewhere_is_not_overwritten() -> None:
    with pytest.raises(SettingsError, match=r"Session\.ear is not made in this file by lib\.Ear.*n=3"):
        changed('Session(ear=userdata["ear"])', Ear__n=3)


def test_what_stays_in_a_list_keeps_its_own_arguments() -> None:
    code = "Session(rules=[Rule(n=1, mine=True), Gone()])\n"
    found = FORMAT.edited(code, {"Session.rules": ["Other", "Rule"], "Rule.n": 2, "Other.deep": True})
    assert found.endswith("Session(rules=[Other(deep=True), Rule(n=2, mine=True)])\n")
    assert FORMAT.parse("Session(rules=[Rule(), Other()])", "a")["Session"]["rules"] == ["Other", "Rule"]


def test_a_new_file_has_its_imports_and_reads_as_what_was_written() -> None:
    values = {
        "Session.mode": "vad",
        "Session.turns.wait": 0.3,
        "Ear.n": 3,
        "Rule.n": 1,
        "Session.none": NULL,
        "Box.n": 1,
    }
    text = FORMAT.fresh({**values, "Session.gone": None, "Ear.()": "lib.Ear"})
    assert text.startswith(
        "# Ours.\nfrom lib import Session\nfrom vendor import lib\nfrom vendor.rules import Rule\n\n"
    )
    tree = FORMAT.parse(text, "a")
    assert tree["Session"]["turns"] == {"wait": 0.3}
    assert (tree["Session"]["mode"], tree["Session"]["none"]) == ("vad", None)
    assert (tree["Ear"]["n"], tree["Rule"]["n"], tree["Box"]["n"]) == (3, 1, 1)


def test_long_code_is_laid_out_an_argument_a_line() -> None:
    text = FORMAT.fresh({f"Session.turns.{name * 8}": 1 for name in "abcdefgh"})
    assert max(map(len, text.splitlines())) <= 88
    assert '        "aaaaaaaa": 1,\n' in text


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("Session(\n", r"agent\.py:1:8: is not Python"),
        ("x = \x00", r"agent\.py.*is not Python"),
        ("(" * 300, r"agent\.py.*is not Python"),
        ("Session()\n\nSession()", r"agent\.py:3: Session\(\.\.\.\) stands here and in line 1"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(code: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        FORMAT.parse(code, "agent.py")


def test_an_object_that_only_running_shows_is_code_with_its_line_and_the_rest_is_read() -> None:
    session = FORMAT.parse("Session(\n  turns=make(1),\n  wait=0.5)", "agent.py")["Session"]
    assert (session["turns"], session["turns"].line, session["wait"]) == ("make(1)", 2, 0.5)
    with pytest.raises(SettingsError, match=r"Session\.turns: is `make\(1\)`, must be an object to hold 'most'"):
        changed("Session(turns=make(1))", Session__turns__most=2)


def test_code_behind_a_name_is_reported_with_the_line_where_it_stands() -> None:
    wait = FORMAT.parse("import os\nWAIT = float(os.environ['W'])\nSession(wait=WAIT)", "a")["Session"]["wait"]
    assert (wait, wait.line) == ("float(os.environ['W'])", 2)


def test_a_call_in_the_place_of_a_value_says_what_it_is() -> None:
    wait = FORMAT.parse("\nSession(wait=Decimal('0.3'))", "a")["Session"]["wait"]
    assert (wait.code, wait.code.line) == ("Decimal('0.3')", 2)


@pytest.mark.parametrize(
    "code",
    [
        "".join(f"a{n} = {{'x': a{n + 1}, 'y': a{n + 1}}}\n" for n in range(50)) + "Session(turns=a0)",
        "".join(f"a{n} = {{'x': a{n + 1}}}\n" for n in range(500)) + "Session(turns=a0)",
        "Session(turns=" + "{'a': " * 70 + "1" + "}" * 70 + ")",
    ],
)
def test_names_that_make_a_file_deep_or_large_are_refused(code: str) -> None:
    with pytest.raises(SettingsError, match=r"a\.py: is nested too deeply or too large"):
        FORMAT.parse(code, "a.py")


def test_a_long_chain_of_attributes_is_read() -> None:
    chain = "a" + ".a" * 1500
    assert FORMAT.parse(f"Session(wait={chain}(1), on=True)\n{chain}.Session", "a")["Session"]["on"] is True


def test_a_customer_s_odd_escapes_warn_nobody() -> None:
    assert FORMAT.parse("Session(name='\\d')", "a")["Session"]["name"] == "\\d"


def test_an_option_in_a_dict_that_is_opened_is_changed_there() -> None:
    code = "Session(turns={**{'c': 1, 'd': 2}, 'a': 3})\n"
    assert changed(code, Session__turns__c=5) == code.replace("1", "5")
    assert changed(code, Session__turns__c=None) == code.replace("'c': 1, ", "")


def test_nothing_is_set_inside_of_what_is_no_object() -> None:
    with pytest.raises(SettingsError, match=r"Session\.deep: is 3"):
        changed("Session(deep=3)", Session__deep__wait=1)


NAMES = st.sampled_from("abcdef")
VALUES = st.one_of(
    st.integers(-5, 5), st.floats(0, 9, width=16), st.booleans(), st.none(), st.text("é你'\"\\#,)", max_size=3)
)
TREES = st.recursive(VALUES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
LAYOUTS = st.lists(st.integers(0, 7), min_size=1, max_size=12)


def written(value: Any, layout: list[int], indent: str = "") -> str:
    """A value as code in one of many hands: a dict or a call, in one line or in many, with comments or without."""
    if not isinstance(value, dict):
        return f"({value!r})" if layout[0] == 7 else repr(value)
    style, rest = layout[0], layout[1:] + layout[:1]
    called, lines = bool(style & 1), bool(style & 2)
    inner = indent + "    " if lines else indent
    heads = ((f"{name}=" if called else f"{name!r}: ", one) for name, one in value.items())
    parts = [head + written(one, rest, inner) for head, one in heads]
    opened, closed = ("dict(", ")") if called else ("{", "}")
    if not parts or not lines:
        return f"{opened}{', '.join(parts)}{closed}"
    note = "  # 注, (" if style & 4 else ""
    body = (
        "".join(f"{inner}{part},{note}\n" for part in parts[:-1])
        + f"{inner}{parts[-1]}{',' if style != 6 else ''}{note}\n"
    )
    return f"{opened}\n{body}{indent}{closed}"


@given(tree=st.dictionaries(NAMES, TREES, min_size=1, max_size=4), layout=LAYOUTS, data=st.data())
def test_however_a_file_is_laid_out_a_change_changes_that_alone(
    tree: dict[str, Any], layout: list[int], data: Any
) -> None:
    code = f"x = 1\nsession = Session(more={written(tree, layout)}, last=2)  # end\n"
    before = FORMAT.parse(code, "agent.py")
    assert before["Session"]["more"] == tree
    path = data.draw(
        st.sampled_from([path for path, value in leaves(tree) if not isinstance(value, Mapping)] or ["new"])
    )
    if data.draw(st.booleans()):
        path = f"{path.rpartition('.')[0]}.new".lstrip(".")
    value = data.draw(VALUES.filter(lambda one: one is not None))
    found = FORMAT.edited(code, {f"Session.more.{path}": value})
    after = dict(leaves(FORMAT.parse(found, "agent.py")))
    assert after == {name: one for name, one in leaves(before) if name != "Session.more" or one} | {
        f"Session.more.{path}": value
    }
    assert found.startswith("x = 1\n")
    assert found.endswith(", last=2)  # end\n")
