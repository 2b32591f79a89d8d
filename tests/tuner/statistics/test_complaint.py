import pytest

from stages.errors import UnknownName
from stages.i18n import translate
from tuner.statistics.complaint import COMPLAINTS, CURES, described, limits_against, parse_complaint
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import DEFAULT_LIMITS, default_limits


def at(name: str, value: float | None) -> dict[str, Estimate]:
    return {name: Estimate(name, value, None, None, 100)}


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_every_complaint_is_described_in_both_languages(complaint) -> None:
    assert parse_complaint(complaint) == complaint
    assert translate(described(complaint), "zh") != str(described(complaint))
    assert CURES[complaint].figure


def test_an_unknown_complaint_is_answered_with_the_closest() -> None:
    with pytest.raises(UnknownName, match="cut-off"):
        parse_complaint("cut-of")


def test_the_limit_of_what_is_complained_of_asks_for_a_third_of_it() -> None:
    found = {one.name: one.value for one in limits_against("cut-off", at("cut_off_rate", 0.06), default_limits())}
    assert found["cut_off_rate"] == pytest.approx(0.02)
    assert found["failed_rate"] == DEFAULT_LIMITS["failed_rate"]
    found = {one.name: one.value for one in limits_against("cut-off", at("cut_off_rate", 0.3), default_limits())}
    assert found["cut_off_rate"] == DEFAULT_LIMITS["cut_off_rate"]


def test_what_is_not_known_gets_no_limit_of_its_own() -> None:
    assert limits_against("cut-off", at("cut_off_rate", None), default_limits()) == default_limits()


@pytest.mark.parametrize(
    ("other", "complaint"),
    [("false-interrupts", "false-stops"), ("missed_interrupts", "not-interruptible"), ("Dead air", "silence")],
)
def test_the_name_of_what_is_counted_names_the_complaint_too(other: str, complaint: str) -> None:
    assert parse_complaint(other) == complaint
