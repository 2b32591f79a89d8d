"""End-of-turn scores are those that Pipecat gets of the same model."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.importers.audio.end_of_turn import Asked, scores
from pipeline.importers.files import File
from stages.arrays import Samples
from stages.audio_models.mel import log_mel
from stages.audio_models.packages import end_of_turn_model
from stages.audio_models.smart_turn import probability
from tests.audio.calls import USER, WHY, call, wav
from tests.audio.voice import RATE

soundfile, soxr = (pytest.importorskip(name, reason=WHY) for name in ("soundfile", "soxr"))

THEIRS = """
import sys, numpy as np
from pipecat.audio.turn.smart_turn._whisper_features import compute_whisper_log_mel_features as features
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3 as Analyzer
samples = np.load(sys.argv[1])
analyzer = Analyzer(sample_rate=16000)
analyzer._sample_rate = 16000
np.save(sys.argv[2], features(np.pad(samples, (max(128000 - len(samples), 0), 0))[-128000:]))
print("score", analyzer._predict_endpoint(samples)["probability"])
"""


def model() -> Path:
    found = end_of_turn_model()
    assert found is not None
    return found.path


def theirs(samples: Samples, folder: Path) -> tuple[Samples, float]:
    """The features and the probability, as the package itself works them out."""
    np.save(folder / "samples.npy", samples)
    command = [sys.executable, "-c", THEIRS, str(folder / "samples.npy"), str(folder / "features.npy")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("score "))
    return np.load(folder / "features.npy"), float(line.split()[1])


@pytest.mark.parametrize("seconds", [2, 8, 11])
def test_features_and_scores_are_those_of_pipecat(tmp_path: Path, seconds: int) -> None:
    samples = call(length_ms=17_000)[: seconds * RATE, 0].astype(np.float32)
    features, score = theirs(samples, tmp_path)
    assert np.abs(log_mel(samples) - features).max() < 1e-5
    assert probability(model(), samples) == pytest.approx(score, abs=1e-5)


def test_the_model_is_asked_about_the_turn_up_to_that_moment(tmp_path: Path) -> None:
    sound = call()
    file = File("call.wav", wav(sound))
    at, since = USER[1][1] + 200, USER[0][0]
    (found,) = scores((file,), 0, [Asked(at, since)], model())
    samples: Samples = (sound[:, 0] * 32767).astype("<i2").astype(np.float32) / np.float32(32768)
    heard = samples[round((since - 500) * RATE / 1000) : round(at * RATE / 1000)]
    assert found == pytest.approx(probability(model(), heard), abs=1e-4)


def test_scores_come_in_the_order_of_the_questions() -> None:
    file = File("call.wav", wav(call()))
    asked = [Asked(one, 2_500) for one in range(3_000, 15_000, 1_500)]
    assert scores((file,), 0, asked, model()) == [scores((file,), 0, [one], model())[0] for one in asked]


def read(path: Path) -> Samples:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    found: Samples = np.concatenate([soxr.resample(samples[:, 0], rate, RATE), np.zeros(RATE // 5)]).astype(np.float32)
    return found


def test_real_whole_turns_score_higher_than_unfinished_ones(shared: Path) -> None:
    folder = shared / "data" / "easy-turn-samples"
    whole, broken = (
        [probability(model(), read(path)) for path in sorted(folder.glob(f"{kind}_*.wav"))]
        for kind in ("complete", "incomplete")
    )
    assert len(whole) == len(broken) == 4
    assert float(np.median(whole)) > 0.9
    assert float(np.median(broken)) < 0.5  # not each of them: the model's weights have 8 bits, and processors differ
