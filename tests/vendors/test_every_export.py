"""What a search may come to is taken by the vendor's own types, and a typo in it is not."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from stages.settings import Settings
from tests.tuner.targets.test_every_target import points
from tuner.formats.tree import leaves
from tuner.targets import all_targets
from tuner.targets.export import new_file
from tuner.targets.target import Target

CHECKED = [
    form for one in all_targets().values() for form in (one, *one.older) if form.check and form.format.name == "json"
]
UNTYPED = ("elevenlabs", "tencent")
"""Forms of which the vendor's types check no value that we write by default."""
few = examples(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=CHECKED, ids=lambda form: form.name)
def form(request: pytest.FixtureRequest) -> Target:
    found: Target = request.param
    return found


def refused(form: Target, document: Mapping[str, Any]) -> tuple[str, ...]:
    assert form.check is not None
    return tuple(form.check(document))


def exported(form: Target, settings: Settings) -> Mapping[str, Any]:
    return form.format.parse(new_file(form, settings).text, "export")


@few
@given(data=st.data())
def test_every_export_is_taken(form: Target, data: st.DataObject) -> None:
    assert refused(form, exported(form, data.draw(points(form)))) == ()


def test_a_typo_in_any_key_is_refused(form: Target) -> None:
    text = new_file(form, form.deployable(Settings())).text
    asked = [  # of the others the type says nothing
        (path, value)
        for path, value in leaves(form.format.parse(text, "export"))
        if _changed(form, text, path, [{"no": "value of it"}])
    ]
    assert bool(asked) == (form.name not in UNTYPED)
    for path, value in asked:
        assert any(f"{path.rpartition('.')[2]}x" in one for one in _changed(form, text, f"{path}x", value)), path


def _changed(form: Target, text: str, path: str, value: Any) -> tuple[str, ...]:
    return refused(form, form.format.parse(form.format.edited(text, {path: value}), "changed"))
