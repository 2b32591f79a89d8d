"""What audio needs beyond the rest: where it is missing the command to install it is said, and nothing is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.importers import import_recording
from stages.audio_models import packages
from stages.errors import InputError
from tests.audio.calls import call, wav


def test_a_missing_library_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(InputError, match=r"soundfile.*pip install '\.\[audio\]'"):
        packages.library("soundfile")


def test_without_a_package_with_the_model_the_command_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packages, "SILERO", (("no-such-package", "x.onnx"),))
    (tmp_path / "call.wav").write_bytes(wav(call()))
    with pytest.raises(InputError, match=r"Silero's VAD.*pip install '\.\[audio\]'"):
        import_recording("auto", [tmp_path / "call.wav"])


def test_importers_load_none_of_it(root: Path) -> None:
    code = (
        "import sys, pipeline.importers as i; from pipeline.importers.files import File;"
        "i.IMPORTERS['audio'].recognise(File('x', b'RIFF----WAVE'));"
        "print([name for name in ('onnxruntime', 'soundfile', 'soxr', 'pipecat', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
