"""Vendors' types, tightened: tried on types made as their generators make them."""

import typing
from enum import StrEnum

import pydantic
import pytest
import typing_extensions

from tuner.targets.sdk_checks.strict import VendorType, asking, problem
from tuner.targets.sdk_checks.tightened import tightened

Mode = typing.Union[typing.Literal["vad", "semantic"], typing.Any]  # noqa: UP007


class Colour(StrEnum):
    red = "red"


class Wire:
    """A generator's own metadata."""

    def __init__(self, alias: str) -> None:
        self.alias = alias


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")


class Silence(Open):
    duration_ms: int | None = None


class Detection(Open):
    mode: Mode | None = None
    silence: Silence | None = None
    wait_seconds: typing.Annotated[float | None, Wire("waitSeconds"), pydantic.Field(alias="waitSeconds")] = None
    terms: list[Silence] | None = None
    colour: Colour | None = None
    inner: "Detection | None" = None
    needed: str = "given"


class Server(Open):
    type: typing.Literal["server"]
    silence_ms: int | None = None


class Semantic(Open):
    type: typing.Literal["semantic"]
    eagerness: typing.Literal["low", "high"] | None = None


class Holder(Open):
    detection: Server | Semantic | None = None
    settings: dict[str, Silence] | None = None


class Agent(typing_extensions.TypedDict, total=False):
    name: typing_extensions.Required[str]
    speed: typing.Literal["fast", "slow"]


class Checked(Open):
    encoding: str = "pcm"
    sample_rate: int | None = None

    @pydantic.model_validator(mode="after")
    def _rate(self) -> "Checked":
        if self.encoding == "pcm" and self.sample_rate is None:
            raise ValueError("sample_rate is required for pcm")
        return self


def found(name: str, part: object, given: dict[str, object] | None = None) -> str | None:
    return problem(VendorType(__name__, name, given=given or {}), part)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Detection", {"mode": "vad", "silence": {"duration_ms": 300}, "waitSeconds": 1}),
        ("Detection", {"terms": [{"duration_ms": 1}], "colour": "red", "inner": None}),
        ("Holder", {"detection": {"type": "semantic", "eagerness": "low"}}),
        ("Holder", {"detection": None, "settings": {"any": {"duration_ms": 1}}}),
        ("Agent", {"name": "a", "speed": "slow"}),
        ("Checked", {"sample_rate": 16000}),
    ],
)
def test_what_the_vendor_means_is_taken(name: str, part: object) -> None:
    assert found(name, part) is None


@pytest.mark.parametrize(
    ("name", "part", "says"),
    [
        ("Detection", {"mode": "sematic"}, "mode: should be 'vad' or 'semantic', got 'sematic'"),
        ("Detection", {"silenze": {}}, "silenze: there is no such key"),
        ("Detection", {"silence": {"duration": 1}}, "silence.duration: there is no such key"),
        ("Detection", {"wait_seconds": 1}, "wait_seconds: there is no such key"),
        ("Detection", {"silence": {"duration_ms": "300"}}, "silence.duration_ms: should be a valid integer, got '300'"),
        ("Detection", {"silence": {"duration_ms": 0.5}}, "silence.duration_ms: should be a valid integer, got 0.5"),
        ("Detection", {"terms": [{"x": 1}]}, "terms[0].x: there is no such key"),
        ("Detection", {"colour": "blue"}, "colour: should be 'red', got 'blue'"),
        ("Holder", {"detection": {"type": "server", "eagerness": "low"}}, "detection.eagerness: there is no such key"),
        ("Holder", {"settings": {"any": {"x": 1}}}, "settings.any.x: there is no such key"),
        ("Agent", {"speed": "slow"}, "name: Field required"),
        ("Agent", {"name": "a", "speeed": "slow"}, "speeed: there is no such key"),
        ("Checked", {}, "sample_rate is required for pcm"),
    ],
)
def test_what_the_generated_types_let_through_is_refused(name: str, part: object, says: str) -> None:
    assert says in str(found(name, part))


def test_the_same_types_as_they_are_take_a_bad_enum_and_a_typo() -> None:
    assert Detection.model_validate({"mode": "sematic", "silenze": {}}).mode == "sematic"


def test_a_problem_is_placed_in_the_whole_document() -> None:
    check = asking(VendorType(__name__, "Detection", "session.turn"), VendorType(__name__, "Silence", "other"))
    assert check({"session": {"turn": {"mode": "vod"}}}) == (
        "session.turn.mode: should be 'vad' or 'semantic', got 'vod'",
    )
    assert check({"session": {}, "other": {"duration_ms": 1}}) == ()


def test_what_the_customer_s_own_document_holds_is_given() -> None:
    assert found("Agent", {"speed": "slow"}, {"name": "anything"}) is None


def test_a_type_that_holds_itself_is_left_open_where_it_does() -> None:
    assert found("Detection", {"inner": {"whatever": 1}}) is None


def test_what_is_neither_plain_nor_a_model_is_left_open() -> None:
    assert tightened(object) is typing.Any


def test_a_package_that_is_not_installed_raises_import_error() -> None:
    with pytest.raises(ImportError):
        asking(VendorType("no_such_vendor.types", "Config"))({})
