"""TypeScript and JavaScript: read by parsing, never by running; changed only where they have to."""

import pytest

from stages.errors import SettingsError
from tuner.formats.script.text import TypeScript
from tuner.formats.tree import NULL

FORMAT = TypeScript("Session", {"ear": "Ear.load"}, "lib.Session")


def options(inside: str, before: str = "") -> dict[str, object]:
    tree = dict(FORMAT.parse(f"{before}\nnew lib.Session<T>({{ {inside} }});", "agent.ts"))
    tree.pop("ear", None)
    return tree


def changed(text: str, **changes: object) -> str:
    return FORMAT.edited(text, {name.replace("__", "."): value for name, value in changes.items()})


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("300", 300),
        ("-1_000", -1000),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        ("'it\\'s \\u0041\\x42\\u{43}\\n'", "it's ABC\n"),
        ("`plain`", "plain"),
        ("(true as const)", True),
        ("null satisfies T", None),
        ("[1, ['x']]", [1, ["x"]]),
        ("{ b: { 'c-d': 1 } }", {"b": {"c-d": 1}}),
        ("/* a */ 3 // b\n", 3),
    ],
)
def test_literals_are_read_with_their_types_and_brackets_around_them(code: str, value: object) -> None:
    assert options(f"a: {code}") == {"a": value}


@pytest.mark.parametrize(
    "code",
    ["WAIT", "5 * 60", "`x${y}`", "process.env.WAIT ?? 300", "await f()", "10n", "0x1F", '/x"/g', "[1, x]", "() => 1"],
)
def test_what_only_running_would_give_is_code_with_its_line(code: str) -> None:
    found = options(f"a: 1,\n b: {code}", "// first\n")["b"]
    assert (found, getattr(found, "line", None)) == (code, 4)


def test_undefined_says_as_much_as_nothing() -> None:
    assert options("a: undefined, b: 1") == {"b": 1}
    assert changed("new Session({ a: undefined })", a=2) == "new Session({ a: 2 })"


def test_names_that_are_bound_once_are_followed() -> None:
    before = "const WAIT = 300; const base = { c: 1 } as const; let d = { wait: WAIT };\n"
    assert options("...base, d, e: WAIT", before) == {"c": 1, "d": {"wait": 300}, "e": 300}


@pytest.mark.parametrize(
    "before",
    [
        "let WAIT = 1; WAIT = 2;",
        "let WAIT = 1; WAIT++;",
        "const f = (WAIT) => { const WAIT = 1; }",
        "const { WAIT } = config;",
        "import { WAIT } from './config';",
        "function WAIT() {}",
    ],
)
def test_names_that_may_be_anything_are_code(before: str) -> None:
    assert options("a: WAIT", before) == {"a": "WAIT"}


def test_a_value_behind_a_name_is_changed_where_it_stands_if_nothing_else_means_it() -> None:
    code = "const WAIT = 300; // agreed\nnew Session({ a: { wait: WAIT } });\n"
    assert changed(code, a__wait=200) == code.replace("300", "200")
    twice = "const wait = 300;\nnew Session({ a: { wait }, b: wait });\n"
    assert changed(twice, a__wait=200) == twice.replace("{ wait }", "{ wait: 200 }")
    whole = "const a = { wait: 300 };\nnew Session({ a, b: a });\n"
    with pytest.raises(SettingsError, match=r"a: is `a`, which this file means elsewhere too: set wait=200 by hand"):
        changed(whole, a__wait=200)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("new Session({})", "new Session({ wait: 1 })"),
        ("new Session({ stt })", "new Session({ stt, wait: 1 })"),
        ("new Session({\n  a: 2,\n})", "new Session({\n  a: 2,\n  wait: 1,\n})"),
        ("new Session({\n  a: 2 // two\n})", "new Session({\n  a: 2, // two\n  wait: 1,\n})"),
        ("new Session({\n  // soon\n})", "new Session({\n  // soon\n  wait: 1\n})"),
        ("new Session()", "new Session({ wait: 1 })"),
        ("new Session({\r\n\ta: 2,\r\n})", "new Session({\r\n\ta: 2,\r\n\twait: 1,\r\n})"),
    ],
)
def test_a_member_is_added_as_the_others_are_laid_out(code: str, expected: str) -> None:
    assert changed(code, wait=1) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("new Session({ wait: 1 })", "new Session({})"),
        ("new Session({ wait: 1, a: 2 })", "new Session({ a: 2 })"),
        ("new Session({ a: 2, wait: 1 })", "new Session({ a: 2 })"),
        ("new Session({\n  a: 2, // two\n  wait: 1, // one\n})", "new Session({\n  a: 2, // two\n})"),
        ("new Session({\n  a: 2, // two\n  wait: 1\n})", "new Session({\n  a: 2 // two\n})"),
        ("new Session({\n  wait: 1,\n  // of a\n  a: 2,\n})", "new Session({\n  // of a\n  a: 2,\n})"),
    ],
)
def test_a_member_is_taken_out_with_its_comma(code: str, expected: str) -> None:
    assert changed(code, wait=None) == expected


