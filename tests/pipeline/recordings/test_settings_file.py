"""Settings files: partial ones are completed, wrong ones say where."""

from pathlib import Path

import pytest

from pipeline.recordings import read_settings, read_settings_file, write_settings
from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import new_file


def test_what_a_file_leaves_out_has_the_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('\ufeff{"schema": "turntempo.settings/2", "endpointing": {"silence_ms": 500}}')
    assert read_settings(path) == Settings().replace({"endpointing.silence_ms": 500})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"vad": {\n  "silence_ms": 200,\n}}', ":3:1: is not JSON: "),
        (b"", ":1:1: is not JSON: Expecting value"),
        (b"[]", "settings are a JSON object"),
        (b'{"vad": {"silence_ms": NaN}}', "NaN cannot be the value of a setting"),
        (b'{"vad": {}, "vad": {}}', "'vad' is there twice; which one is meant?"),
        (b'{"vad": {\n"silence_ms": "\xff"}}', ":2: is not UTF-8 text"),
        (b'{"vad": {"silence": 200}}', "unknown setting 'vad.silence'. Did you mean vad.silence_ms?"),
        (b'{"vad": {"silence_ms": 0.2}, "llm": {"timeout_ms": 3}}', "write milliseconds"),
        (b'{"schema": "turntempo.turn/2"}', "schema must be 'turntempo.settings/2'"),
        (b"[" * 100_000, "is nested too deeply"),
        (b" " * (1 << 21), "is larger than 1 MiB"),
        (b'{"llm": {"attempts": ' + b"9" * 5000 + b"}}", "is not JSON"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_file_says_where_and_why(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_a_folder_and_a_missing_file_are_distinguished(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder; give a settings file"):
        read_settings(tmp_path)
    with pytest.raises(SettingsError, match="there is no such file"):
        read_settings(tmp_path / "none.json")


def test_a_toml_file_is_read_with_null_as_a_text(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[endpointing]\nsilence_ms = 500\neot_threshold = "null"\n[filler]\nafter_ms = 900\n')
    held = read_settings_file(path)
    assert held.settings == Settings().replace({"endpointing.silence_ms": 500, "filler.after_ms": 900})
    assert held.stated == {"endpointing.silence_ms", "endpointing.eot_threshold", "filler.after_ms"}
    assert held.partial


def test_a_whole_file_is_not_partial(tmp_path: Path) -> None:
    write_settings(tmp_path / "s.json", Settings())
    assert not read_settings_file(tmp_path / "s.json").partial


def test_an_export_to_toml_is_read_back(tmp_path: Path) -> None:
    settings = Settings().replace({"endpointing.silence_ms": 500, "filler.after_ms": 900, "eager.on": "final"})
    (tmp_path / "s.toml").write_text(new_file(target("toml"), settings).text)
    assert read_settings(tmp_path / "s.toml") == settings


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[endpointing\n", "is not TOML: "),
        ("[endpointing]\nsilnce_ms = 5\n", "Did you mean endpointing.silence_ms?"),
        ('[endpointing]\nsilence_ms = "null"\n', "endpointing.silence_ms"),
        ("silence_ms = 5\n", "unknown setting 'silence_ms'"),
    ],
)
def test_a_bad_toml_file_says_why(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)
