import json
from pathlib import Path

import pytest

from pipeline.recordings import read, write
from pipeline.simulation import Profile, simulate
from pipeline.turns.tags import as_texts
from stages.settings import Settings
from tests.turntempo.json_schema import problems
from turntempo.schemas import outcome_schema


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "s.json"
    path.write_text('{"endpointing": {"silence_ms": 500}}')
    return path


def test_figures_have_the_names_of_the_model_and_what_they_rest_on(run, recording: Path) -> None:
    done = run("replay", recording, "--json")
    assert (done.code, done.err) == (0, "")
    found = done.json
    assert found["n"] == 400
    assert list(found["response_ms"]) == ["p50", "p90", "p95", "p99", "mean", "max"]
    assert found["intervals"]["cut_off_rate"]["n"] == 400
    assert found["intervals"]["response_ms.p50"]["low"] <= found["response_ms"]["p50"]
    assert found["settings_from"] == "the recording"
    assert found["settings"]["endpointing"]["silence_ms"] == 2000
    assert found["filled_in"]["fields"]["llm.ttft_ms[1]"]["missing"] == 400
    assert (found["engine"], found["seed"], found["left_out"]) == ("batch", 0, {})


def test_a_person_reads_a_table_with_intervals_and_what_was_filled_in(run, recording: Path) -> None:
    done = run("replay", recording)
    assert "400 turns of 24 sessions, under the settings in the recording" in done.out
    assert "95% interval" in done.out
    assert "missed_interrupt_rate" in done.out
    assert "llm.ttft_ms[1], llm.ttft_ms[2], tts.ttfb_ms[1], tts.ttfb_ms[2]: missing in 400" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80


def test_settings_given_win_over_the_recording_s_and_the_rest_has_its_default(
    run, recording: Path, settings: Path
) -> None:
    found = run("replay", recording, "--settings", settings, "--json").json
    assert found["settings_from"] == str(settings)
    assert found["settings"]["endpointing"]["silence_ms"] == 500
    assert found["settings"]["endpointing"]["max_silence_ms"] == Settings().endpointing.max_silence_ms


def test_without_any_settings_the_defaults_are_taken_and_it_says_so(run, plain: Path) -> None:
    done = run("replay", plain, "--json")
    assert done.json["settings_from"] == "the defaults"
    assert done.json["filled_in"]["fields"] == {}
    assert done.err.startswith("warning: the recording does not say which settings were in force")
    assert done.err.splitlines()[1] == "hint: name them with --settings S.json"


def test_doubtful_settings_are_used_and_doubted(run, plain: Path, tmp_path: Path) -> None:
    doubtful = tmp_path / "s.json"
    doubtful.write_text('{"endpointing": {"silence_ms": 900, "max_silence_ms": 400}}')
    done = run("replay", plain, "--settings", doubtful, "--json")
    assert done.code == 0
    assert "endpointing.max_silence_ms=400 is below endpointing.silence_ms=900" in done.err


def test_both_engines_give_the_same_figures_and_outcomes(run, plain: Path, settings: Path, tmp_path: Path) -> None:
    found = {}
    for engine in ("batch", "stream"):
        out = tmp_path / f"{engine}.jsonl"
        done = run("replay", plain, "--settings", settings, "--engine", engine, "--outcomes", out, "--json")
        outcomes = [json.loads(line) for line in out.read_text().splitlines()]
        found[engine] = (done.json["response_ms"], [line["response_ms"] for line in outcomes])
    assert found["stream"][0] == pytest.approx(found["batch"][0], abs=1e-6)
    assert found["stream"][1] == pytest.approx(found["batch"][1], abs=1e-6)


def test_outcomes_stand_in_the_order_of_the_recording(run, tmp_path: Path, plain: Path) -> None:
    mixed, out = tmp_path / "mixed.jsonl", tmp_path / "out.jsonl"
    lines = plain.read_text().splitlines()
    mixed.write_text("".join(f"{line}\n" for line in [*lines[1::2], *lines[::2]]))
    ids = [json.loads(line)["id"] for line in mixed.read_text().splitlines()]
    assert run("replay", mixed, "--outcomes", out, "--json").code == 0
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ids


