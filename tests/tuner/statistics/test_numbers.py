import pytest

from tuner.statistics import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0, "0%"), (0.0004, "0.04%"), (0.021, "2.1%"), (0.0994, "9.9%"), (0.0996, "10%"), (1.0, "100%")],
)
def test_a_share_has_two_figures_at_most(value: float | None, text: str) -> None:
    assert numbers.share(value) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("response_ms.p95", 1234.4, "1,234 ms"),
        ("response_ms.p95", None, "no answer"),
        ("response_ms.mean", None, "-"),
        ("stop_ms.p95", None, "-"),
        ("cut_off_rate", 0.03, "3.0%"),
        ("llm_starts_per_turn", 1.034, "1.03"),
    ],
)
def test_a_figure_has_the_unit_of_its_name(name: str, value: float | None, text: str) -> None:
    assert numbers.figure(name, value) == text


@pytest.mark.parametrize(
    ("name", "low", "high", "text"),
    [
        ("response_ms.p50", 1210.0, 1260.0, "1,210 - 1,260 ms"),
        ("cut_off_rate", 0.016, 0.026, "1.6 - 2.6%"),
        ("response_ms.p99", 5000.0, None, "5,000 ms or more"),
        ("response_ms.max", None, None, "-"),
    ],
)
def test_a_range_names_its_unit_once(name: str, low: float | None, high: float | None, text: str) -> None:
    assert numbers.span(name, low, high) == text


def test_a_setting_is_shown_as_its_file_has_it() -> None:
    assert [numbers.setting(value) for value in (640.0, None, True, "vad", 3)] == ["640", "null", "true", "vad", "3"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.03, "3%"), (0.0304, "3.04%"), (0.1234, "12.3%"), (0.000412, "0.0412%"), (0.0, "0%"), (1.0, "100%")],
)
def test_beside_a_limit_a_share_has_three_figures(value: float, text: str) -> None:
    assert numbers.figure("cut_off_rate", value, digits=3) == text


def test_a_limit_is_shown_as_it_is_typed() -> None:
    limits = (("cut_off_rate", 0.00125), ("llm_starts_per_turn", 1.125), ("response_ms.p95", 20000.0))
    assert [numbers.typed(name, value) for name, value in limits] == ["0.125%", "1.125", "20000 ms"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.30000000000000004, "0.3"),
        (1234.5678, "1235"),
        (333.3333333, "333.3"),
        (0.1234567, "0.1235"),
        (12345.6, "12346"),
        (20000.0, "20000"),
    ],
)
def test_a_setting_has_no_more_digits_than_a_person_reads(value: float, text: str) -> None:
    assert numbers.setting(value) == text


def test_two_values_of_a_setting_are_shown_apart_unless_they_differ_by_rounding_alone() -> None:
    assert numbers.settings_apart(640.0, 700) == ("640", "700")
    assert numbers.settings_apart(1234.5678, 1235) == ("1234.5678", "1235")
    assert numbers.settings_apart(0.30000000000000004, 0.3) is None
    assert numbers.settings_apart(None, 5.0) == ("null", "5")


def test_a_setting_has_the_unit_of_its_name() -> None:
    assert numbers.setting_of("llm.timeout_ms", 900.0) == "900 ms"
    assert numbers.setting_of("filler.after_ms", None) == "null"
    assert numbers.setting_of("llm.hedge", True) == "true"


def test_differences_have_their_sign_and_the_unit_of_the_figure() -> None:
    assert numbers.signed("response_ms.p50", 1210.4) == "+1,210 ms"
    assert numbers.signed("response_ms.p50", -0.2) == "0 ms"
    assert numbers.signed("cut_off_rate", -0.0123) == "-1.2 points"
    assert numbers.signed("cut_off_rate", 0.123) == "+12 points"
    assert numbers.signed("llm_starts_per_turn", 0.034) == "+0.03"
    assert numbers.signed("cut_off_rate", None) == numbers.NONE


def test_the_ends_of_a_difference_have_the_decimals_of_the_difference() -> None:
    assert numbers.signed_span("cut_off_rate", 0.087, 0.104, 0.096) == "+8.7 to +10.4"
    assert numbers.signed_span("cut_off_rate", -0.0001, 0.0053, 0.0025) == "-0.01 to +0.53"
    assert numbers.signed_span("response_ms.p50", -1316, -1308.4) == "-1,316 to -1,308"
    assert numbers.signed_span("response_ms.p50", None, 3) == numbers.NONE
