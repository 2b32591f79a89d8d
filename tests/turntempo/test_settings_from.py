"""`settings from`: a customer's file, with or without the vendor's name, and the version of their package."""

from pathlib import Path

import pytest

FLAT = "from livekit.agents import AgentSession\nAgentSession(vad=silero.VAD.load(), min_interruption_words=1)\n"


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    file = tmp_path / "agent.py"
    file.write_text(FLAT)
    return file


def test_a_file_without_a_vendor_is_recognised_and_it_is_said_by_what(run, agent: Path) -> None:
    result = run("settings", "from", agent, "--json")
    assert result.json["vendor"] == "livekit-flat"
    assert "read as LiveKit Agents (`livekit`), by `AgentSession.min_interruption_words`" in result.err


def test_a_file_that_is_nobodys_is_refused(run, tmp_path: Path) -> None:
    file = tmp_path / "tsconfig.json"
    file.write_text('{"compilerOptions": {"strict": true}}')
    result = run("settings", "from", file)
    assert result.code == 2
    assert "nothing in it is a setting of a vendor known here" in result.err


def test_a_file_of_another_vendor_than_named_is_refused(run, agent: Path) -> None:
    result = run("settings", "from", "vapi", agent)
    assert result.code == 2
    assert "nothing of Vapi is in it" in result.err


def test_the_version_is_asked_for_where_the_file_does_not_say_it(run, agent: Path) -> None:
    result = run("settings", "from", "livekit", agent, "--json")
    assert result.json["version"] == "livekit-agents 1.8.9"
    assert "--vendor-version V" in result.json["version_asked"]
    assert "--vendor-version V" in result.err


def test_a_version_that_is_given_is_taken(run, agent: Path) -> None:
    result = run("settings", "from", "livekit", agent, "--vendor-version", "1.2.7", "--json")
    found = result.json["settings"]
    assert result.json["version"] == "livekit-agents 1.2.7"
    assert result.json["version_asked"] is None
    assert (found["endpointing"]["silence_ms"], found["vad"]["silence_ms"]) == (400, 400)


def test_a_lock_file_beside_the_agent_says_the_version(run, agent: Path) -> None:
    (agent.parent / "requirements.txt").write_text("livekit-agents[silero]==1.2.7\n")
    result = run("settings", "from", agent, "--json")
    assert result.json["version"] == "livekit-agents 1.2.7"
    assert f"version ==1.2.7 is taken from {agent.parent / 'requirements.txt'}" in result.err


def test_a_requirements_file_that_is_named_says_it_too(run, agent: Path, tmp_path: Path) -> None:
    file = tmp_path / "deploy.txt"
    file.write_text("livekit-plugins-silero==1.3.7\n")
    result = run("settings", "from", agent, "--requirements", file, "--json")
    assert result.json["version"] == "livekit-agents 1.3.7"


def test_a_version_of_a_vendor_without_any_is_refused(run, tmp_path: Path) -> None:
    file = tmp_path / "call.json"
    file.write_text('{"vadSettings": {"turnEndpointDelay": "0.384s"}}')
    result = run("settings", "from", "ultravox", file, "--vendor-version", "1")
    assert result.code == 2
    assert "turntempo knows one version of ultravox only" in result.err


def test_a_time_of_retells_own_stt_is_read(run, tmp_path: Path) -> None:
    file = tmp_path / "agent.json"
    file.write_text('{"stt_mode": "custom", "custom_stt_config": {"provider": "deepgram", "endpointing_ms": 900}}')
    result = run("settings", "from", "retell", file, "--json")
    assert (result.json["vendor"], result.json["settings"]["endpointing"]["silence_ms"]) == ("retell-stt", 900)


def test_what_has_no_effect_is_listed_for_programs(run, tmp_path: Path) -> None:
    file = tmp_path / "agent.py"
    file.write_text('AgentSession(vad=silero.VAD.load(), turn_detection="vad", min_endpointing_delay=0.2)\n')
    result = run("settings", "from", "livekit", file, "--json")
    assert result.json["without_effect"]["AgentSession.min_endpointing_delay"] == "the VAD's 0.55 s come later"


def test_an_export_writes_the_names_of_the_installed_version(run, agent: Path, tmp_path: Path) -> None:
    settings = tmp_path / "s.json"
    settings.write_text('{"endpointing": {"silence_ms": 450}}')
    out = tmp_path / "out.py"
    run("export", settings, "--to", "livekit", "--vendor-version", "1.2.7", "-o", out)
    text = out.read_text()
    assert "min_endpointing_delay=0.45" in text
    assert "turn_handling" not in text


def test_settings_with_the_former_id_are_read(run, tmp_path: Path) -> None:
    old = tmp_path / "settings.json"
    old.write_text('{"schema": "turntune.settings/1", "endpointing": {"silence_ms": 1800}}')
    result = run("settings", "from", old)
    assert result.code == 0
    assert "endpointing.silence_ms" in result.out
    assert "1800" in result.out
