"""The contract of a vendor's module: every registered target, and its older forms, keep it."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stages.errors import InputError, SettingsError, UnknownName
from stages.i18n import reasons, translate
from stages.settings import NAMES, UNPRICED, Settings
from stages.vector import CHOICES
from tests.slow_agent import SLOW
from tests.strategies import settings as any_settings
from tuner.formats.python.text import Python
from tuner.targets import all_targets, said_reasons, target
from tuner.targets.export import changed_file, new_file
from tuner.targets.field import Field
from tuner.targets.inspection import refuse_values
from tuner.targets.readings import OF_FILE
from tuner.targets.target import Target

FORMS = list({form.name: form for one in all_targets().values() for form in (*one.older, one)}.values())
VALUED = ("choice", "flag", "integer", "number", "duration")
few = examples(max_examples=4, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=FORMS, ids=lambda form: form.name)
def form(request) -> Target:
    """One target, or an older form of one."""
    found: Target = request.param
    return found


def points(form: Target) -> st.SearchStrategy[Settings]:
    """Settings that a search for this vendor may come to: any values of its axes, with its couplings applied."""
    deployable = form.deployable_space()
    base = form.as_deployed(Settings())
    axes = {name: any_of(values) for name, values in deployable.values.items()}
    return st.fixed_dictionaries({}, optional=axes).map(lambda drawn: deployable.coupled(base.replace(drawn)))


def any_of(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.integers(0, len(values) - 1).map(values.__getitem__)  # sampled_from would show all of a long axis


def file_of(form: Target, settings: Settings) -> str:
    return new_file(form, settings).text


def test_every_setting_has_one_place_and_a_reason(form: Target) -> None:
    for name in NAMES:
        places = [name in form.carried, name in form.stack, name in form.elsewhere or name in form.beyond]
        assert sum(places) <= 1, f"{name} is in several places"
        assert name in form.carried or form.why(name), f"nothing is said of {name}"
    assert set(form.elsewhere) | set(form.beyond) <= set(NAMES) | {name.split(".")[0] for name in NAMES}
    assert set(form.stack) <= set(NAMES)


def test_every_reason_can_be_said_in_chinese(form: Target) -> None:
    tables = (form.elsewhere.values(), form.beyond.values(), (one.why for one in form.stack.values()))
    said = {*(why for table in tables for why in table), *(coupling.description for coupling in form.couplings)}
    assert sorted(said - reasons("zh").keys()) == []


def test_every_field_stands_at_one_path_and_its_default_keeps_its_own_rule(form: Target) -> None:
    assert len(form.by_path) == len(form.fields)
    for one in form.fields:
        assert one.default is None or one.problem(one.default) is None, one.path
        assert one.source, f"{one.path}: where is it known from?"


def test_rules_speak_of_settings_and_paths_that_there_are_once_each(form: Target) -> None:
    ours = [name for rule in form.rules for name in rule.ours]
    assert sorted(ours) == sorted(set(ours))
    assert set(ours) <= set(NAMES)
    for rule in form.rules:
        assert set(rule.theirs) <= set(form.by_path)
        assert set(rule.values) <= set(rule.ours)
        assert set(rule.write(Settings().flat())) <= set(rule.theirs)
        assert set(rule.read(form.defaults)) <= set(rule.ours)


def test_a_field_reads_at_least_the_values_that_it_writes() -> None:
    forms = [form for one in all_targets().values() for form in (one, *one.older)]
    wide = [one for form in forms for one in form.fields if one.reads and one.low is not None and one.high is not None]
    assert wide
    for one in wide:
        assert one.reads[0] <= one.low <= one.high <= one.reads[1], one.path  # type: ignore[index,operator]


def test_the_values_to_try_are_ours_in_order_without_repeats(form: Target) -> None:
    assert form.values
    for name, values in form.values.items():
        for value in values:
            assert Settings().replace({name: value}).flat()[name] == value
        numbers = [value for value in values if value is not None and name not in CHOICES]
        assert numbers == sorted(set(numbers)), name
        assert len(values) == len(set(values)), name


def test_what_its_users_may_move_without_a_price_is_among_its_values(form: Target) -> None:
    assert form.free <= set(UNPRICED) & set(form.values)
    assert {coupling.name for coupling in form.couplings} <= set(NAMES)


def test_the_defaults_are_read_as_settings(form: Target) -> None:
    reading = form.read_values({})
    assert set(reading.origins) == set(NAMES)
    assert not {*OF_FILE} & {*reading.origins.values()}
    assert any("defaults" in doubt for doubt in reading.doubts)


@few
@given(data=st.data())
def test_what_a_search_comes_to_is_deployed_as_it_is(form: Target, data: Any) -> None:
    settings = data.draw(points(form))
    writing = form.write(settings, in_force=settings)
    assert writing.inexact == {}
    assert writing.elsewhere == ()
    back = form.read(file_of(form, settings), "back")
    stated = {name: value for name, value in back.ours.items() if back.origins[name] in OF_FILE}
    assert stated, "a file that states nothing"
    assert stated == {name: settings.flat()[name] for name in stated}
    assert back.unknown == ()


@few
@given(data=st.data())
def test_a_setting_on_an_axis_is_read_from_a_file_that_was_written_with_it(form: Target, data: Any) -> None:
    """... unless another setting rules it out: then no value of it may change the file."""
    name = data.draw(st.sampled_from(sorted(form.deployable_space().values)))
    value = data.draw(any_of(form.values[name]))
    settings = data.draw(points(form)).replace({name: value})
    settings = form.deployable_space().coupled(settings)
    back = form.read(file_of(form, settings), "back")
    if back.origins[name] in (*OF_FILE, "vendor default"):  # a key that is left out may say as much as one
        assert back.settings.flat()[name] == settings.flat()[name]
    else:
        other = settings.replace({name: data.draw(any_of(form.values[name]))})
        assert file_of(form, form.deployable_space().coupled(other)) == file_of(form, settings) or name in _coupled_to(
            form
        )


def _coupled_to(form: Target) -> set[str]:
    return {name for coupling in form.couplings for name in coupling.of}


@few
@given(settings=any_settings())
def test_any_settings_are_written_as_the_nearest_that_the_vendor_takes(form: Target, settings: Settings) -> None:
    for path, value in form.write(settings).values.items():
        assert value is None or form.by_path[path].problem(value) is None, (path, value)
    near = form.deployable(settings)
    assert form.takes(near), form.write(near).inexact
    assert form.deployable(near) == near
    carried = set(form.carried)
    assert {name: value for name, value in near.flat().items() if name not in carried} == {
        name: value for name, value in settings.flat().items() if name not in carried
    }


@few
@given(settings=any_settings())
def test_what_runs_on_the_vendor_s_stack_is_as_the_stack_has_it(form: Target, settings: Settings) -> None:
    found = form.as_deployed(settings)
    assert form.takes(found), form.write(found).inexact
    assert form.write(found, in_force=found).inexpressible == ()
    assert form.as_deployed(found) == found


def test_an_agent_that_waits_far_too_long_has_settings_next_to_its_own_on_every_stack(form: Target) -> None:
    patient = SLOW.replace({"asr.final_timeout_ms": 2000})
    found = form.as_deployed(patient)
    assert form.takes(found)
    assert form.as_deployed(found) == found
    assert form.deployable_space().coupled(found) == found


def test_speech_too_short_for_the_stack_becomes_the_shortest_that_it_has(form: Target) -> None:
    found = form.as_deployed(Settings().replace({"barge_in.min_speech_ms": 0, "barge_in.resume_ms": None}))
    assert form.takes(found)
    assert form.as_deployed(found) == found


@few
@given(settings=any_settings())
def test_what_is_not_carried_is_reported_with_the_reason(form: Target, settings: Settings) -> None:
    writing = form.write(settings)
    apart = {one.name: one for one in (*writing.elsewhere, *writing.inexpressible)}
    assert all(one.reason and one.value == settings.flat()[name] for name, one in apart.items())
    assert not set(apart) & set(form.carried)
    for name, value in settings.flat().items():
        usual = form.stack[name].value if name in form.stack else Settings().flat()[name]
        assert (name in apart) == (name not in form.carried and value != usual), name


@few
@given(data=st.data())
def test_a_file_read_and_written_again_does_not_change(form: Target, data: Any) -> None:
    text = file_of(form, data.draw(points(form)))
    again = changed_file(form, form.read(text, "theirs").settings, text, "theirs")
    assert (again.text, again.diff, again.changes) == (text, "", {})


@few
@given(data=st.data())
def test_a_changed_file_is_read_as_what_it_was_changed_to(form: Target, data: Any) -> None:
    before, after = data.draw(points(form)), data.draw(points(form))
    text = file_of(form, before)
    found = changed_file(form, after, text, "theirs")
    back = form.read(found.text, "changed")
    assert back.ours == {name: after.flat()[name] for name in back.ours}
    assert bool(found.diff) == bool(found.changes)
    assert found.changes == {} or found.text != text


def documents(form: Target) -> st.SearchStrategy[str]:
    """Files with any of the vendor's settings, at any values that it has."""
    fields = {one.path: _right(one) for one in form.fields if one.kind in VALUED}
    values = st.fixed_dictionaries({}, optional=fields)
    if isinstance(form.format, Python):  # code without the call has nothing of the vendor in it
        values = values.filter(bool)
    return values.filter(lambda stated: not list(form.refused(form.defaults | stated))).map(form.format.fresh)


