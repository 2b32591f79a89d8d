import json
from pathlib import Path

import pytest

from pipeline.recordings import read_settings, write_settings
from stages.settings import Settings
from tuner.targets.readings import OF_FILE

SECRET = "sk-proj-" + "a1B2c3D4" * 5
JOIN = """{
    "name": "tutor",
    "properties": {
        "channel": "room",
        "llm": {"url": "https://llm.example/v1", "api_key": "SECRET"},
        "turn_detection": {
            "config": {
                "end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1500}}
            }
        }
    }
}
""".replace("SECRET", SECRET)


@pytest.fixture
def join(tmp_path: Path) -> Path:
    """A customer's join body."""
    path = tmp_path / "join.json"
    path.write_text(JOIN)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings that Agora has, and some that it has not."""
    path = tmp_path / "s.json"
    wanted = {"endpointing": {"silence_ms": 700}, "llm": {"timeout_ms": 900}, "eager": {"on": "final"}}
    path.write_text(json.dumps(wanted))
    return path


def test_vendors_are_listed(run) -> None:
    for command in (("export", "--list"), ("settings", "from", "--list")):
        done = run(*command)
        assert done.code == 0
        assert "agora: Agora Conversational AI (json)\n" in done.out


def test_a_vendor_s_file_is_read_as_settings(run, join: Path, tmp_path: Path) -> None:
    done = run("settings", "from", "agora", join, "-o", tmp_path / "agent.json")
    assert done.code == 0, done.err
    assert "endpointing.silence_ms" in done.out
    assert "not known from it" in done.err
    found = read_settings(tmp_path / "agent.json")
    assert (found.endpointing.silence_ms, found.llm.max_history) == (1500, 16)
    answer = run("settings", "from", "agora", join, "--json").json
    assert answer["settings"] == found.json_dict()
    assert answer["origins"]["endpointing.silence_ms"] == "stated"
    assert (answer["vendor"], answer["not_understood"], answer["doubts"]) == ("agora", [], [])


def test_what_is_not_understood_is_reported(run, join: Path) -> None:
    join.write_text(JOIN.replace('"mode": "vad"', '"mode": "manual", "patience": 3'))
    done = run("settings", "from", "agora", join, "--json")
    (unknown,) = done.json["not_understood"]
    assert "end_of_speech.patience" in unknown
    assert any("manual" in doubt for doubt in done.json["doubts"])
    assert "patience" in done.err
    assert "manual" in done.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1500", "15000", "silence_duration_ms: must be within 0..2000 ms, got 15000"),
        ('"vad"', '"vda"', "end_of_speech.mode: must be one of vad, semantic, manual, got 'vda'"),
        ('{"mode"', '{mode"', "join.json:8:35: is not JSON"),
    ],
)
def test_a_broken_file_is_reported_with_its_place_and_exits_2(run, join: Path, old: str, new: str, said: str) -> None:
    join.write_text(JOIN.replace(old, new))
    done = run("settings", "from", "agora", join)
    assert (done.code, done.out) == (2, "")
    assert f"{join}" in done.err
    assert said in done.err


def test_an_unknown_vendor_and_a_missing_file_are_reported(run, join: Path, settings: Path, tmp_path: Path) -> None:
    assert "Did you mean agora?" in run("settings", "from", "agorra", join).err
    assert "there is no such file" in run("settings", "from", "agora", tmp_path / "no.json").err
    assert "is a folder" in run("settings", "from", "agora", tmp_path).err
    assert run("export", settings, "--to", "agorra").code == 2
    assert "name the vendor" in run("export", settings).err
    assert "has no settings.json" in run("export", tmp_path, "--to", "agora").err


def test_settings_are_written_as_a_new_file_on_stdout(run, settings: Path) -> None:
    done = run("export", settings, "--to", "agora")
    assert done.code == 0, done.err
    detection = json.loads(done.out)["properties"]["turn_detection"]
    assert detection["config"]["end_of_speech"] == {"mode": "vad", "vad_config": {"silence_duration_ms": 700}}
    assert "To be set elsewhere" in done.err
    assert "llm.timeout_ms 900" in done.err
    assert "eager.on final: Agora publishes no early start" in done.err


def test_the_customer_s_file_is_changed_in_its_own_lines_with_a_diff(run, join, settings, tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    done = run("export", settings, "--to", "agora", "--base", join, "-o", out, "--keep-secrets")
    assert done.code == 0, done.err
    changed = json.loads(out.read_text())["properties"]
    assert changed["turn_detection"]["config"]["end_of_speech"]["vad_config"]["silence_duration_ms"] == 700
    assert changed["llm"]["api_key"] == SECRET
    removed = [line for line in done.out.splitlines() if line.startswith("-") and not line.startswith("--- ")]
    assert any("1500" in line for line in removed)
    assert out.read_text().startswith(JOIN[:60])


def test_secrets_leave_neither_in_the_file_nor_in_the_diff(run, join: Path, settings: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    done = run("export", settings, "--to", "agora", "--base", join, "-o", out)
    answer = run("export", settings, "--to", "agora", "--base", join, "--json")
    for text in (out.read_text(), done.out, done.err, answer.out, answer.err):
        assert SECRET not in text
    assert "taken out" in done.err
    assert answer.json["taken_out"]
    assert "+" in answer.json["diff"]
    assert run("export", settings, "--to", "agora", "--base", out).code == 0


def test_a_file_is_not_overwritten_without_force(run, settings: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    out.write_text("mine")
    refused = run("export", settings, "--to", "agora", "-o", out)
    assert (refused.code, out.read_text()) == (2, "mine")
    assert run("export", settings, "--to", "agora", "-o", out, "--force").code == 0


@pytest.mark.parametrize("vendor", ["json", "toml", "env"])
def test_neutral_formats_carry_every_setting(run, settings: Path, tmp_path: Path, vendor: str) -> None:
    out, whole = tmp_path / f"out.{vendor}", tmp_path / "whole.json"
    write_settings(whole, read_settings(settings))
    assert run("export", whole, "--to", vendor, "-o", out).code == 0
    answer = run("settings", "from", vendor, out, "--json").json
    assert answer["settings"] == read_settings(settings).json_dict()
    assert set(answer["origins"].values()) == {"stated"}


def test_tuning_for_a_vendor_ends_in_a_file_that_it_takes(run, recording: Path, join: Path, tmp_path: Path) -> None:
    run("settings", "from", "agora", join, "-o", tmp_path / "agent.json")
    out = tmp_path / "tuned"
    asked = ("--settings", tmp_path / "agent.json", "--target", "agora", "--budget", 300, "-o", out)
    done = run("tune", recording, *asked, "--json")
    assert done.code == 0, done.err
    found = read_settings(out / "settings.json")
    answer = run("settings", "from", "agora", out / "agora.json", "--json").json
    flat = Settings.model_validate(answer["settings"]).flat()
    stated = {name: value for name, value in flat.items() if answer["origins"][name] in OF_FILE}
    assert stated == {name: found.flat()[name] for name in stated}
    assert "Agora publishes no early start" in done.json["locked"]["eager.on"]
    assert set(done.json["searched"]) <= {"endpointing.silence_ms", "barge_in.mode", "barge_in.min_speech_ms"} | {
        "endpointing.max_silence_ms",
        "endpointing.eot_threshold",
        "llm.max_history",
    }
    exported = run("export", out, "--to", "agora", "--base", join)
    assert exported.code == 0, exported.err
    assert "not exactly" not in exported.err.lower()


def test_settings_of_other_places_are_searched_on_demand_and_listed_separately(run, recording, tmp_path: Path) -> None:
    asked = ("--target", "agora", "--elsewhere", "--budget", 200, "-o", tmp_path / "tuned", "--json")
    done = run("tune", recording, *asked)
    assert done.code == 0, done.err
    assert "llm.timeout_ms" in done.json["searched"]
    moved = {one["name"] for one in done.json["changes"]} & {"llm.timeout_ms", "tts.timeout_ms"}
    assert all(f"- {name} " in done.err for name in moved) or done.json["status"] != "recommended"


def test_settings_that_the_vendor_does_not_have_are_taken_as_the_nearest(run, recording: Path, tmp_path: Path) -> None:
    done = run("tune", recording, "--target", "agora", "--budget", 150, "-o", tmp_path / "tuned", "--json")
    assert done.code == 0, done.err
    assert "barge_in.withdraw_ms 300 (not 160)" in done.err
    assert Settings.model_validate(done.json["settings_in_force"]).barge_in.withdraw_ms == 300


def test_a_value_beyond_the_vendor_is_refused_before_long_work(run, recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "tuned"
    done = run("tune", recording, "--target", "agora", "--vary", "endpointing.silence_ms=500:2900", "-o", out)
    assert done.code == 2
    assert "it has 120..2000" in done.err


def test_a_case_is_exported_into_its_own_folder_from_its_own_file(run, join, settings, tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert run("case", "new", case).code == 0
    attached = run("case", "attach", case, "--config", join, "--vendor", "agora")
    assert attached.code == 0, attached.err
    (case / "tuning").mkdir()
    (case / "tuning" / "settings.json").write_text(settings.read_text())
    done = run("export", case)
    assert done.code == 0, done.err
    diff, written = sorted((case / "export").iterdir(), key=lambda path: path.suffix != ".diff")
    assert json.loads(written.read_text())["name"] == "tutor"
    assert SECRET not in written.read_text() + diff.read_text()
    assert "-" in diff.read_text()
    assert '"silence_duration_ms": 700' in written.read_text()
    assert '"exported"' in (case / "log.jsonl").read_text()


def test_without_a_recommendation_a_case_exports_what_is_in_force_and_says_so(run, join: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case)
    assert "has no recommendation and no settings yet" in run("export", case, "--to", "agora").err
    run("case", "attach", case, "--config", join, "--vendor", "agora")
    done = run("export", case)
    assert done.code == 0, done.err
    assert "nothing is recommended yet" in done.err
    assert [path.suffix for path in (case / "export").iterdir()] == [".json"]


def test_the_inputs_of_an_export_are_printed(run, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"endpointing": {"eot_threshold": 0.5}}')
    assert "threshold are not published" in run("export", tmp_path / "s.json", "--to", "agora").err


def test_a_case_with_an_older_form_is_tuned_for_what_that_form_has(run, recording: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text('{"properties": {"turn_detection": {"type": "agora_vad", "silence_duration_ms": 1200}}}')
    case = tmp_path / "case"
    assert run("case", "new", case).code == 0
    attached = run("case", "attach", case, "--recording", recording, "--config", old, "--vendor", "agora", "--force")
    assert attached.code == 0, attached.err
    done = run("tune", case, "--budget", 150, "--json")
    assert done.code == 0, done.err
    assert "searched for agora-flat" in done.err
    assert "needs `turn_detection.config`" in done.json["locked"]["endpointing.eot_threshold"]
    exported = run("export", case, "--json")
    assert exported.code == 0, exported.err
    assert (exported.json["inexact"], exported.json["inexpressible"]) == ({}, [])
    assert "config" not in json.loads(exported.json["text"])["properties"]["turn_detection"]


def test_a_file_that_would_break_what_was_promised_is_not_written(run, recording: Path, tmp_path: Path) -> None:
    tuned, base, out = tmp_path / "tuned", tmp_path / "join.json", tmp_path / "new.json"
    base.write_text(json.dumps({"properties": {"vad": {"silence_duration_ms": 1800, "interrupt_duration_ms": 900}}}))
    assert run("tune", recording, "--target", "agora", "--budget", "600", "-o", tuned).code == 0
    asked = ("export", tuned, "--to", "agora", "--base", base, "-o", out)
    done = run(*asked)
    assert (done.code, out.exists()) == (1, False)
    assert "replayed on the same turns" in done.err
    assert "--target agora-vad" in done.err
    assert run(*asked, "--anyway").code == 0
    assert out.exists()


def test_without_a_recording_the_effect_of_the_nearest_values_is_said_to_be_not_known(
    run, recording: Path, tmp_path: Path
) -> None:
    wanted = tmp_path / "s.json"
    wanted.write_text('{"endpointing": {"silence_ms": 700}, "barge_in": {"min_speech_ms": 600}}')
    done = run("export", wanted, "--to", "pipecat")
    assert done.code == 0
    warned = [line for line in done.err.splitlines() if "written as the nearest that the vendor has" in line]
    assert len(warned) == 1
    assert "barge_in.min_speech_ms" in warned[0]
    assert "not known" in warned[0]
    assert "name the recording with --turns FILE" in done.err
    assert "what that does to the figures is not known" not in run("export", wanted, "--to", "json").err
    replayed = run("export", wanted, "--to", "pipecat", "--turns", recording).err
    assert "what that does to the figures is not known" not in replayed


def test_a_partial_settings_file_writes_only_its_keys(run, tmp_path: Path) -> None:
    partial = tmp_path / "partial.json"
    partial.write_text('{"endpointing": {"silence_ms": 700}}')
    done = run("export", partial, "--to", "json")
    assert json.loads(done.out) == {"endpointing": {"silence_ms": 700}}
    assert f"only what {partial} states is written: endpointing.silence_ms" in done.err
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(Settings().json_dict()))
    assert len(json.loads(run("export", whole, "--to", "json").out)) > 5


def test_a_toml_settings_file_is_exported_too(run, tmp_path: Path) -> None:
    partial = tmp_path / "partial.toml"
    partial.write_text("[endpointing]\nsilence_ms = 700\n")
    assert json.loads(run("export", partial, "--to", "json").out) == {"endpointing": {"silence_ms": 700}}


def test_what_a_part_of_a_configuration_cannot_hold_is_named_and_nothing_is_written(
    run, recording: Path, tmp_path: Path
) -> None:
    base, wanted, out = tmp_path / "options.py", tmp_path / "s.json", tmp_path / "new.py"
    base.write_text('turn_handling = {"turn_detection": "vad", "endpointing": {"min_delay": 0.3}}\n')
    wanted.write_text('{"vad": {"silence_ms": 900}, "endpointing": {"silence_ms": 900}}')
    done = run("export", wanted, "--to", "livekit", "--base", base, "-o", out, "--turns", recording)
    assert (done.code, out.exists()) == (1, False)
    assert "holds only what stands at AgentSession.turn_handling" in done.err
    assert "VAD.min_silence_duration = 0.9 where the rest is" in done.err


def test_a_script_of_a_customer_s_is_changed_in_place(run, tmp_path: Path) -> None:
    base, wanted, out = tmp_path / "join.ts", tmp_path / "s.json", tmp_path / "new.ts"
    vad = "{ mode: 'vad', vad_config: { silence_duration_ms: 480 } }"
    base.write_text(f"client.join({{ properties: {{ turn_detection: {{ config: {{ end_of_speech: {vad} }} }} }} }});\n")
    wanted.write_text('{"endpointing": {"silence_ms": 700}}')
    assert run("export", wanted, "--to", "agora", "--base", base, "-o", out).code == 0
    assert out.read_text() == base.read_text().replace("480", "700")


def test_an_export_into_a_curl_command_exits_2_and_says_what_to_do(run, tmp_path: Path) -> None:
    base, wanted, out = tmp_path / "make.sh", tmp_path / "s.json", tmp_path / "new.sh"
    plan = '{"startSpeakingPlan": {"transcriptionEndpointingPlan": {"onPunctuationSeconds": 0.3}}}'
    base.write_text(f"curl https://api.vapi.ai/assistant -d '{plan}'\n")
    wanted.write_text('{"endpointing": {"silence_ms": 700}}')
    done = run("export", wanted, "--to", "vapi", "--base", base, "-o", out)
    assert (done.code, out.exists()) == (2, False)
    assert "into a JSON file of its own and give that as the base" in done.err
