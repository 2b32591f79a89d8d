"""A call over a microphone and a loudspeaker: those of a sound server without hardware."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from stages.audio_models.packages import library
from stages.live.espeak import Espeak
from turntempo.listening.clips import wav

NEEDED = ("pulseaudio", "pactl", "paplay", "parecord")
LONG_S = 120


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which the default microphone hears what is played to `mic`, and `speaker` can be recorded."""
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        pytest.skip(f"needs {', '.join(missing)}: apt-get install pulseaudio pulseaudio-utils libasound2-plugins")
    (tmp_path / ".asoundrc").write_text("pcm.!default pulse\nctl.!default pulse\n")
    socket = tmp_path / "socket"
    modules = [f"module-native-protocol-unix socket={socket}", "module-null-sink sink_name=mic"]
    modules.append("module-null-sink sink_name=speaker")
    own = os.environ | {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    told = own | {"PULSE_SERVER": f"unix:{socket}"}
    command = [
        "pulseaudio",
        "--daemonize=no",
        "--exit-idle-time=-1",
        "-n",
        *(part for one in modules for part in ("-L", one)),
    ]
    server = subprocess.Popen(command, env=own, stderr=subprocess.DEVNULL)
    try:
        _until(lambda: _run(["pactl", "set-default-sink", "speaker"], told) == 0)
        assert _run(["pactl", "set-default-source", "mic.monitor"], told) == 0
        yield told
    finally:
        server.terminate()
        server.wait(LONG_S)


def test_who_speaks_into_the_microphone_is_answered_over_the_loudspeaker(
    sound_server: dict[str, str], tmp_path: Path
) -> None:
    question = tmp_path / "question.wav"
    question.write_bytes(wav(Espeak().sound("What time do you open on Sunday?")[None, :]))
    played = tmp_path / "played.wav"
    recorder = subprocess.Popen(
        ["parecord", "--device=speaker.monitor", "--file-format=wav", str(played)], env=sound_server
    )
    said = tmp_path / "said.txt"
    with said.open("wb") as stderr:
        call = subprocess.Popen(
            [sys.executable, "-m", "turntempo", "call", "--microphone", "-o", str(tmp_path / "call")],
            env=sound_server,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    try:
        _until(lambda: "speak into the microphone" in said.read_text())
        recording = tmp_path / "call/defaults.jsonl"
        _until(lambda: _asked(question, sound_server) and recording.exists() and recording.read_text().count("\n") >= 2)
        os.killpg(call.pid, signal.SIGINT)  # as a terminal does: to every process of the call
        assert call.wait(LONG_S) == 0
    finally:
        call.kill()
        call.wait()
        recorder.terminate()
        recorder.wait(LONG_S)
    assert "Traceback" not in said.read_text()
    assert json.loads(recording.read_text().splitlines()[1])["response_ms"] > 0
    for sound in (played, tmp_path / "call/defaults.wav"):
        samples, _ = library("soundfile").read(sound)
        assert np.abs(samples).max() > 0.05
    assert (tmp_path / "call/index.html").exists()


def _asked(question: Path, environment: dict[str, str]) -> bool:
    """Speak, and wait a while; sound in which the recogniser finds no words is not answered, so it may take some."""
    done = _run(["paplay", "--device=mic", str(question)], environment) == 0
    time.sleep(10)
    return done


def _run(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


def _until(true) -> None:
    """Wait for a condition."""
    end = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
