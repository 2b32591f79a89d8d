"""Dicts and calls of Python text as data."""

import pytest

from stages.errors import SettingsError
from tuner.formats.python.data import PythonData

DATA = PythonData()


def test_a_dict_that_is_assigned_stands_under_its_name() -> None:
    assert DATA.parse('DEFAULT_VAD = {"delay": "0.384s", "least": 0.1}\n', "a.py") == {
        "DEFAULT_VAD": {"delay": "0.384s", "least": 0.1}
    }


def test_the_repr_of_a_dict_is_read() -> None:
    assert DATA.parse("{'name': 'a', 'on': True, 'x': None}", "a.txt") == {"dict": {"name": "a", "on": True, "x": None}}


def test_a_call_stands_under_what_is_called_with_the_calls_in_it() -> None:
    text = "agent = Agent(client=c, turn=Turn(mode='default', config=Config(silence_ms=900)))\n"
    found = DATA.parse(text, "a.py")
    assert list(found) == ["Agent"]
    assert found["Agent"]["turn"]["config"]["silence_ms"] == 900


def test_builders_are_one_object() -> None:
    text = "Agent(name='a').with_turn(Turn(mode='x')).with_interruption(Interruption(enable=False))\n"
    assert DATA.parse(text, "a.py")["with_"] == {"turn": {"mode": "x"}, "interruption": {"enable": False}}


def test_values_are_changed_where_they_stand_and_new_ones_added_as_the_object_is_written() -> None:
    text = "A = {'b': {'c': 1}}  # kept\nx = F(b=G(c=1))\n"
    assert DATA.edited(text, {"A.b.c": 2, "F.b.d": True}) == "A = {'b': {'c': 2}}  # kept\nx = F(b=G(c=1, d=True))\n"


def test_a_step_that_a_builder_does_not_have_is_asked_for() -> None:
    with pytest.raises(SettingsError, match=r"add \.with_interruption\(\.\.\.\) by hand"):
        DATA.edited("Agent().with_turn(Turn(mode='x'))\n", {"with_.interruption.enable": False})


def test_what_is_no_python_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"a\.txt:1:\d+: is not Python"):
        DATA.parse("const a = {b: 1};", "a.txt")
