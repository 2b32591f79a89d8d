"""Settings that are given: a file of ours, or a vendor's that is recognised."""

from pathlib import Path

import pytest

from stages.errors import SettingsError
from tuner.deploy.our_settings import our_settings


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_a_file_of_ours_is_read_without_a_doubt(tmp_path: Path) -> None:
    found = our_settings(written(tmp_path, "s.json", '{"endpointing": {"silence_ms": 450}}'))
    assert found.settings.endpointing.silence_ms == 450
    assert (found.stated, found.doubts) == (frozenset({"endpointing.silence_ms"}), ())


def test_a_vendors_file_is_read_and_it_is_said_by_what_it_is_known(tmp_path: Path) -> None:
    file = written(tmp_path, "call.json", '{"vadSettings": {"turnEndpointDelay": "0.64s"}}')
    found = our_settings(file)
    assert found.settings.endpointing.silence_ms == 640
    assert f"{file}: read as Ultravox (`ultravox`), by `vadSettings.turnEndpointDelay`" in found.doubts


def test_a_lock_file_beside_a_vendors_file_says_its_version(tmp_path: Path) -> None:
    written(tmp_path, "requirements.txt", "livekit-agents==1.2.7\n")
    found = our_settings(written(tmp_path, "agent.py", "AgentSession(vad=silero.VAD.load(), min_interruption_words=1)"))
    assert (found.settings.endpointing.silence_ms, found.settings.endpointing.max_silence_ms) == (400, 6000)


def test_a_key_that_a_vendor_does_not_have_is_said(tmp_path: Path) -> None:
    found = our_settings(
        written(tmp_path, "agent.py", "AgentSession(min_endpointing_delay=0.4, min_endpointing_dely=1)")
    )
    assert [one for one in found.doubts if "unknown, and not read: AgentSession.min_endpointing_dely" in one]


def test_a_vendors_file_that_is_wrong_is_refused_with_its_place(tmp_path: Path) -> None:
    file = written(tmp_path, "call.json", '{"vadSettings": {"turnEndpointDelay": "0.64s", "minimumTurnDuration": 3}}')
    with pytest.raises(SettingsError, match=r"call\.json: vadSettings\.minimumTurnDuration"):
        our_settings(file)


def test_a_vendor_without_times_has_no_settings_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a configuration of Retell: no times are published"):
        our_settings(written(tmp_path, "agent.json", '{"responsiveness": 0.8, "interruption_sensitivity": 0.5}'))


@pytest.mark.parametrize("text", ['{"endpointing": {"silnce_ms": 500}}', '{"endpointing": {"silence_ms": "x"}}'])
def test_a_faulty_file_of_ours_is_refused_as_ours(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"endpointing\.sil"):
        our_settings(written(tmp_path, "s.json", text))
