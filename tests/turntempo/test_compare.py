import json
from pathlib import Path

import pytest


@pytest.fixture
def faster(tmp_path: Path) -> Path:
    path = tmp_path / "b.json"
    path.write_text('{"endpointing": {"silence_ms": 900, "max_silence_ms": 4000, "eot_threshold": 0.5}}')
    return path


def test_a_person_reads_one_sentence_then_the_figures_and_the_settings(run, recording: Path, faster: Path) -> None:
    done = run("compare", "now", faster, recording)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("B answers ")
    assert "A: the settings in force" in done.out
    assert f"B:thesettingsin{faster}" in "".join(done.out.split())
    for part in ("B less A", "response_ms.p50", "The same on all turns", "endpointing.silence_ms", "alone"):
        assert part in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80


def test_the_result_is_available_as_json(run, recording: Path, faster: Path) -> None:
    found = run("compare", "now", faster, recording, "--json").json
    assert found["a"]["endpointing"]["silence_ms"] == 2000
    assert found["b"]["endpointing"]["silence_ms"] == 900
    median = found["figures"]["response_ms.p50"]
    assert median["change"] == median["after"] - median["before"] < 0
    assert {one["name"] for one in found["settings"]} >= {"endpointing.silence_ms", "barge_in.mode"}
    assert (found["a_from"], found["turns"]) == ("the settings in force", 400)


def test_set_changes_the_second_settings(run, recording: Path) -> None:
    found = run("compare", "now", "now", recording, "--set", "llm.hedge=true", "--json").json
    assert [one["name"] for one in found["settings"]] == ["llm.hedge"]
    assert found["set"] == ["llm.hedge=true"]


def test_a_folder_of_a_tuning_and_a_case_are_settings_too(run, recording: Path, faster: Path, tmp_path: Path) -> None:
    tuned = tmp_path / "tuned"
    assert run("tune", recording, "-o", tuned, "--budget", "60").code == 0
    found = run("compare", "now", tuned, recording, "--json").json
    assert str(tuned) in found["b_from"]
    case = tmp_path / "case"
    assert run("case", "new", case).code == 0
    assert run("case", "attach", case, "--recording", recording, "--settings", faster).code == 0
    found = run("compare", case, "now", case, "--json").json
    assert found["summary"] == "A and B are the same settings."


def test_where_nothing_says_the_settings_in_force_only_now_asks_for_them(run, plain: Path, faster: Path) -> None:
    asked = run("compare", "now", faster, plain, "--json")
    assert "does not say which settings were in force" in asked.err
    assert "in the place of `now`" in asked.err
    assert run("compare", faster, faster, plain, "--json").err == ""


def test_odd_settings_are_doubted_once_by_whose_they_are(run, recording: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text('{"endpointing": {"silence_ms": 900, "max_silence_ms": 400}}')
    done = run("compare", "now", odd, recording, "--json")
    assert done.err.startswith("warning: B: endpointing.max_silence_ms=400 is below")
    assert len(done.err.splitlines()) == 1


def test_settings_that_cannot_be_read_are_reported_before_the_turns_are(run, tmp_path: Path) -> None:
    done = run("compare", "now", tmp_path / "none.json", tmp_path / "none.jsonl")
    assert (done.code, done.out) == (2, "")
    assert "none.json: there is no such file" in done.err


def test_measured_beside_modelled_stands_before_the_figures_and_first_on_a_bad_fit(
    run, faster: Path, plain: Path, tmp_path: Path
) -> None:
    assert "nothing shows whether the model fits" in run("compare", faster, faster, plain).out
    turns = [json.loads(line) | {"response_ms": 9000} for line in plain.read_text().splitlines()]
    slow = tmp_path / "slow.jsonl"
    slow.write_text("".join(json.dumps(turn) + "\n" for turn in turns))
    done = run("compare", faster, faster, slow, "--set", "llm.hedge=true")
    assert done.out.startswith("Measured median 9,000 ms")
    assert run("compare", faster, faster, slow, "--json").json["fit"]["verdict"] == "fits badly"


def test_by_a_tag_each_of_its_values_is_compared(run, recording: Path, faster: Path, tmp_path: Path) -> None:
    path, lines = tmp_path / "tagged.jsonl", []
    for place, line in enumerate(recording.read_text().splitlines()):
        turn = json.loads(line)
        lines.append(
            json.dumps(turn | ({"tags": {"device": "phone" if place % 3 else "desk"}} if "id" in turn else {}))
        )
    path.write_text("\n".join(lines) + "\n")
    found = run("compare", "now", faster, path, "--by", "device", "--json").json
    assert found["by"]["tag"] == "device"
    assert list(found["by"]["values"]) == ["phone", "desk"]
    n = [one["response_ms.p50"]["n"] for one in found["by"]["values"].values()]
    assert sum(n) == found["figures"]["response_ms.p50"]["n"]
    assert all(one["response_ms.p50"]["status"] == "better" for one in found["by"]["values"].values())
    out = run("compare", "now", faster, path, "--by", "device").out
    assert "By device" in out
    assert out.index("phone") < out.index("desk")
    assert "by" not in run("compare", "now", faster, path, "--json").json
    wrong = run("compare", "now", faster, path, "--by", "devise")
    assert (wrong.code, wrong.out) == (2, "")
