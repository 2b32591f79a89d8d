"""Object literals of JavaScript and TypeScript text as data."""

import pytest

from stages.errors import SettingsError
from tuner.formats.script.data import ScriptData

DATA = ScriptData()
FETCH = 'await fetch(url, { method: "POST", body: JSON.stringify({ wait: { s: 0.4 } }) });\n'


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("const body = { a: { b: 1 } };\n", {"body": {"a": {"b": 1}}}),
        ("vapi.assistants.create({ a: 'x' } as Options);\n", {"create": {"a": "x"}}),
        ('ws.send(JSON.stringify({ type: "session.update" }));\n', {"send": {"type": "session.update"}}),
        ("module.exports = { a: null };\n", {"exports": {"a": None}}),
        ("export default { a: true };\n", {"object": {"a": True}}),
        ("const App = () => <Agent options={{ a: -1.5 }} />;\n", {"object": {"a": -1.5}}),
    ],
)
def test_an_object_stands_under_what_it_is_bound_to_or_given_to(text: str, tree: dict[str, object]) -> None:
    assert DATA.parse(text, "a.ts") == tree


def test_an_object_in_the_call_that_makes_another_s_value_is_one_of_its_own() -> None:
    found = DATA.parse(FETCH, "a.ts")
    assert found["body"] == {"wait": {"s": 0.4}}
    assert found["fetch"]["method"] == "POST"


def test_an_object_with_a_name_is_part_of_the_object_that_names_it() -> None:
    assert DATA.parse("const td = { ms: 1 };\nconst body = { td };\n", "a.ts") == {"body": {"td": {"ms": 1}}}


def test_values_are_changed_where_they_stand() -> None:
    text = "const ms = 480;\nconst body = { wait: ms, // kept\n  next: { a: 1 } };\n"
    assert DATA.edited(text, {"body.wait": 640, "body.next.b": "x"}) == (
        'const ms = 640;\nconst body = { wait: ms, // kept\n  next: { a: 1, b: "x" } };\n'
    )


def test_what_is_neither_language_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"a\.ts:1: is neither JavaScript nor TypeScript"):
        DATA.parse("def f(:\n  '''", "a.ts")


@pytest.mark.parametrize("text", ["const x = 1;\n", "// to come\n", "\n", "const other = { a: 1 };\n"])
def test_an_object_that_the_script_does_not_have_is_to_be_added_by_hand(text: str) -> None:
    with pytest.raises(SettingsError, match="this file has no body to set: add it by hand"):
        DATA.edited(text, {"body.wait": 1})
