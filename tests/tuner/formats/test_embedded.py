"""Objects in commands, logs and other text."""

import pytest

from stages.errors import SettingsError
from tuner.formats.embedded import MOST_OBJECTS, Embedded
from tuner.formats.placed.node import Code

TEXT = Embedded()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('curl $URL -d \'{"a": {"b": 1}}\'\n', {"a": {"b": 1}}),
        ('curl -d "{\\"a\\": \\"x\\"}" url\n', {"a": "x"}),
        ('f() {\ncurl -d @- <<EOF\n{"a": [1, 2]}\nEOF\n}\n', {"a": [1, 2]}),
        ("10:00 INFO options {'a': True, 'b': None} it's so\n", {"a": True, "b": None}),
        ("mode {'m': <Mode.VAD: 'vad'>, 'n': 1}\n", {"m": "vad", "n": 1}),
        ("opts Options(a=0.5, b=Inner(c='x')) began (so)\n", {"()": "Options", "a": 0.5, "b": {"c": "x"}}),
        ("We set Options(a=1 and {'b': [{'c': 2}]} here\n", {"b": [{"c": 2}]}),
        ("We use { a: 1, b: 'x' } and see {x}.\n", {"a": 1, "b": "x"}),
        ('func body() string { return `{"a": 1}` }\n', {"a": 1}),
    ],
)
def test_an_object_in_other_text_is_read(text: str, tree: dict[str, object]) -> None:
    assert TEXT.parse(text, "a.txt") == {"object": tree}


def test_a_variable_of_the_shell_is_code_with_its_line() -> None:
    text = 'curl url \\\n -d \'{"key": "\'"$KEY"\'", "ms": \'$MS\', "n": ${N}}\'\n'
    found = TEXT.parse(text, "a.sh")["object"]
    assert found == {"key": "$KEY", "ms": "$MS", "n": "$N"}
    assert [isinstance(one, Code) for one in found.values()] == [False, True, True]
    assert found["ms"].line == 2


def test_equal_objects_are_one_and_others_are_told_apart() -> None:
    found = TEXT.parse("a {'x': 1}\nb {'x': 1}\nc {'x': 2}\n", "a.log")
    assert found == {"object of line 1": {"x": 1}, "object of line 3": {"x": 2}}
    both = TEXT.parse("{'x': 1} {'x': 2}\n", "a.log")
    assert list(both) == ["object of line 1", "object of line 1#2"]


def test_an_object_that_does_not_end_is_refused_with_its_line() -> None:
    with pytest.raises(SettingsError, match=r"a\.txt:2: the object that begins here does not end"):
        TEXT.parse('see\n{"a": {"b": 1}, "c": {', "a.txt")


def test_a_log_of_many_objects_is_refused() -> None:
    text = "".join(f'{{"n": {number}}}\n' for number in range(MOST_OBJECTS + 1))
    with pytest.raises(SettingsError, match="give a file with the one that is meant"):
        TEXT.parse(text, "a.log")


@pytest.mark.parametrize("text", ["", "hello {name}, it's {", "${HOME} and {}"])
def test_text_without_an_object_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="no object"):
        TEXT.parse(text, "a.txt")


def test_a_change_is_refused_with_what_to_do() -> None:
    assert TEXT.edited("x {'a': 1}", {}) == "x {'a': 1}"
    with pytest.raises(SettingsError, match="into a JSON file of its own and give that as the base"):
        TEXT.edited("x {'a': 1}", {"object.a": 2})


def test_an_object_in_an_answered_mail_is_read_without_the_signs_of_the_quote() -> None:
    mail = 'Our agent:\n> > {\n> >   "silence": 0.4, // kept\n> >   "words": [\n> >     1\n> >   ]\n> > }\nThanks\n'
    assert Embedded().parse(mail, "mail.txt") == {"object": {"silence": 0.4, "words": [1]}}
