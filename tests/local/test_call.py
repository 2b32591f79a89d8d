"""A live call with real stages: what is asked is answered, heard and recorded, under two settings."""

import json
from pathlib import Path

import numpy as np
import pytest

from stages.audio_models.packages import library
from stages.audio_models.vad import RATE
from stages.live.espeak import Espeak
from turntempo.__main__ import main
from turntempo.listening.clips import wav

QUICK = {"endpointing": {"silence_ms": 400}, "llm": {"timeout_ms": 40000}, "tts": {"timeout_ms": 30000}}
PATIENT = QUICK | {"endpointing": {"silence_ms": 1200}}


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a call under two settings."""
    folder = tmp_path_factory.mktemp("call")
    question = np.concatenate([np.zeros(1600, np.float32), Espeak().sound("What time do you open on Sunday?")])
    (folder / "question.wav").write_bytes(wav(question[None, :]))
    for name, held in (("quick", QUICK), ("patient", PATIENT)):
        (folder / f"{name}.json").write_text(json.dumps(held))
    files = [str(folder / "question.wav"), "-o", str(folder / "out")]
    for name in ("quick", "patient"):
        files += ["--settings", str(folder / f"{name}.json")]
    assert main(["call", *files]) == 0
    return folder / "out"


@pytest.mark.parametrize("label", ["quick", "patient"])
def test_the_agent_is_heard_after_the_user(called: Path, label: str) -> None:
    sound, rate = library("soundfile").read(called / f"{label}.wav")
    assert (rate, sound.shape[1]) == (RATE, 2)
    loud = [np.flatnonzero(np.abs(side) > 0.05) for side in sound.T]
    assert loud[0][-1] < loud[1][0]


@pytest.mark.parametrize("label", ["quick", "patient"])
def test_the_recording_is_one_of_ours_and_is_replayed(
    called: Path, label: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(called / f"{label}.jsonl"), "--profile", "support-call", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 1


def test_the_longer_silence_is_waited_for(called: Path) -> None:
    waits = []
    for label in ("quick", "patient"):
        turn = json.loads((called / f"{label}.jsonl").read_text().splitlines()[1])
        rest = turn["llm"]["ttft_ms"][0] + turn["tts"]["ttfb_ms"][0]
        waits.append(turn["response_ms"] - rest)
    assert waits[0] > 400
    assert waits[1] > 1200


def test_the_page_has_both_sounds(called: Path) -> None:
    for page in ("index.html", "index.zh.html"):
        text = (called / page).read_text()
        assert all(f'src="{label}.wav"' in text for label in ("quick", "patient"))
        assert "endpointing.silence_ms" in text