def _right(one: Field) -> st.SearchStrategy[Any]:
    if one.kind == "choice":
        return st.sampled_from(one.choices)
    if one.kind == "flag":
        return st.booleans()
    low, high = one.reads or one.bounds
    low, high = max(low, 0), min(high, max(low, 0) + 10_000)
    numbers = st.integers(math.ceil(low), math.floor(high)) if high - low >= 1 else st.sampled_from([low, high])
    if one.kind == "duration":
        return numbers.map(lambda number: f"{number}{one.unit}")
    return st.one_of(numbers, *(st.just(value) for value in one.special))


@few
@given(data=st.data())
def test_any_file_of_the_vendor_is_read_and_not_changed_by_its_own_settings(form: Target, data: Any) -> None:
    text = data.draw(documents(form))
    reading = form.read(text, "theirs")
    again = changed_file(form, reading.settings, text, "theirs")
    assert (again.text, again.changes) == (text, {})


@few
@given(data=st.data())
def test_any_file_of_the_vendor_takes_any_settings_that_it_can_express(form: Target, data: Any) -> None:
    text, after = data.draw(documents(form)), data.draw(points(form))
    found = changed_file(form, after, text, "theirs")
    back = form.read(found.text, "changed")
    read = {name: value for name, value in back.ours.items() if name not in found.writing.inexact}
    assert read == {name: after.flat()[name] for name in read}


