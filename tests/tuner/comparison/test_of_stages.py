"""Two probes compared in turns."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.simulation import Profile
from pipeline.simulation.stage_file import Probed, stage_file_text
from stages.settings import Settings
from tuner.comparison.of_stages import compare_stages

RANDOM = np.random.default_rng(5)


def profile(folder: Path, name: str, values: np.ndarray) -> Profile:
    path = folder / f"{name}.toml"
    probed = Probed(stage="llm", endpoint="http://x/v1", model=name, measured="2026-11-30", requests=len(values))
    first = {"value": 1.0, "source": "a test"}
    times = {"values": sorted(values.round(3).tolist()), "source": "a test"}
    path.write_text(stage_file_text(probed, {"llm": {"ttft_ms": times, "first_turn": first}}))
    return Profile.load(f"support-call+{path}")


def test_the_endpoint_that_is_300_ms_faster_answers_so_much_sooner(tmp_path: Path) -> None:
    slow, fast = (profile(tmp_path, name, RANDOM.normal(at, 30, 200)) for name, at in (("slow", 800), ("fast", 500)))
    found = compare_stages(slow, fast, Settings(), 600, draws=30).figures["response_ms.p50"]
    assert found.status == "better"
    assert found.change == pytest.approx(-300, abs=25)
    assert found.low is not None
    assert found.high is not None
    assert found.low < -300 < found.high


def test_two_probes_of_one_endpoint_are_not_shown_to_differ_where_few_requests_tell(tmp_path: Path) -> None:
    one, other = (profile(tmp_path, name, RANDOM.gamma(4, 150, 25)) for name in ("one", "other"))
    found = compare_stages(one, other, Settings(), 600, draws=40).figures["response_ms.p95"]
    assert found.status == "not shown"


def test_the_interval_of_few_requests_is_wider_than_that_of_many(tmp_path: Path) -> None:
    widths = []
    for n in (20, 500):
        a, b = (profile(tmp_path, f"{name}{n}", RANDOM.gamma(4, 150, n)) for name in "ab")
        one = compare_stages(a, b, Settings(), 400, draws=30).figures["response_ms.p50"]
        assert one.low is not None
        assert one.high is not None
        widths.append(one.high - one.low)
    assert widths[0] > 2 * widths[1]


def test_the_same_files_and_seed_give_the_same_result(tmp_path: Path) -> None:
    a, b = (profile(tmp_path, name, RANDOM.gamma(4, 150, 40)) for name in "ab")
    one, same = (compare_stages(a, b, Settings(), 200, seed=4, draws=8).json_dict() for _ in range(2))
    assert one == same
    assert one["figures"]["response_ms.p50"]["n"] == 200
