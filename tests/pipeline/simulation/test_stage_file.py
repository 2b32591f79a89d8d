"""Stages that a probe measured take the place of a profile's own."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simulation import Profile, simulate
from pipeline.simulation.distribution import Distribution
from pipeline.simulation.profile import with_stages
from pipeline.simulation.stage_file import Probed, is_stage_file, read_stages, stage_file_text
from stages.errors import InputError

PROBED = Probed(stage="llm", endpoint="http://x/v1", model="m", measured="2026-11-30", requests=3)
TABLES = {"llm": {"ttft_ms": {"values": [100.0, 200.0, 400.0], "source": "a probe"}}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "llm.toml"
    path.write_text(stage_file_text(PROBED, TABLES))
    return path


def test_a_written_file_reads_back(file: Path) -> None:
    found = read_stages(file)
    assert found.probe == PROBED
    assert found.llm.ttft_ms is not None
    assert found.llm.ttft_ms.values == (100.0, 200.0, 400.0)
    assert is_stage_file(file)


def test_the_measured_stage_replaces_that_of_the_profile_and_leaves_the_others(file: Path) -> None:
    plain, measured = Profile.load("support-call"), Profile.load(f"support-call+{file}")
    assert measured.llm.ttft_ms.source == "a probe"
    assert measured.tts == plain.tts
    assert measured.probed == (PROBED,)
    assert measured.conversation == "support-call"


def test_turns_with_measured_stages_have_the_same_names_and_speech_and_the_measured_times(file: Path) -> None:
    plain = simulate(Profile.load("support-call"), 200, 1)
    measured = simulate(Profile.load(f"support-call+{file}"), 200, 1)
    assert (plain.ids == measured.ids).all()
    assert (plain.end_ms == measured.end_ms).all()
    later = measured.ttft_ms[measured.index > 0]
    assert later.min() >= 100
    assert later.max() <= 400


def test_of_two_files_of_one_stage_the_later_counts(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(stage_file_text(PROBED.model_copy(update={"model": "n"}), TABLES))
    found = Profile.load(with_stages("support-call", [str(file), str(other)]))
    assert [one.model for one in found.probed] == ["n"]


@given(st.lists(st.floats(0.01, 60_000), min_size=1, max_size=200), st.floats(1e-9, 1 - 1e-9))
def test_nothing_is_drawn_beyond_the_least_and_the_greatest_measured(values: list[float], u: float) -> None:
    drawn = Distribution(values=tuple(sorted(values)), source="s").quantile(np.array([u]))[0]
    assert min(values) * (1 - 1e-9) <= drawn <= max(values) * (1 + 1e-9)


@given(st.lists(st.floats(0.01, 60_000), min_size=1, max_size=200))
def test_the_middle_of_each_measured_value_is_that_value(values: list[float]) -> None:
    ordered = np.sort(values)
    found = Distribution(values=tuple(ordered), source="s").quantile((np.arange(len(ordered)) + 0.5) / len(ordered))
    assert found == pytest.approx(ordered, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "schema"),
        ("[llm.ttft_ms]\nvalues = [1.0]\nsource = 's'", "schema"),
        ('schema = "turntempo.stages/2"', "no stage in it"),
        ('schema = "turntempo.stages/2"\n[llm.ttft_ms]\nvalues = [2.0, 1.0]\nsource = "s"', "llm.ttft_ms"),
        ('schema = "turntempo.stages/2"\n[llm.ttft_ms]\nvalues = [0.0, 1.0]\nsource = "s"', "llm.ttft_ms"),
        ('schema = "turntempo.stages/2"\n[llm.ttft_ms]\nvalues = ["1"]\nsource = "s"', "llm.ttft_ms"),
        ('schema = "turntempo.stages/2"\n[llm.ttft_ms]\nvalues = [nan]\nsource = "s"', "llm.ttft_ms"),
        ('schema = "turntempo.stages/2"\n[llm.ttft_ms]\nvalues = [1.0]', "source"),
        ('schema = "turntempo.stages/2"\n[llm.speed]\nvalues = [1.0]\nsource = "s"', "llm.speed"),
        ('schema = "turntempo.stages/2"\n[speech]\nx = 1', "speech"),
        ("a = ", "is no TOML"),
        ("a = " + "[" * 5000, "is no TOML"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused_with_its_name_and_the_rule(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_stages(path)
    assert str(path) in str(refused.value)
    assert says in str(refused.value)


def test_a_file_that_is_not_there_is_refused_with_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="turntempo probe"):
        read_stages(tmp_path / "none.toml")


def test_a_file_name_that_cannot_be_told_apart_is_refused() -> None:
    with pytest.raises(InputError, match="rename"):
        with_stages("support-call", ["a+b.toml"])
