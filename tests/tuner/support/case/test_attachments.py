import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recordings import read
from pipeline.simulation import Profile, simulate
from stages.errors import InputError, OutputError
from stages.settings import Settings
from tuner.support.case import attachments, open_case
from tuner.support.case.attachments import (
    keep,
    keep_config,
    keep_recording,
    keep_settings,
    require_files,
    require_room,
    safe_name,
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("log.txt", "log.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\logs\\a b.json", "a_b.json"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a;rm -rf $(x)`y`|z.sh", "a_rm_-rf_x_y_z.sh"),
        ("<img src=x onerror=alert(1)>.png", "_img_src_x_onerror_alert_1_.png"),
        ("通话记录 1.wav", "通话记录_1.wav"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("a\x1b[2J\u202egnp.exe", "a_2J_gnp.exe"),
        ("...", "file"),
        ("x" * 300 + ".json", "x" * 115 + ".json"),
    ],
)
def test_a_file_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(min_size=1))
def test_any_name_becomes_a_single_part_of_a_path(name: str) -> None:
    found = safe_name(name)
    assert Path(found).name == found
    assert found not in (".", "..")
    assert 0 < len(found.encode()) <= attachments.LONGEST + 1
    assert safe_name(found) == found


def test_a_file_is_kept_as_received_and_another_with_its_name_beside_it(make, tmp_path: Path) -> None:
    case, source = make(), tmp_path / "a b.txt"
    source.write_bytes(b"first\x00")
    first = keep(case, source)
    source.write_bytes(b"second")
    second = keep(case, source)
    assert (first.name, second.name) == ("attachments/a_b.txt", "attachments/a_b-2.txt")
    assert (case.folder / first.name).read_bytes() == b"first\x00"
    assert (first.sha256, first.bytes) == (hashlib.sha256(b"first\x00").hexdigest(), 6)


def test_a_path_that_is_not_a_file_is_refused(make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        keep(make(), tmp_path)
    with pytest.raises(InputError, match="there is no such file"):
        keep(make(name="other"), tmp_path / "none")


def test_a_configuration_keeps_its_suffix_and_is_replaced_only_by_force(make, tmp_path: Path) -> None:
    case = make()
    (tmp_path / "agent.YAML").write_text("a: 1")
    (tmp_path / "agent.json").write_text("{}")
    assert keep_config(case, tmp_path / "agent.YAML", force=False).name == "config.yaml"
    with pytest.raises(OutputError, match="is attached already"):
        keep_config(case, tmp_path / "agent.json", force=False)
    assert keep_config(case, tmp_path / "agent.json", force=True).name == "config.json"
    assert [path.name for path in case.folder.glob("config.*")] == ["config.json"]


def test_a_recording_is_kept_with_its_settings_and_replaced_only_by_force(make) -> None:
    case, turns = make(), simulate(Profile.load("receptionist"), 20, seed=1)
    settings = Settings().replace({"endpointing.silence_ms": 900})
    (case.folder / "recording.parquet").touch()
    with pytest.raises(OutputError, match="is attached already"):
        require_room(case, recording=True, after=False, config=False, force=False)
    with pytest.raises(OutputError, match="is attached already"):
        keep_recording(case, turns, settings, after=False, force=False)
    keep_recording(case, turns, settings, after=False, force=True)
    keep_recording(case, turns, None, after=True, force=False)
    assert sorted(path.name for path in case.folder.glob("recording*")) == [
        "recording-after.jsonl.gz",
        "recording.jsonl.gz",
    ]
    held = read(str(case.recording))
    assert (len(held.columns), held.settings) == (20, settings)
    assert read(str(case.after)).settings is None


def test_a_long_recording_is_kept_as_a_table(make, monkeypatch: pytest.MonkeyPatch) -> None:
    case, turns = make(), simulate(Profile.load("receptionist"), 20, seed=1)
    monkeypatch.setattr(attachments, "MANY_TURNS", 19)
    keep_recording(case, turns, Settings(), after=False, force=False)
    assert case.recording == case.folder / "recording.parquet"
    assert len(read(str(case.recording)).columns) == 20


def test_the_settings_in_force_are_kept_in_our_form(make) -> None:
    case, settings = make(), Settings().replace({"llm.attempts": 2})
    keep_settings(case, settings)
    assert open_case(case.folder).settings == settings


def test_all_files_are_checked_before_any_is_kept(make, tmp_path: Path) -> None:
    (tmp_path / "there.txt").touch()
    require_files([tmp_path / "there.txt"])
    with pytest.raises(InputError, match=r"none\.txt: there is no such file"):
        require_files([tmp_path / "there.txt", tmp_path / "none.txt"])
