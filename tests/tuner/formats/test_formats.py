"""Text in, text out: what is not changed stays as it was, byte for byte."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.errors import SettingsError
from tuner.formats.env_text import Env
from tuner.formats.json_text import Json
from tuner.formats.toml_text import Toml
from tuner.formats.tree import NULL, Format, at, grown, leaves
from tuner.formats.yaml_text import Yaml

BASES = {
    "json": """{
    "name": "tutor",   "note": "\\u58f0\\u7f51 \\"}{\\"",
    "vad": {"silence_ms": 640.0, "level": [1, {"silence_ms": 3}]},
    "turn": {
        "mode": "vad",
        "wait": 1e3
    },
    "empty": {}
}
""",
    "yaml": """# the tutor's agent
name: 'tutor'   # keep
vad: {silence_ms: 640.0, level: [1, 2]}
turn:
    mode: vad      # or semantic
    wait: 1e3

    #  the next one is old
    list:
      - a
      - silence_ms: 3
empty: {}
last: |
  two
  lines
""",
    "toml": """# the tutor's agent
name = 'tutor'   # keep
empty = {}

[vad]
silence_ms = 640.0 # how long
level = [1,   2]

[turn] # all of it
mode   = "vad"
wait   = 1e3
""",
    "env": """# the tutor's agent
export name='tutor'   # keep
vad__silence_ms=640.0
turn__mode=vad # or semantic