def test_null_is_written_into_a_group_that_the_file_does_not_have() -> None:
    form = target("json")
    found = changed_file(form, Settings().replace({"asr.empty_timeout_ms": None}), '{"asr": {}}', "theirs")
    assert form.read(found.text, "changed").settings.asr.empty_timeout_ms is None
    found = changed_file(form, Settings().replace({"asr.empty_timeout_ms": None}), '{"llm": {"attempts": 1}}', "theirs")
    assert form.read(found.text, "changed").settings.asr.empty_timeout_ms is None


def test_a_value_of_the_wrong_kind_is_refused_with_its_place(form: Target) -> None:
    cases = [(one, wrong) for one in form.fields if one.kind != "any" for wrong in _wrong(one)]
    assert cases
    for one, wrong in cases:
        with pytest.raises(SettingsError) as refused:
            refuse_values({one.path: wrong}, form.by_path, "", "agent.cfg", form.title)
        assert str(refused.value).startswith(f"agent.cfg: {one.path}: ")
        assert "docs/targets.md" in str(refused.value)


def _wrong(one: Field) -> list[Any]:
    found: list[Any] = [{"a": [1]}] if one.kind != "object" else ["text"]
    if one.kind in ("integer", "number", "flag", "choice", "duration"):
        found += [[1], "surely no value of it"]
    if one.kind == "integer":
        found.append(1.5)
    if one.kind in ("integer", "number", "flag"):
        found.append("640")
    low, high = one.reads or one.bounds
    if one.kind in ("integer", "number"):
        found += [math.nan, True]
        found += [low - 1] if low > -math.inf and low - 1 not in one.special else []
        found += [high + 1] if high < math.inf and high + 1 not in one.special else []
    if not one.nullable and None not in one.special:
        found.append(None)
    return found


def test_text_that_is_no_document_is_refused_with_its_place(form: Target) -> None:
    with pytest.raises(SettingsError, match=r"agent\.cfg"):
        form.read("\x00 }{ = : [", "agent.cfg")


SCOPES = [
    (form, scope)
    for form in FORMS
    for scope in form.scopes
    if form.format.name != "python" and any(one.path.startswith(scope) for one in form.fields)
]


@pytest.mark.parametrize(("form", "scope"), SCOPES, ids=lambda one: getattr(one, "name", one))
def test_an_unknown_key_in_its_part_of_the_file_is_named(form: Target, scope: str) -> None:
    path = f"{scope}.no_such_key".lstrip(".")
    text = form.format.fresh({path: 1})
    assert any(path in unknown for unknown in form.read(text, "x").unknown)


def test_older_forms_have_names_of_their_own() -> None:
    assert all_targets()
    for one in all_targets().values():
        assert all(target(form.name) is form for form in (one, *one.older))


def test_an_unknown_vendor_is_answered_with_the_closest() -> None:
    with pytest.raises(UnknownName, match="Did you mean agora"):
        target("agorra")
    assert issubclass(UnknownName, InputError)


REASONS = sorted({why for form in FORMS for why in form.deployable_space().reasons.values()})


@pytest.mark.parametrize("why", REASONS)
def test_a_reason_read_back_from_a_file_is_known_in_chinese(why: str) -> None:
    written = json.loads(json.dumps(why))
    assert translate(said_reasons()[written], "zh") != translate(written, "en")
