import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.diagnosis import Diagnosis, diagnose, findings
from tuner.diagnosis.differences import session_starts
from tuner.diagnosis.paths import harm
from tuner.diagnosis.words.finding import Finding
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("support-call"), 1500, seed=6)
BATCH = Batch(TURNS, threads=1)
WORDY = Settings().replace({"barge_in.on_words": "interim", "barge_in.min_words": 1, "barge_in.min_speech_ms": 1500})
IMPATIENT = Settings().replace(
    {"endpointing.eot_threshold": 0.5, "endpointing.silence_ms": 900, "endpointing.max_silence_ms": 950}
)


def test_words_that_stop_the_agent_are_reported_from_voice_that_does() -> None:
    found = harm(BATCH, WORDY, "false-stops")
    assert [one.name for one in found.paths][:1] == ["words"]
    words = found.paths[0]
    assert words.alone is not None
    now, without, alone = found.now.value, words.without.value, words.alone.value
    assert now is not None
    assert without is not None
    assert alone is not None
    assert without < alone <= now


def test_the_longest_silence_is_named_where_the_score_would_have_waited() -> None:
    found = harm(BATCH, IMPATIENT, "cut-off")
    assert "max_silence" in [one.name for one in found.paths]
    assert all((one.without.value or 0) < (found.now.value or 0) for one in found.paths)


def test_a_path_that_is_closed_already_is_not_named() -> None:
    assert harm(BATCH, Settings().replace({"barge_in.on_words": "off"}), "false-stops").paths[0].name == "voice"


def test_the_complaint_comes_first_among_the_findings() -> None:
    found = diagnose(TURNS, TURNS, WORDY, DEFAULT_GOAL, default_limits(), complaint="false-stops")
    first, second = findings(found)[:2]
    assert (first.kind, second.kind) == ("complaint", "complaint")
    assert "breaks off when nobody interrupts it" in first.text
    assert "Words in a transcript" in second.text
    assert all(
        one.kind != "complaint" for one in findings(diagnose(TURNS, TURNS, WORDY, DEFAULT_GOAL, default_limits()))
    )


@pytest.mark.parametrize("complaint", ["slow", "silence", "no-answer", "talks-over"])
def test_every_complaint_has_a_finding(complaint) -> None:
    found = diagnose(TURNS, TURNS, WORDY, DEFAULT_GOAL, default_limits(), complaint=complaint)
    assert findings(found)[0].kind == "complaint"


def test_a_session_whose_first_turns_are_slower_is_a_finding_with_its_interval() -> None:
    slow = TURNS.ttft_ms.copy()
    slow[session_starts(TURNS)] += 700
    found = diagnose(TURNS, TURNS.replace(ttft_ms=slow), Settings(), DEFAULT_GOAL, default_limits())
    (first,) = first_turns(found)
    assert "later than the others at the median (95 %:" in first.text
    alike = TURNS.replace(ttft_ms=np.full_like(TURNS.ttft_ms, 500.0))
    found = diagnose(alike, alike, Settings(), DEFAULT_GOAL, default_limits())
    assert first_turns(found) == []


def first_turns(found: Diagnosis) -> list[Finding]:
    """What is found of the first turns of a session."""
    differing = (one for one in findings(found) if one.kind == "difference")
    return [one for one in differing if one.text.startswith("First turns of a session")]
