"""What constructors take, asked of the standard library's."""

import pytest

from tuner.targets import target
from tuner.targets.sdk_checks.constructors import Constructor, taking


def problems(module: str, name: str, **given: object) -> tuple[str, ...]:
    return taking(Constructor(module, name, "Made"))({"Made": {"()": name, **given}})


def test_an_argument_that_is_not_named_is_reported_with_the_closest() -> None:
    assert problems("fractions", "Fraction", numerator=1, denominator=2) == ()
    assert problems("fractions", "Fraction", numeratr=1) == (
        "Made.numeratr: Fraction has no such argument; did you mean numerator?",
    )


def test_what_is_handed_on_is_asked_of_the_bases() -> None:
    assert problems("argparse", "_HelpAction", option_strings=[], dest="", default=None) == ()
    assert problems("tests.tuner.targets.swallowing", "Strategy", wait=1, loud=True) == ()
    assert len(problems("tests.tuner.targets.swallowing", "Strategy", wate=1)) == 1


def test_typed_dicts_name_their_keys() -> None:
    assert problems("tests.tuner.targets.swallowing", "Options", least=1) == ()
    assert len(problems("tests.tuner.targets.swallowing", "Options", lest=1)) == 1


def test_what_is_not_in_the_file_is_not_asked_for() -> None:
    assert taking(Constructor("no.such.package", "Thing", "Thing"))({}) == ()


@pytest.mark.parametrize("path", ["Thing", "Thing.inner"])
def test_without_the_vendors_package_the_check_says_so(path: str) -> None:
    with pytest.raises(ImportError):
        taking(Constructor("no.such.package", "Thing", path))({"Thing": {"inner": {"n": 1}}})


@pytest.mark.parametrize(("vendor", "code"), [("livekit", "x = 1"), ("pipecat", "x = 1")])
def test_a_file_with_nothing_of_the_vendors_asks_for_no_package(vendor: str, code: str) -> None:
    found = target(vendor)
    assert found.check is not None
    assert tuple(found.check(found.format.parse(code, "code"))) == ()