def test_a_part_is_changed_in_the_call_that_makes_it() -> None:
    code = "const ear = await lib.Ear.load();\nnew Session({ ear, on: true });\n"
    assert changed(code, ear__n=3) == code.replace("load()", "load({ n: 3 })")
    assert FORMAT.parse(code, "a.ts")["ear"] == {}


def test_a_part_that_no_call_of_the_file_makes_is_code() -> None:
    assert FORMAT.parse("\nnew Session({ ear: ears[0] })", "a.ts")["ear"] == "ears[0]"
    made_elsewhere = FORMAT.parse("\nnew Session({ on: true })", "a.ts")["ear"]
    assert (made_elsewhere, made_elsewhere.line) == ("Ear.load(...)", 2)


def test_texts_are_written_in_the_quotes_of_the_file() -> None:
    assert changed("f('x'); new Session({ a: 1 })", a="y") == "f('x'); new Session({ a: 'y' })"
    assert changed("f('x'); new Session({ a: 1 })", a="it's") == "f('x'); new Session({ a: \"it's\" })"
    assert changed('new Session({ a: "x" })', a=NULL) == "new Session({ a: null })"


def test_a_new_file_reads_as_what_was_written() -> None:
    values = {"a.b": 1, "a.c-d": "it's", **{f"e.{name * 12}": True for name in "fghijk"}, "l": NULL, "m": None}
    text = FORMAT.fresh(values)
    assert text.startswith("const session = new lib.Session({\n  a: { b: 1, 'c-d': \"it's\" },\n")
    assert max(map(len, text.splitlines())) <= 100
    tree = FORMAT.parse(text, "a.ts")
    assert (tree["a"], tree["l"], len(tree["e"])) == ({"b": 1, "c-d": "it's"}, None, 6)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("const x = {", r"agent\.ts:1: is neither JavaScript nor TypeScript from here on"),
        ("f();\nnew Session({}); new Session({})", r"agent\.ts:2: Session\(\.\.\.\) stands here and in line 2"),
        ("new Session({ a: { b: } })", r"agent\.ts:1: Session\(\.\.\.\) is not closed, or holds what is no TypeScript"),
        ("new Session({a:" + "{a:" * 70 + "1" + "}" * 70 + "})", r"agent\.ts: is nested too deeply or too large"),
        (
            "".join(f"const a{n} = {{ x: a{n + 1}, y: a{n + 1} }};\n" for n in range(50)) + "new Session(a0)",
            r"agent\.ts: is nested too deeply or too large",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(code: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        FORMAT.parse(code, "agent.ts")


def test_an_error_elsewhere_in_the_file_does_not_matter() -> None:
    assert FORMAT.parse("const x = @ @;\n\nnew Session({ wait: 1 });\n", "a.ts")["wait"] == 1
