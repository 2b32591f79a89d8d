"""Whether the fields of our tables stand in the SDKs' own types."""

import importlib
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from tuner.targets import target
from tuner.targets.field import Field
from tuner.targets.vendors.agora.fields import REST
from tuner.targets.vendors.agora.older_forms import OLDEST


def model_in(annotation: Any) -> Any:
    """The model that an annotation holds, None where it holds none."""
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part)) is not None), None)


def annotation_of(package: str, path: str) -> Any:
    """The type of what stands at a path under `properties`; None: nothing does."""
    module = importlib.import_module(f"{package}.agents.types.start_agents_request_properties")
    here: Any = module.StartAgentsRequestProperties
    for key in path.split(".")[1:]:
        found = getattr(model_in(here), "model_fields", {}).get(key)
        if found is None:
            return None
        here = found.annotation
    return here


def literals(annotation: Any) -> Iterator[str]:
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        else:
            yield from literals(part)


CASES = [
    (package, field)
    for package, name in (("agora_agent", "agora"), ("shengwang_agent", "shengwang"))
    for form in (target(name), *target(name).older)
    for field in form.fields
    if field.source not in (OLDEST, REST)
]


@pytest.mark.parametrize(("package", "field"), CASES, ids=lambda part: part if isinstance(part, str) else part.path)
def test_every_field_stands_in_the_sdk_with_its_choices(package: str, field: Field) -> None:
    annotation = annotation_of(package, field.path)
    assert annotation is not None
    assert not field.choices or set(literals(annotation)) <= set(field.choices)
    kind = {"integer": int, "flag": bool}.get(field.kind)
    assert kind is None or kind in get_args(annotation)


def test_some_fields_of_each_package_have_choices_integers_and_flags() -> None:
    for package in ("agora_agent", "shengwang_agent"):
        fields = [field for name, field in CASES if name == package]
        assert any(field.choices for field in fields)
        assert {"integer", "flag"} <= {field.kind for field in fields}


def test_the_mainland_sdk_lacks_what_is_not_written_for_it() -> None:
    for path in (
        "properties.interruption",
        "properties.turn_detection.config.end_of_speech.semantic_config.pause_state_enabled",
    ):
        assert annotation_of("shengwang_agent", path) is None
        assert annotation_of("agora_agent", path) is not None
