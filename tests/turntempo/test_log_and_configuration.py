"""What a log does not tell is taken from the configuration beside it, and the other way round."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.importers.any_recording import read_any

BOT = """from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.pipeline.task import PipelineParams, PipelineTask
params = DailyParams(vad_analyzer=SileroVADAnalyzer(params=VADParams(stop_secs=1.2)))
words = [MinWordsInterruptionStrategy(min_words=2)]
task = PipelineTask(pipeline, params=PipelineParams(interruption_strategies=words))
"""


def stamp(at: float) -> str:
    return f"2026-11-20 10:{int(at // 60):02}:{at % 60:06.3f}"


def log(turns: int = 12, version: str = "0.0.87") -> str:
    """Each turn is heard 1.2 s of silence and 24 ms after the speech, and answered 1.1 s after that."""
    lines = [f"{stamp(0)} | INFO     | pipecat:<module>:14 - Pipecat {version} (Python 3.12.3)"]
    for turn in range(turns):
        said = [
            (1.0, "base_input:290", "User started speaking"),
            (3.2, "stt:250", "DeepgramSTTService#0: Transcription: [hello there]"),
            (4.0, "base_input:305", "User stopped speaking"),
            (4.0, "base_llm:156", "OpenAILLMService#0: Generating chat [[...]]"),
            (4.6, "metrics:69", "OpenAILLMService#0 TTFB: 0.600"),
            (4.8, "tts:53", "CartesiaTTSService#0: Generating TTS [Sure, I can help.]"),
            (5.1, "metrics:69", "CartesiaTTSService#0 TTFB: 0.300"),
            (5.1, "base_output:394", "Bot started speaking"),
            (8.0, "base_output:401", "Bot stopped speaking"),
        ]
        lines += [f"{stamp(10 * turn + at)} | DEBUG    | pipecat.{where} - {what}" for at, where, what in said]
    return "\n".join(lines) + "\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "bot.log").write_text(log())
    (tmp_path / "bot.py").write_text(BOT)
    return tmp_path / "bot.log", tmp_path / "bot.py"


def test_the_wait_before_the_logs_line_is_that_of_the_configuration(run: Any, files: tuple[Path, Path]) -> None:
    logged, bot = files
    alone, both = run("diagnose", logged), run("diagnose", logged, "--settings", bot)
    assert "Measured median 1,924 ms" in alone.out  # the version's 0.8 s
    assert "Measured median 2,340 ms" in both.out  # 1.2 s on windows of 32 ms are 1,216; 24 for the VAD; 1,100
    assert "800 ms is taken" not in both.err


def test_an_option_goes_before_the_configuration(files: tuple[Path, Path]) -> None:
    found = read_any(files[0], options={"stop_ms": "320"}, in_force={"vad.silence_ms": 1216.0})
    assert set(found.recording.columns.response_ms) == {1444.0}  # 320 + 24 + 1,100


def test_a_case_takes_both_from_each_other(run: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    logged, bot = files
    run("case", "new", tmp_path / "case", "--title", "slow")
    done = run("case", "attach", tmp_path / "case", "--recording", logged, "--config", bot)
    assert done.code == 0, done.err
    assert "read as Pipecat" in done.err
    assert "version 0.0.87 is taken from" in done.err
    assert "does not say its version" not in done.err
    assert "Measured median 2,340 ms" in run("diagnose", tmp_path / "case").out


def test_a_file_beside_the_configuration_is_believed_before_the_log(
    run: Any, files: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("pipecat-ai==0.0.85\n")
    run("case", "new", tmp_path / "case", "--title", "slow")
    done = run("case", "attach", tmp_path / "case", "--recording", files[0], "--config", files[1])
    assert "version ==0.0.85 is taken from" in done.err
    assert run("diagnose", tmp_path / "case").code == 0


def test_a_vendor_without_a_configuration_is_refused(run: Any, tmp_path: Path) -> None:
    run("case", "new", tmp_path / "case", "--title", "slow")
    done = run("case", "attach", tmp_path / "case", "--vendor", "agora")
    assert done.code == 2
    assert "--config FILE" in done.err


def test_waits_that_the_log_cannot_judge_are_named(run: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    """A VAD that waits for 1.2 s leaves no trace of shorter pauses: nothing says whom a shorter wait cuts off."""
    case = tmp_path / "case"
    run("case", "new", case, "--title", "slow", "--users-report", "slow, they wait")
    run("case", "attach", case, "--recording", files[0], "--config", files[1])
    said = " ".join(run("diagnose", case).out.split())
    assert "vad.silence_ms: how many users shorter waits would cut off is not known from this recording" in said
    assert "No setting that this recording can judge brings the median under" in said
    done = run("tune", case, "--budget", "40")
    assert "Shorter waits may answer sooner, and were not judged" in " ".join(done.out.split())
    assert run("report", case).code == 0
    letter = (case / "report" / "reply.md").read_text()
    assert "We recommend no change yet" in letter
    assert "Shorter waits may answer sooner" in letter
    assert "What to expect from it" not in letter
    assert "deploy them" not in letter