def test_a_file_of_outcomes_is_not_overwritten_without_force(run, plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    refused = run("replay", plain, "--outcomes", out)
    assert (refused.code, refused.out, out.read_text()) == (2, "", "mine")
    assert "--force" in refused.err
    assert run("replay", plain, "--outcomes", out, "--force").code == 0
    assert len(out.read_text().splitlines()) == 30


def test_one_turn_is_traced_step_by_step(run, plain: Path) -> None:
    name = json.loads(plain.read_text().splitlines()[3])["id"]
    done = run("replay", plain, "--trace", name)
    assert done.out.startswith(f"Turn {name} of session")
    events = run("replay", plain, "--trace", name, "--json").json
    assert {"at_ms", "kind", "pause"} <= set(events[0])


def test_an_unknown_turn_is_refused_with_the_closest(run, plain: Path) -> None:
    done = run("replay", plain, "--trace", "receptionist-1-0000000-0")
    assert done.code == 2
    assert done.err.endswith("did you mean 'receptionist-1-0000000-00'?\n")


def test_several_files_are_one_recording(run, plain: Path, recording: Path) -> None:
    assert run("replay", plain, recording, "--json").json["n"] == 430


def test_the_seed_decides_what_is_filled_in_and_nothing_else_does(run, recording: Path, tmp_path: Path) -> None:
    retries = tmp_path / "s.json"
    retries.write_text('{"llm": {"timeout_ms": 600, "attempts": 2}}')
    first, again, other = (
        run("replay", recording, "--settings", retries, "--seed", seed, "--json").out for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


BAD = {
    "no JSON": ('{"schema": "turntempo.turn/2",', "not JSON"),
    "negative time": ('{"schema":"turntempo.turn/2","id":"a","session":"s","speech":{"end_ms":-5}}', "speech.end_ms"),
    "unknown field": ('{"schema":"turntempo.turn/2","id":"a","session":"s","speech":{"end_ms":5},"x":1}', "x"),
    "another schema": ('{"schema":"turntempo.turn/9","id":"a","session":"s","speech":{"end_ms":5}}', "schema"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_stops_with_its_place_and_rule_or_is_skipped(run, bad: str, plain: Path, tmp_path: Path) -> None:
    line, said = BAD[bad]
    path = tmp_path / "bad.jsonl"
    path.write_text(plain.read_text() + line + "\n")
    stopped = run("replay", path, "--json")
    assert (stopped.code, stopped.out) == (2, "")
    assert f"{path}:31" in stopped.err
    assert said in stopped.err
    assert "Traceback" not in stopped.err
    skipped = run("replay", path, "--skip-bad", "--json")
    assert (skipped.code, skipped.json["n"]) == (0, 30)
    assert sum(skipped.json["left_out"].values()) == 1
    assert "1 line was left out" in skipped.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"endpointing": {"silence_ms": "fast"}}', "endpointing.silence_ms"),
        ('{"endpointing": {"silnce_ms": 500}}', "Did you mean endpointing.silence_ms?"),
        ('{"endpointing": {"silence_ms": 0.5e9}}', "less than or equal to 3000"),
        ("[1]", "settings are a JSON object"),
        ("{", "not JSON"),
    ],
)
def test_a_bad_settings_file_names_itself_and_the_field(run, text: str, said: str, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    done = run("replay", plain, "--settings", path)
    assert (done.code, done.out) == (2, "")
    assert str(path) in done.err
    assert said in done.err


VENDORS = {
    "agent.py": ("session = AgentSession(turn_handling={'endpointing': {'min_delay': 0.4}})", "livekit"),
    "vapi.json": ('{"stopSpeakingPlan": {"voiceSeconds": 0.3}, "startSpeakingPlan": {"waitSeconds": 0.2}}', "vapi"),
    "config.yaml": ("VAD:\n  SileroVAD:\n    min_silence_duration_ms: 400\n", "xiaozhi"),
}


@pytest.mark.parametrize("name", VENDORS)
def test_a_vendor_s_file_as_settings_is_read_and_it_is_said_whose(run, name: str, plain: Path, tmp_path: Path) -> None:
    text, vendor = VENDORS[name]
    path = tmp_path / name
    path.write_text(text)
    done = run("replay", plain, "--settings", path, "--json")
    assert f"(`{vendor}`), by `" in done.err
    assert run("settings", "from", vendor, path, "-o", tmp_path / "s.json").code == 0
    again = run("replay", plain, "--settings", tmp_path / "s.json", "--json")
    assert done.json["settings"] == again.json["settings"]


def test_a_file_of_ours_with_a_mistake_is_not_taken_for_a_vendor_s(run, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"llm": {"max_history": 8, "timeot_ms": 3}}')
    done = run("replay", plain, "--settings", path)
    assert "Did you mean llm.timeout_ms?" in done.err
    assert "looks like" not in done.err


def test_settings_may_be_toml(run, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("[endpointing]\nsilence_ms = 500\n")
    found = run("replay", plain, "--settings", path, "--json").json
    assert found["settings"]["endpointing"]["silence_ms"] == 500


def test_seconds_in_the_place_of_milliseconds_are_asked_about(run, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"endpointing": {"silence_ms": 0.5}, "playout": {"prebuffer_ms": 7}}')
    done = run("replay", plain, "--settings", path, "--json")
    assert done.code == 0
    assert "warning: endpointing.silence_ms=0.5 is in ms: were seconds meant? 0.5 s is 500 ms" in done.err
    assert "prebuffer" not in done.err
    assert "were seconds meant" in run("replay", plain, "--set", "vad.silence_ms=0.2", "--json").err


def test_settings_named_twice_are_an_error(run, plain: Path, settings: Path) -> None:
    done = run("replay", plain, "--settings", settings, "--settings", settings)
    assert (done.code, done.out) == (2, "")
    assert "--settings is there 2 times" in done.err


def test_a_value_that_the_recording_cannot_fill_in_asks_for_a_profile(run, tmp_path: Path) -> None:
    path = tmp_path / "bare.jsonl"
    path.write_text('{"schema":"turntempo.turn/2","id":"a","session":"s","speech":{"end_ms":900}}\n')
    refused = run("replay", path, "--json")
    assert (refused.code, refused.out) == (2, "")
    assert "--profile" in refused.err
    done = run("replay", path, "--profile", "support-call", "--json")
    assert done.code == 0
    assert done.json["filled_in"]["fields"]["llm.token_ms"]["by"] == {"profile": 1}
    assert run("replay", path, "--profile", "support-cal").err.count("Did you mean support-call?") == 1


@pytest.mark.parametrize("engine", ["batch", "stream"])
def test_the_worked_examples_come_out_of_the_command_line(run, engine: str, shared: Path, tmp_path: Path) -> None:
    examples = [json.loads(line) for line in (shared / "design" / "examples-2.jsonl").read_text().splitlines()]
    assert examples
    every = 1 if engine == "batch" else 5  # each has settings of its own, and so a run of its own
    for number, example in enumerate(examples[::every]):
        turns, settings, out = (tmp_path / f"{number}.{name}" for name in ("turn.jsonl", "settings.json", "out.jsonl"))
        turns.write_text(json.dumps(example["turn"]) + "\n")
        settings.write_text(json.dumps(example["settings"]))
        done = run("replay", turns, "--settings", settings, "--engine", engine, "--outcomes", out, "--json")
        assert done.code == 0, done.err
        outcome, expected = json.loads(out.read_text()), {"id": example["turn"]["id"], **example["outcome"]}
        assert list(outcome) == list(expected)
        for nested in ("parts", "stop_ms"):
            assert outcome.pop(nested) == pytest.approx(expected.pop(nested), abs=1e-6)
        assert outcome == pytest.approx(expected, abs=1e-6)
        assert done.json["llm_starts_per_turn"] == expected["llm_starts"] + expected["wasted_starts"]


def test_parquet_is_read_as_json_lines_are(run, plain: Path, tmp_path: Path) -> None:
    table = tmp_path / "plain.parquet"
    write(table, read(plain).columns)
    assert run("replay", table, "--json").json["response_ms"] == run("replay", plain, "--json").json["response_ms"]


def test_by_a_tag_each_of_its_values_has_its_figures(run, tmp_path: Path) -> None:

    turns = simulate(Profile.load("receptionist"), 60, seed=1)
    tags = as_texts({"device": "phone" if place % 3 else "desk"} for place in range(60))
    path = tmp_path / "t.parquet"
    write(path, turns.replace(tags=tags))
    found = run("replay", path, "--by", "device", "--json").json["by"]
    assert {value: one["response_ms.p50"]["n"] for value, one in found["values"].items()} == {"phone": 40, "desk": 20}
    out = run("replay", path, "--by", "device").out
    assert "By device" in out
    assert out.index("phone") < out.index("desk")
    wrong = run("replay", path, "--by", "devise")
    assert (wrong.code, wrong.out) == (2, "")
    assert "device" in wrong.err


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """20 turns of which nobody recorded pauses or overlaps."""
    path, lines = tmp_path / "bare.jsonl", []
    write(path, simulate(Profile.load("receptionist"), 20, seed=1))
    for line in path.read_text().splitlines():
        turn = json.loads(line)
        turn["speech"].pop("pauses", None)
        turn.pop("overlaps", None)
        lines.append(json.dumps(turn))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("engine", ["batch", "stream"])
def test_what_nobody_recorded_is_not_known_and_not_zero(run, engine: str, bare: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    found = run("replay", bare, "--engine", engine, "--outcomes", out, "--json").json
    for name in ("cut_off_rate", "llm_starts_per_turn", "missed_interrupt_rate", "talked_over_ms"):
        assert (found[name], found["intervals"][name]["unknown"]) == (None, True), name
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    for name in ("cut_off", "wasted_starts", "interrupts_met", "stop_ms"):
        assert {line[name] for line in lines} == {None}, name
    assert all(list(problems(line, outcome_schema())) == [] for line in lines)
    assert all(line["response_ms"] > 0 and line["failed"] is False for line in lines)


@pytest.mark.parametrize("engine", ["batch", "stream"])
def test_lost_references_that_nobody_recorded_are_not_known(run, engine: str, bare: Path) -> None:
    turns = [json.loads(line) for line in bare.read_text().splitlines()]
    kept = turns.pop()  # one that says how far back it refers
    unsaid = [{name: value for name, value in turn.items() if name != "history"} for turn in turns]
    bare.write_text("".join(json.dumps(turn) + "\n" for turn in (*unsaid, kept)))
    options = ("--engine", engine)
    bounded = (*options, "--set", "llm.max_history=8")
    found = run("replay", bare, *bounded, "--json").json
    assert found["history_lost_rate"] is None
    assert found["intervals"]["history_lost_rate"]["unknown"] is True
    said = " ".join(run("replay", bare, *bounded).out.split())
    assert "history_lost_rate: not known from this recording: record `history.needs`, or keep the whole" in said
    assert "--profile" not in said.partition("history_lost_rate: not known")[2].partition("null)")[0]
    assert run("replay", bare, *options, "--json").json["history_lost_rate"] == 0


def test_a_person_reads_which_field_to_record(run, bare: Path) -> None:
    said = " ".join(run("replay", bare).out.split())
    assert "cut_off_rate not known - - " in said
    assert "llm_starts_per_turn: not known from this recording: record `speech.pauses`" in said
    assert "hiccup_ms: not known from this recording: record `overlaps`" in said


def test_a_trace_says_that_pauses_are_not_known(run, bare: Path) -> None:
    turn = json.loads(bare.read_text().splitlines()[0])["id"]
    said = run("replay", bare, "--trace", turn).out
    assert "pauses not known" in " ".join(said.split())
    assert "What was said over the agent is not known." in said


@pytest.mark.parametrize("command", ["replay", "check", "diagnose"])
def test_what_a_profile_gave_is_said_once_to_be_assumed(run, command: str, bare: Path) -> None:
    said = " ".join(run(command, bare, "--profile", "receptionist").out.split())
    assert said.count("Assumed from a profile, as the recording lacks speech.pauses and overlaps") == 1
    assert "speech.pauses, overlaps: missing in 20 of 20 turns" in said or command == "check"


def test_both_engines_replay_the_pauses_that_a_profile_gave(run, bare: Path) -> None:
    batch, stream = (
        run("replay", bare, "--profile", "receptionist", "--engine", engine, "--json").json
        for engine in ("batch", "stream")
    )
    assert batch.pop("engine") != stream.pop("engine")
    assert batch["cut_off_rate"] is not None
    assert batch["intervals"]["cut_off_rate"]["assumed"] is True
    assert batch["cut_off_rate"] == stream["cut_off_rate"]
    assert batch["intervals"]["missed_interrupt_rate"] == stream["intervals"]["missed_interrupt_rate"]
