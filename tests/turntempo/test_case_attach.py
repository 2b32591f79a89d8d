"""`turntempo case attach`, and a case in the place of a recording."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.recordings import read, read_settings, write
from pipeline.simulation import Profile, censor, simulate
from stages.settings import Settings

JOIN = {
    "properties": {
        "turn_detection": {
            "config": {
                "end_of_speech": {
                    "mode": "semantic",
                    "semantic_config": {"silence_duration_ms": 1500, "max_wait_ms": 4000},
                }
            }
        },
        "interruption": {"enable": False, "disabled_config": {"strategy": "append"}},
        "llm": {"url": "https://llm.example", "api_key": "sk-secret"},
        "colour": "blue",
    }
}


@pytest.fixture
def case(run, tmp_path: Path) -> Path:
    folder = tmp_path / "lily"
    assert run("case", "new", folder, "--users-report", "slow").code == 0
    return folder


@pytest.fixture
def attach(run, case: Path) -> Callable[..., object]:
    return lambda *arguments: run("case", "attach", case, *arguments)


def test_a_recording_is_kept_with_the_settings_it_says(attach, run, case: Path, recording: Path) -> None:
    done = attach("--recording", recording)
    assert done.code == 0, done.err
    held = read(str(case / "recording.jsonl.gz"))
    assert len(held.columns) == 400
    assert held.settings == read(str(recording)).settings
    shown = run("case", "show", case).out
    assert "recording.jsonl.gz" in shown
    assert "attached: 400 turns of" in shown
    assert {"recording", "settings"}.isdisjoint(
        one["name"] for one in run("case", "show", case, "--json").json["missing"]
    )


def test_attached_files_are_replaced_only_by_force(attach, case: Path, recording: Path, plain) -> None:
    assert attach("--recording", recording).code == 0
    again = attach("--recording", plain)
    assert again.code == 2
    assert "--force puts another in its place" in again.err
    assert len(read(str(case / "recording.jsonl.gz")).columns) == 400
    assert attach("--recording", plain, "--force").code == 0
    assert len(read(str(case / "recording.jsonl.gz")).columns) == 30


def test_a_bad_file_leaves_the_case_as_it_was(attach, case: Path, recording: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in case.iterdir())
    log = (case / "log.jsonl").read_bytes()
    (tmp_path / "bad.json").write_text("{")
    done = attach("--recording", recording, "--config", tmp_path / "bad.json", "--vendor", "agora")
    assert done.code == 2
    assert "bad.json" in done.err
    missing = attach("--recording", recording, tmp_path / "none.txt")
    assert missing.code == 2
    assert (sorted(path.name for path in case.iterdir()), (case / "log.jsonl").read_bytes()) == (before, log)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name what is attached"),
        (["--vendor", "agora"], "name the file with --config FILE"),
        (["--format", "spurts", "x.csv"], "--format says how a recording is read"),
        (["--config", "a.json", "--vendor", "agra"], "a.json: "),
    ],
)
def test_options_that_exclude_each_other_are_refused(attach, arguments: list[str], said: str) -> None:
    done = attach(*arguments)
    assert done.code == 2
    assert said in done.err


def test_a_vendor_s_configuration_becomes_the_settings_in_force(attach, case: Path, recording: Path, tmp_path) -> None:
    join = tmp_path / "join.json"
    join.write_text(json.dumps(JOIN, indent=3))
    done = attach("--recording", recording, "--config", join, "--vendor", "agora")
    assert done.code == 0, done.err
    assert (case / "config.json").read_bytes() == join.read_bytes()
    held = read_settings(case / "settings.json")
    assert held.endpointing.silence_ms == 1500  # stated by the configuration, against 2000 of the recording
    assert held.llm.timeout_ms == 60000  # of the recording: the configuration does not carry it
    assert held.barge_in.mode == "append"
    assert "endpointing.silence_ms 2000, now 1500" in done.err


def test_a_configuration_may_come_later_and_alone(attach, case: Path, recording: Path, tmp_path: Path) -> None:
    (tmp_path / "join.json").write_text(json.dumps(JOIN))
    assert attach("--config", tmp_path / "join.json", "--vendor", "agora").code == 0
    assert read_settings(case / "settings.json").endpointing.silence_ms == 1500


def test_another_configuration_does_not_inherit_from_the_one_before(attach, case: Path, tmp_path: Path) -> None:
    (tmp_path / "ours.json").write_text('{"llm": {"timeout_ms": 8000}}')
    attach("--settings", tmp_path / "ours.json")
    (tmp_path / "join.json").write_text(json.dumps(JOIN))
    assert attach("--config", tmp_path / "join.json", "--vendor", "agora").code == 0
    held = read_settings(case / "settings.json")
    assert (held.llm.timeout_ms, held.endpointing.max_silence_ms) == (8000, 4000)
    (tmp_path / "join.json").write_text('{"properties": {"interruption": {"enable": true}}}')
    assert attach("--config", tmp_path / "join.json", "--vendor", "agora", "--force").code == 0
    held = read_settings(case / "settings.json")
    assert held.endpointing.silence_ms != 1500
    assert held.barge_in.mode == "interrupt"


def test_settings_of_ours_are_taken_as_they_are(attach, case: Path, tmp_path: Path) -> None:
    (tmp_path / "ours.json").write_text('{"llm": {"timeout_ms": 8000}}')
    assert attach("--settings", tmp_path / "ours.json").code == 0
    assert read_settings(case / "settings.json") == Settings().replace({"llm.timeout_ms": 8000})
    (tmp_path / "ours.json").write_text('{"llm": {"timeout_ms": 900}}')
    assert attach("--settings", tmp_path / "ours.json").code == 2
    assert attach("--settings", tmp_path / "ours.json", "--force").code == 0


def test_another_tool_s_log_is_imported(attach, case: Path, tmp_path: Path) -> None:
    lines = ["session,speaker,start,end"]
    lines += [f"a,{'user' if i % 2 == 0 else 'agent'},{i * 2.0},{i * 2.0 + 1.2}" for i in range(20)]
    (tmp_path / "talk.csv").write_text("\n".join(lines))
    done = attach(
        "--recording",
        tmp_path / "talk.csv",
        "--format",
        "spurts",
        "--option",
        "conversation=session",
        "--option",
        "speaker=speaker",
    )
    assert done.code == 0, done.err
    assert len(read(str(case / "recording.jsonl.gz")).columns) == 20


def test_other_files_are_kept_as_received_under_harmless_names(attach, case: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a b;$(x).log"
    odd.write_bytes(b"\x00\xff")
    assert attach(odd, odd).code == 0
    assert sorted(path.name for path in (case / "attachments").iterdir()) == ["a_b_x_-2.log", "a_b_x_.log"]
    assert (case / "attachments" / "a_b_x_.log").read_bytes() == b"\x00\xff"
    log = [json.loads(line) for line in (case / "log.jsonl").read_text().splitlines()]
    assert log[-1]["details"]["bytes"] == 2


def test_a_case_stands_where_a_recording_is_expected(attach, run, case: Path, recording: Path, tmp_path: Path) -> None:
    for command in ("diagnose", "replay", "check"):
        done = run(command, case)
        assert done.code == 2
        assert "no recording is attached yet" in done.err
    (tmp_path / "ours.json").write_text('{"endpointing": {"silence_ms": 700}}')
    attach("--recording", recording, "--settings", tmp_path / "ours.json")
    assert run("diagnose", case, "--json").json["settings"]["endpointing"]["silence_ms"] == 700
    assert run("replay", case, "--json").json["settings_from"] == str(case / "settings.json")
    mixed = run("replay", case, recording)
    assert mixed.code == 2
    assert "name it alone" in mixed.err


def test_tuning_a_case_writes_into_it_and_tells_its_log(attach, run, case: Path, recording: Path) -> None:
    attach("--recording", recording)
    done = run("tune", case, "--budget", 200)
    assert done.code == 0, done.err
    assert (case / "tuning" / "recommendation.json").exists()
    last = json.loads((case / "log.jsonl").read_text().splitlines()[-1])
    assert (last["kind"], last["files"]) == ("tuned", ["tuning/"])
    assert run("tune", case, "--budget", 200).code == 2  # not overwritten unasked
    assert "name the folder" in run("tune", recording).err


def test_a_case_is_tuned_for_the_vendor_whose_configuration_it_has(
    attach, run, case: Path, recording, tmp_path
) -> None:
    (tmp_path / "join.json").write_text(json.dumps(JOIN))
    attach("--recording", recording, "--config", tmp_path / "join.json", "--vendor", "agora")
    done = run("tune", case, "--budget", 200, "--json")
    assert done.code == 0, done.err
    assert "searched for agora" in done.err
    assert "tts.hedge" not in done.json["searched"]


@pytest.fixture
def tuned(attach, run, case: Path, tmp_path: Path) -> Settings:
    """A case with a recommendation on 900 turns; what it recommends."""
    slow = Settings().replace({"endpointing.silence_ms": 2000, "llm.timeout_ms": 60000, "tts.timeout_ms": 20000})
    write(tmp_path / "before.jsonl", censor(simulate(Profile.load("ai-tutor"), 900, seed=3), slow), slow)
    attach("--recording", tmp_path / "before.jsonl")
    done = run("tune", case, "--budget", 300, "--json")
    return Settings.model_validate(done.json["estimate"] or done.json["settings"])


@pytest.mark.parametrize(("later_ms", "kept"), [(0, True), (900, False)])
def test_a_second_recording_shows_whether_the_promise_came_true(
    attach, run, case: Path, tuned: Settings, tmp_path: Path, later_ms: int, kept: bool
) -> None:
    turns = censor(simulate(Profile.load("ai-tutor"), 900, seed=51), tuned)
    write(tmp_path / "after.jsonl", turns.replace(response_ms=turns.response_ms + later_ms), tuned)
    done = attach("--after", tmp_path / "after.jsonl")
    assert done.code == 0, done.err
    for heading in ("Promised and found", "Where the mean answer is off, in ms"):
        assert heading in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80
    stored = json.loads((case / "comparison.json").read_text())
    assert stored["kept"] is kept
    assert ("What was promised came true" in done.out) is kept
    assert ("Not all that was promised came true" in done.out) is not kept
    shown = run("case", "show", case).out
    assert "compared:" in shown
    assert "recording-after.jsonl.gz" in shown
    stats = run("case", "stats", case).out
    assert ("what was promised did not come true" in stats) is not kept


def test_without_a_promise_there_is_nothing_to_compare(attach, case: Path, recording: Path) -> None:
    done = attach("--after", recording)
    assert done.code == 0
    assert "nothing was promised yet" in done.err
    assert not (case / "comparison.json").exists()
    assert gzip.decompress((case / "recording-after.jsonl.gz").read_bytes())


def test_a_second_recording_may_come_without_settings_or_measurements(attach, case, tuned, tmp_path: Path) -> None:
    turns = censor(simulate(Profile.load("ai-tutor"), 300, seed=51), tuned)
    write(tmp_path / "after.jsonl", turns.replace(response_ms=np.full(len(turns), np.nan)))
    said = " ".join(attach("--after", tmp_path / "after.jsonl").out.split())
    assert "does not say its settings" in said
    assert "measured no response times" in said


def test_what_the_recording_does_not_show_is_asked_for_too(attach, run, case: Path, plain: Path) -> None:
    attach("--recording", plain)
    done = run("case", "check", case, "--lang", "en")
    assert "more turns" in done.out
    assert "measured response times" in done.out
    assert "Please send more turns: 300 or more" in done.out
    missing = [one["name"] for one in run("case", "check", case, "--json").json["missing"]]
    assert missing.index("settings") < missing.index("more_turns") < missing.index("response_ms")
