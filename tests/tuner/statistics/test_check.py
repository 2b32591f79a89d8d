import json
from xml.etree import ElementTree

import pytest

from pipeline.simulation import Profile, simulate
from stages.errors import InputError
from stages.settings import Settings
from tuner.statistics.check import Check, check
from tuner.statistics.limits import parse_limit
from turntempo.show.junit import junit_xml

TURNS = simulate(Profile.load("receptionist"), 800, seed=6)


def checked(*limits: str, settings: Settings | None = None, **more: object) -> Check:
    return check(TURNS, settings or Settings(), [parse_limit(text) for text in limits], **more)  # type: ignore[arg-type]


def test_a_limit_that_is_shown_to_hold_passes() -> None:
    found = checked("p95=20000", "degraded_rate=50%")
    assert found.met
    assert all(": met" in line for line in found.sentences())


def test_a_limit_met_on_the_estimate_alone_fails_and_says_how_many_turns_it_takes() -> None:
    rate = checked("cut_off_rate=99%").figures["cut_off_rate"].value
    assert rate is not None
    tight = f"cut_off_rate={rate + 0.002:.4f}"
    found = checked(tight)
    assert not found.met
    assert "met on the estimate, not shown: needs" in found.sentences()[0]
    assert checked(tight, point=True).met


def test_a_missed_limit_fails_with_point_or_bound() -> None:
    assert not checked("p50=300").met
    assert not checked("p50=300", point=True).met


def test_a_stored_result_is_the_baseline_of_the_next() -> None:
    stored = json.loads(json.dumps(checked("p95=20000").json_dict()))
    assert checked("p95=20000", baseline=stored).met
    slower = checked("p95=20000", settings=Settings().replace({"endpointing.silence_ms": 1500}), baseline=stored)
    assert not slower.met
    assert any(one.name == "response_ms.p50" for one in slower.regressions)
    assert "worse than the baseline" in " ".join(slower.sentences())


@pytest.mark.parametrize(
    "baseline", [{}, {"schema": "turntempo.check/2"}, {"schema": "turntempo.check/2", "figures": {"n": 3}}]
)
def test_an_invalid_baseline_is_refused(baseline: dict[str, object]) -> None:
    with pytest.raises(InputError, match="baseline"):
        checked("p95=20000", baseline=baseline)


def test_junit_has_a_case_for_each_limit_and_a_failure_for_each_missed_one() -> None:
    suite = ElementTree.fromstring(junit_xml(checked("p95=20000", "p50=300")).split("?>", 1)[1])
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failed = suite.findall("testcase")[1]
    failure = failed.find("failure")
    assert failed.get("name") == "response_ms.p50"
    assert failure is not None
    assert "missed" in (failure.text or "")
