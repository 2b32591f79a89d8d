import pytest

from stages.errors import InputError, UnknownName
from tuner.statistics.limits import DEFAULT_LIMITS, Limit, default_limits, limits_with, parse_limit


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("cut_off_rate=3%", "cut_off_rate", 0.03),
        (" cut_off_rate = 0.03 ", "cut_off_rate", 0.03),
        ("failed_rate=0", "failed_rate", 0.0),
        ("lost_rate=100%", "lost_rate", 1.0),
        ("p95=900", "response_ms.p95", 900.0),
        ("p99.5=900ms", "response_ms.p99.5", 900.0),
        ("p95=1.5s", "response_ms.p95", 1500.0),
        ("stop_ms.p95 = 0.7 s", "stop_ms.p95", 700.0),
        ("stop_ms.p50=15ms", "stop_ms.p50", 15.0),
        ("stop_ms.p50=700", "stop_ms.p50", 700.0),
        ("llm_starts_per_turn=1.5", "llm_starts_per_turn", 1.5),
    ],
)
def test_a_limit_is_a_share_a_count_or_milliseconds(text: str, name: str, value: float) -> None:
    assert parse_limit(text) == Limit(name, pytest.approx(value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cut_off_rate", "write NAME=VALUE, as in cut_off_rate=3%"),
        ("cut_off_rate=3", "for 3 percent write cut_off_rate=3%"),
        ("cut_off_rate=150%", "between 0 and 1, or 0% and 100%"),
        ("cut_off_rate=-1%", "between 0 and 1"),
        ("cut_off_rate=few", "'few' is not a number"),
        ("p95=0.9", "these are milliseconds; for seconds write 900"),
        ("p95=0.9", "or 0.9s"),
        ("cut_off_rate=3s", "is no time, so it takes no s"),
        ("llm_starts_per_turn=1200ms", "is no time, so it takes no ms"),
        ("p95=fasts", "'fasts' is not a number"),
        ("p95=0", "milliseconds above 0"),
        ("p95=3%", "takes no %"),
        ("llm_starts_per_turn=0.5", "one LLM request at least"),
        ("llm_starts_per_turn=nan", "'nan' is not a number"),
        ("llm_starts_per_turn=inf", "'inf' is not a number"),
    ],
)
def test_an_invalid_limit_is_refused_with_an_example(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_limit(text)


@pytest.mark.parametrize(
    ("name", "closest"), [("cutoff_rate", "cut_off_rate"), ("response.p95", "response_ms.p95"), ("stop_p95", "stop_ms")]
)
def test_an_unknown_figure_lists_all_and_the_closest(name: str, closest: str) -> None:
    with pytest.raises(UnknownName, match=f"Did you mean {closest}.*Valid: cut_off_rate, lost_rate"):
        parse_limit(f"{name}=3%")


def test_a_quantile_without_a_figure_is_refused() -> None:
    with pytest.raises(UnknownName):
        parse_limit("p0=900")


def test_a_given_limit_replaces_its_default_and_others_are_added() -> None:
    found = limits_with([parse_limit("cut_off_rate=8%"), parse_limit("p95=900")])
    assert len(found) == len(DEFAULT_LIMITS) + 1
    assert found[0] == Limit("cut_off_rate", 0.08, "given")
    assert found[1:-1] == default_limits()[1:]
    assert found[-1].name == "response_ms.p95"


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Limit("cut_off_rate", 0.03), "cut_off_rate <= 3%"),
        (Limit("llm_starts_per_turn", 1.2), "llm_starts_per_turn <= 1.2"),
        (Limit("response_ms.p95", 900), "response_ms.p95 <= 900 ms"),
    ],
)
def test_a_limit_is_shown_in_its_own_unit(limit: Limit, text: str) -> None:
    assert limit.text() == text
    assert limit.shown(None) == "none"


def test_a_quantile_knows_its_figure_and_share() -> None:
    limit = parse_limit("stop_ms.p99.9=700")
    assert (limit.figure, limit.share) == ("stop_ms", 0.999)
    assert parse_limit("cut_off_rate=1%").figure is None


def test_a_raised_limit_keeps_its_name_and_its_reason() -> None:
    assert default_limits()[0].at(0.1, "in force") == Limit("cut_off_rate", 0.1, "in force")
