"""A vendor's form that says nothing of a setting places it as not to be had; one line overrules that."""

from dataclasses import replace

import pytest

from stages.i18n import reasons, translate
from stages.settings import NAMES, Settings
from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, direct
from tuner.targets.target import UNNAMED, Target

WAIT = "endpointing.silence_ms"
FIELD = Field("wait", "number", "ms", 0, 3000, default=640)
FORM = Target("new", "A new vendor", Json(), (FIELD,), (direct(WAIT, FIELD),))
"""It says what makes one setting, and nothing of the others."""

OTHERS = [name for name in NAMES if name != WAIT]


@pytest.mark.parametrize("name", OTHERS)
def test_a_setting_of_which_a_form_says_nothing_is_not_to_be_had(name: str) -> None:
    assert name not in FORM.carried
    assert not FORM.is_elsewhere(name)
    assert FORM.why(name) == UNNAMED
    assert UNNAMED in FORM.deployable_space().reasons[name]
    assert FORM.read_values({}).origins[name] == "not known"


def test_it_is_replayed_with_our_default_and_said_where_it_was_moved() -> None:
    assert FORM.read('{"wait": 900}', "theirs").settings == Settings().replace({WAIT: 900})
    (apart,) = FORM.write(Settings().replace({"barge_in.resume_ms": 500})).inexpressible
    assert (apart.name, apart.value, apart.reason) == ("barge_in.resume_ms", 500, UNNAMED)


def test_one_line_overrules_it() -> None:
    name, why = "barge_in.resume_ms", "it resumes by itself"
    assert replace(FORM, beyond={name: why}).why(name) == why
    assert replace(FORM, elsewhere={name: why}).is_elsewhere(name)
    assert replace(FORM, elsewhere={"barge_in": why}).why(name) == why
    stack = replace(FORM, stack={name: Fixed(300, why)})
    assert (stack.read_values({}).settings.barge_in.resume_ms, stack.read_values({}).origins[name]) == (
        300,
        "vendor stack",
    )


def test_the_reason_is_said_in_chinese() -> None:
    assert translate(UNNAMED, "zh") == reasons("zh")[UNNAMED] != UNNAMED