turn__wait=1e3
OTHER_THING="a b # c"
""",
}
FORMATS: dict[str, Format] = {"json": Json(), "yaml": Yaml(), "toml": Toml(), "env": Env()}
every = pytest.mark.parametrize("name", FORMATS)


def changed_lines(before: str, after: str) -> set[str]:
    return set(after.splitlines()) - set(before.splitlines())


@every
def test_setting_what_is_there_already_changes_no_byte(name: str) -> None:
    base = BASES[name]
    assert FORMATS[name].edited(base, {"vad.silence_ms": 640.0, "turn.mode": "vad", "turn.wait": 1000.0}) == base
    assert FORMATS[name].edited(base, {"vad.silence_ms": 640, "turn.wait": 1000}) == base


@every
def test_a_new_value_changes_its_own_line_alone(name: str) -> None:
    after = FORMATS[name].edited(BASES[name], {"turn.mode": "semantic"})
    assert after == BASES[name].replace("vad      #", "semantic      #") if name == "yaml" else True
    (line,) = changed_lines(BASES[name], after)
    assert "semantic" in line
    assert len(after.splitlines()) == len(BASES[name].splitlines())
    assert FORMATS[name].parse(after, "x")["turn"]["mode"] == "semantic"
    assert ("# or semantic" in after) == ("# or semantic" in BASES[name])


@every
def test_a_key_that_is_missing_is_put_beside_its_siblings(name: str) -> None:
    after = FORMATS[name].edited(BASES[name], {"turn.more": 5, "vad.new": True})
    tree = FORMATS[name].parse(after, "x")
    assert (tree["turn"]["more"], tree["vad"]["new"]) == (5, True)
    assert at(tree, "turn.wait") == (True, 1000)
    assert len(set(BASES[name].splitlines()) - set(after.splitlines())) <= 2


@every
def test_objects_that_are_missing_are_made(name: str) -> None:
    after = FORMATS[name].edited(BASES[name], {"a.b.c": 1, "a.b.d": "x", "turn.e.f": 2})
    tree = FORMATS[name].parse(after, "x")
    assert (tree["a"], tree["turn"]["e"]) == ({"b": {"c": 1, "d": "x"}}, {"f": 2})
    assert tree["name"] == "tutor"


@every
def test_a_key_is_taken_out_with_its_line(name: str) -> None:
    form = FORMATS[name]
    for path in ("turn.wait", "turn.mode", "vad.silence_ms", "name"):
        after = form.edited(BASES[name], {path: None})
        assert at(form.parse(after, "x"), path)[0] is False
        before = dict(leaves(form.parse(BASES[name], "x")))
        left = dict(leaves(form.parse(after, "x")))
        del before[path]
        assert left == before
    assert form.edited(BASES[name], {"turn.none": None, "no.such": None}) == BASES[name]


@every
def test_a_new_document_holds_what_it_was_given(name: str) -> None:
    values = {
        "a.b": 1,
        "a.c": 0.25,
        "a.d": "null" if name == "toml" else "x y",
        "e": True,
        "f.g.h": "声网",
        "f.i": None,
    }
    text = FORMATS[name].fresh(values)
    assert FORMATS[name].parse(text, "x") == grown(values)


@pytest.mark.parametrize("name", ["json", "yaml", "env"])
def test_null_can_stand(name: str) -> None:
    form = FORMATS[name]
    after = form.edited(BASES[name], {"turn.wait": NULL, "turn.new": NULL})
    assert (at(form.parse(after, "x"), "turn.wait"), at(form.parse(after, "x"), "turn.new")) == ((True, None),) * 2
    assert at(form.parse(form.fresh({"a": NULL}), "x"), "a") == (True, None)
    assert form.edited(after, {"turn.wait": NULL}) == after
    inside_new = form.edited(BASES[name], {"fresh.inner.wait": NULL, "fresh.inner.on": True})
    tree = form.parse(inside_new, "x")
    assert (at(tree, "fresh.inner.wait"), at(tree, "fresh.inner.on")) == ((True, None), (True, True))


def test_toml_has_no_null() -> None:
    with pytest.raises(SettingsError, match="no null"):
        Toml().edited("a = 1\n", {"a": NULL})


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("json", '{"a": 1,,}', "agent:1:9: is not JSON"),
        ("json", '{"a": 1, "a": 2}', "'a' is there twice"),
        ("json", "[1]", "must be a JSON object"),
        ("json", '{"a": NaN}', "NaN is no JSON number"),
        ("json", "[" * 100_000, "nested too deeply"),
        ("json", '{"a":' * 70 + "1" + "}" * 70, "nested too deeply"),
        ("yaml", "{a: " * 70 + "1" + "}" * 70, "nested too deeply"),
        (
            "yaml",
            "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} {[f'*a{i - 1}'] * 9}\n" for i in range(1, 9)).replace("'", ""),
            "too large",
        ),
        ("yaml", "a: [1", "agent:"),
        ("yaml", "a: 1\na: 2\n", "agent:2:1: is not YAML"),
        ("yaml", "- 1\n", "must be a YAML mapping"),
        ("yaml", "a: !!python/object:os.system 1", "agent:1:4: is not YAML"),
        ("toml", "a = \n", "agent:1:5: is not TOML"),
        ("toml", "a = 1\na = 2\n", "agent"),
        ("env", "a=1\nwhat is this\n", "agent:2: must be NAME=VALUE"),
        ("env", "a=1\na=2\n", "agent:2: a is there twice"),
        ("env", "a=b c\n", "agent:1: a value with spaces"),
        ("env", "a='b\n", "agent:1: a quote is not closed"),
        ("env", "a=1\na__b=2\n", "a is a value and a group at once"),
    ],
)
def test_text_that_is_none_of_the_format_is_refused_with_its_place(name: str, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        FORMATS[name].parse(text, "agent")
    assert said in str(refused.value)
    assert str(refused.value).startswith("agent")


@pytest.mark.parametrize("name", ["json", "yaml", "toml"])
def test_a_value_where_an_object_should_be_is_reported(name: str) -> None:
    with pytest.raises(SettingsError, match="to hold 'deeper'"):
        FORMATS[name].edited(BASES[name], {"name.deeper": 1})


@pytest.mark.parametrize("name", ["json", "yaml", "toml"])
def test_windows_line_ends_stay(name: str) -> None:
    base = BASES[name].replace("\n", "\r\n")
    form = FORMATS[name]
    after = form.edited(base, {"turn.more.a": 1, "turn.mode": "x", "empty.b": 2, "vad.silence_ms": None})
    assert after.count("\n") == after.count("\r\n")
    tree = form.parse(after, "x")
    assert (tree["turn"]["mode"], tree["turn"]["more"], tree["empty"]) == ("x", {"a": 1}, {"b": 2})
    assert form.edited(base, {"turn.mode": "vad"}) == base


values = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.lists(st.integers(), max_size=2)
keys = st.text('abc{}",: \\é', min_size=1, max_size=3).filter(lambda key: "." not in key)
trees = st.recursive(values, lambda inner: st.dictionaries(keys, inner, max_size=4), max_leaves=8)


@given(
    st.dictionaries(keys, trees, max_size=4),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
    st.booleans() | st.integers() | st.text(max_size=5),
    st.sampled_from([None, 1, "\t"]),
)
def test_any_json_is_edited_as_its_tree_would_be(
    tree: dict[str, Any], path: list[str], value: Any, indent: Any
) -> None:
    text = json.dumps(tree, indent=indent)
    is_edited_as_its_tree_would_be(Json(), text, path, value)


def is_edited_as_its_tree_would_be(form: Format, text: str, path: list[str], value: Any) -> None:
    """A value is set, objects made for it where nothing or null stood, and taken out again."""
    dotted, wanted = ".".join(path), dict(form.parse(text, "x"))
    try:
        after = form.edited(text, {dotted: value})
    except SettingsError:
        ways = [at(wanted, ".".join(path[:end]))[1] for end in range(1, len(path))]
        assert isinstance(at(wanted, dotted)[1], dict | list) or not all(isinstance(way, dict | None) for way in ways)
        return
    inner: Any = wanted
    for key in path[:-1]:
        inner[key] = {} if inner.get(key) is None else inner[key]
        inner = inner[key]
    inner[path[-1]] = value
    assert form.parse(after, "x") == wanted
    del inner[path[-1]]
    assert form.parse(form.edited(after, {dotted: None}), "x") == wanted


@pytest.mark.parametrize(
    ("name", "text"), [("json", '{"turn": null, "b": 1}'), ("yaml", "turn:\nb: 1\n"), ("yaml", "turn: ~\nb: 1\n")]
)
def test_an_object_may_stand_where_null_stood(name: str, text: str) -> None:
    after = FORMATS[name].edited(text, {"turn.mode": "x", "turn.deep.er": 2, "b": None})
    assert FORMATS[name].parse(after, "x") == {"turn": {"mode": "x", "deep": {"er": 2}}}
    assert FORMATS[name].edited(text, {"turn.mode": None}) == text


def test_variables_of_others_are_no_groups() -> None:
    text = "FOO=1\nFOO__BAR=2\nTURNTEMPO__VAD__SILENCE_MS=300\n"
    tree = Env("TURNTEMPO__").parse(text, "x")
    assert tree == {"FOO": 1, "FOO__BAR": 2, "TURNTEMPO": {"VAD": {"SILENCE_MS": 300}}}
    after = Env("TURNTEMPO__").edited(text, {"TURNTEMPO.VAD.SILENCE_MS": 200})
    assert after == text.replace("300", "200")


words = st.text("ab#'- {", max_size=5)
plain = st.none() | st.booleans() | st.integers(-9, 9) | words | st.lists(st.integers(), max_size=2)
shrubs = st.recursive(plain, lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), max_leaves=8)


@given(
    st.dictionaries(st.sampled_from("abcd"), shrubs, min_size=1, max_size=4),
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3),
    st.booleans() | st.integers() | st.text("ab#:'- {,}", max_size=5),
    st.booleans(),
)
def test_any_yaml_is_edited_as_its_tree_would_be(tree: dict[str, Any], path: list[str], value: Any, flow: bool) -> None:
    is_edited_as_its_tree_would_be(Yaml(), _yaml(tree, flow), path, value)


def _yaml(tree: dict[str, Any], flow: bool) -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    yaml, text = YAML(typ="safe", pure=True), StringIO()
    yaml.default_flow_style = flow
    yaml.dump(tree, text)
    return text.getvalue()


COMMENTED = """{
  // InterruptMode left at its default, it's "fine"
  "Config": {
    "VADConfig": {"SilenceTime": 600,}, /* ms, "AI": false */
    "none": {
      // nothing yet
    },
  },
}
"""


def test_json_may_have_comments_and_commas_at_the_end() -> None:
    tree = Json().parse(COMMENTED, "bot.json")
    assert tree == {"Config": {"VADConfig": {"SilenceTime": 600}, "none": {}}}
    after = Json().edited(
        COMMENTED, {"Config.VADConfig.SilenceTime": 500, "Config.VADConfig.AI": True, "Config.none.a": 1}
    )
    assert after == COMMENTED.replace("600,", '500, "AI": true,').replace("yet\n", 'yet\n      "a": 1\n')


def test_a_comment_stays_where_the_member_before_it_goes() -> None:
    text = '{\n  "a": 1, // of a\n  // of b\n  "b": 2 // b, too\n}\n'
    assert Json().edited(text, {"a": None}) == '{\n  // of b\n  "b": 2 // b, too\n}\n'
    assert Json().edited(text, {"b": None}) == '{\n  "a": 1 // of a\n  // of b\n}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a" 1}', "1:6: is not JSON: a colon must stand here, not a value"),
        ('{"a": 1\n "b": 2}', "2:2: is not JSON: a comma must stand here, not a value"),
        ("{a: 1}", "1:2: is not JSON: a name must stand here, in double quotes"),
        ("{'a': 1}", '1:2: is not JSON: "\'" is no sign of JSON: a text stands in double quotes'),
        ('{"a": [1}', "1:9: is not JSON: a list is open: '}' does not end it"),
        ('{"a": yes}', "1:7: is not JSON: 'yes' is no value"),
        ('{"a": "x', "1:7: is not JSON: the text in quotes has no end"),
        ('{"a": 1} {', "1:10: is not JSON: nothing may stand after the end of the object"),
        ('{"a": "\t"}', "1:7: is not JSON: Invalid control character"),
        ('{"a": ' + "9" * 5000 + "}", "1:7: is not JSON: a number in it is too long"),
    ],
)
def test_what_is_no_json_is_reported_with_its_place_and_what_should_be_there(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Json().parse(text, "bot.json")
    assert str(refused.value).startswith(f"bot.json:{said}")


def test_a_value_of_yaml_that_others_share_is_not_changed_for_all() -> None:
    text = "a: &w 640 # ms\nb: *w\nc: {d: *w}\n"
    assert Yaml().edited(text, {"c.e": 1}) == "a: &w 640 # ms\nb: *w\nc: {d: *w, e: 1}\n"
    for path in ("a", "b", "c.d"):
        with pytest.raises(SettingsError, match=r"is `\*w`, which this file means elsewhere too"):
            Yaml().edited(text, {path: 500})


def test_an_anchor_stays_before_a_value_that_is_changed() -> None:
    assert Yaml().edited("a: &w 640 # ms\n", {"a": 500}) == "a: &w 500 # ms\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("yaml", "- &a [x, x]\n" + "".join(f"- &a{n} [*a, *a, *a]\n" for n in range(3)) + "- &b [*a2, *a2]\n"),
        ("yaml", "a: &a {x: 1}\nb: &b {<<: [" + "*a, " * 2000 + "*a]}\nc: &c {<<: [" + "*b, " * 2000 + "*b]}\n"),
        ("yaml", "a: " * 3000),
        ("toml", "a." * 50_000 + "b = 1"),
        ("toml", "a = " + "[" * 50_000),
        ("env", "a." * 50_000 + "b=1"),
        ("json", '{"a":' + "[" * 50_000),
    ],
)
def test_a_hostile_file_is_refused_at_once_and_never_shown(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        FORMATS[name].parse(text, "x")
    assert len(str(refused.value)) < 200


def test_toml_pairs_go_to_their_own_tables() -> None:
    text = "a.b = 1\nt = {x = 1, y.z = 2}\n\n[[list]]\nn = 1\n\n[e] # last\n"
    after = Toml().edited(text, {"a.c": 2, "t.x": None, "t.w": 3, "e.f": 4, "g.h": 5, "top": 6})
    assert after == (
        "a.b = 1\na.c = 2\nt = {y.z = 2, w = 3}\ntop = 6\n\n[[list]]\nn = 1\n\n[e] # last\nf = 4\n\n[g]\nh = 5\n"
    )
    for path in ("list.n", "t.y.v", "e"):
        with pytest.raises(SettingsError, match=r"mend that first|write it as a table"):
            Toml().edited(text, {path: 1})


def test_a_hash_in_a_value_of_an_env_file_is_no_comment() -> None:
    text = 'A="x # y" # note\nB=a#b\n'
    assert Env().parse(text, "x") == {"A": "x # y", "B": "a#b"}
    assert Env().edited(text, {"A": "z"}) == "A=z # note\nB=a#b\n"


def test_a_line_of_an_env_file_that_may_be_a_secret_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        Env().parse("OPENAI KEY=sk-abcdef\n", "x")
    assert "sk-abc" not in str(refused.value)
