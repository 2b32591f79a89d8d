"""Commands that take sound, from the command line to the files that they write."""

import re
import wave
from pathlib import Path

import numpy as np
import pytest

from pipeline.recordings import read
from tests.audio.calls import call, in_doubt, wav
from tests.audio.voice import RATE
from tests.turntempo.conftest import run

__all__ = ["run"]

HASTY = ("--set", "endpointing.silence_ms=200", "--set", "endpointing.max_silence_ms=200", "--set", "vad.silence_ms=64")


PAUSE = (3_700, 5_200)

USER_SPANS = ((2_500, PAUSE[0]), (PAUSE[1], 6_100), (9_600, 10_400), (12_300, 13_100))
AGENT_SPANS = ((400, 1_800), (7_000, 8_600), (11_500, 13_800))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A call with a pause of 1.5 s, and a user who speaks over the last reply."""
    path = tmp_path / "call.wav"
    path.write_bytes(wav(call(USER_SPANS, AGENT_SPANS)))
    return path


def test_import_takes_the_settings_of_the_vad(run, sound: Path, tmp_path: Path) -> None:
    given = ("import", "auto", sound, "-o", tmp_path / "calls.jsonl", "--vad-threshold", "0.6", "--min-silence", "2000")
    assert run(*given, "--user", "left").code == 0
    assert read(tmp_path / "calls.jsonl").columns.pauses_known.all()
    assert len(read(tmp_path / "calls.jsonl").columns.pause_ms) == 0


def test_diagnose_takes_sound(run, sound: Path) -> None:
    done = run("diagnose", sound)
    assert done.code == 0
    assert "come from a log of another tool (audio)" in done.err


def test_the_moments_around_cut_offs_are_written_with_a_page(run, sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "listen"
    done = run("replay", sound, *HASTY, "--listen-to", "cut-offs", "--listen-in", folder, "--engine", "stream")
    assert done.code == 0
    page = (folder / "index.html").read_text()
    files = sorted(path.name for path in folder.glob("*.wav"))
    assert re.findall(r'src="([^"]+)"', page) == files != []
    assert files[0] == "001-cut-off.wav"
    assert re.search(r"into a pause of 1,(49|50)\d ms, whose end-of-turn score is 0\.\d\d", page)
    assert f"open {folder / 'index.html'}" in done.err


def test_a_tone_marks_the_moment_on_both_sides(run, sound: Path, tmp_path: Path) -> None:
    run("replay", sound, *HASTY, "--listen-to", "cut-offs", "--listen-in", tmp_path / "x", "--engine", "stream")
    with wave.open(str(tmp_path / "x" / "001-cut-off.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, RATE)
        sides = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    pause = sides[round((PAUSE[0] + 60) * RATE / 1000) : round(PAUSE[1] * RATE / 1000)]  # the sound begins at 0
    loud = np.flatnonzero(np.abs(pause[:, 1]) > 2_000)
    assert 40 <= (loud[-1] - loud[0]) * 1000 / RATE <= 60
    assert np.abs(pause[:, 0]).max() > 2_000


def test_files_that_are_there_are_not_overwritten_unasked(run, sound: Path, tmp_path: Path) -> None:
    given = ("replay", sound, *HASTY, "--listen-to", "cut-offs", "--listen-in", tmp_path / "x", "--engine", "stream")
    assert [run(*given).code, run(*given).code, run(*given, "--force").code] == [0, 2, 0]


def test_without_cut_offs_no_file_is_written(run, sound: Path, tmp_path: Path) -> None:
    patient = ("--set", "endpointing.silence_ms=1900", "--set", "barge_in.mode=ignore", "--engine", "stream")
    done = run("replay", sound, *patient, "--listen-to", "cut-offs", "--listen-in", tmp_path / "x")
    assert done.code == 0
    assert "no moments to listen to" in done.err
    assert not (tmp_path / "x").exists()


def test_a_recording_without_its_sound_cannot_be_listened_to(run, sound: Path, tmp_path: Path) -> None:
    run("import", "auto", sound, "-o", tmp_path / "calls.jsonl")
    given = ("replay", tmp_path / "calls.jsonl", "--profile", "support-call")
    done = run(*given, "--listen-to", "cut-offs", "--listen-in", tmp_path / "x")
    assert done.code == 2
    assert "name the audio files" in done.err


def test_replay_takes_options_of_the_import(run, sound: Path, tmp_path: Path) -> None:
    done = run("replay", sound, "--option", "min_silence_ms=2000", "--engine", "stream", "--json")
    assert done.json["cut_off_rate"] == 0
    assert run("replay", sound, "--option", "no_such=1").code == 2


def test_names_with_markup_do_nothing_on_the_page(run, sound: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a&b<img src=x onerror=alert(1)>.wav"
    sound.rename(odd)
    run("replay", odd, *HASTY, "--listen-to", "cut-offs", "--listen-in", tmp_path / "x", "--engine", "stream")
    page = (tmp_path / "x" / "index.html").read_text()
    assert "<img" not in page
    assert "a&amp;b&lt;img" in page


def test_the_page_is_there_in_chinese_too(run, sound: Path, tmp_path: Path) -> None:
    run("replay", sound, *HASTY, "--listen-to", "cut-offs", "--listen-in", tmp_path / "x", "--engine", "stream")
    english, chinese = ((tmp_path / "x" / name).read_text() for name in ("index.html", "index.zh.html"))
    assert "试听片段：误截断与误停，call.wav" in chinese
    assert re.findall(r'src="([^"]+)"', english) == re.findall(r'src="([^"]+)"', chinese) != []


def test_in_doubt_a_person_at_the_terminal_is_asked(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "call.wav").write_bytes(wav(in_doubt()))
    asked: list[str] = []
    monkeypatch.setattr("turntempo.given.channels._is_terminal", lambda: True)

    def answer(text: str, **_: object) -> str:
        asked.append(text)
        return "right"

    monkeypatch.setattr("click.prompt", answer)
    done = run("import", "auto", tmp_path / "call.wav", "-o", tmp_path / "calls.jsonl")
    assert done.code == 0
    assert asked == ["Which channel is the user's: left (or the first file), or right?"]
    assert "the user is right: as it was said" in done.err
