from pathlib import Path


def test_a_person_reads_parts_findings_and_what_is_not_known(run, recording: Path) -> None:
    done = run("diagnose", recording)
    assert (done.code, done.err) == (0, "")
    for heading in ("Where the time goes", "Limits missed now", "What no setting can fix", "cannot judge"):
        assert heading in done.out
    assert "Barge-in is off" in done.out
    assert "together" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80


def test_programs_get_it_as_json_with_what_it_rests_on(run, recording: Path) -> None:
    found = run("diagnose", recording, "--json").json
    assert found["turns"] == found["of_turns"] == 400
    assert {"levers", "floor", "barge_in", "limits", "unjudged", "findings", "where_the_time_goes"} <= set(found)
    assert found["filled_in"]["fields"]
    assert found["settings_from"] == "the recording"


def test_limits_and_goal_are_the_user_s(run, recording: Path) -> None:
    found = run(
        "diagnose", recording, "--goal", "p50", "--limit", "p95=1500", "--limit", "cut_off_rate=5%", "--json"
    ).json
    assert found["goal"] == "p50"
    limits = {one["name"]: one["limit"] for one in found["limits"]}
    assert (limits["response_ms.p95"], limits["cut_off_rate"], limits["hiccup_rate"]) == (1500, 0.05, 0.05)


def test_a_wrong_limit_or_goal_is_told_before_anything_is_read(run, tmp_path: Path) -> None:
    for wrong, said in (
        (["--limit", "cut_off_rate=3"], "write cut_off_rate=3%"),
        (["--limit", "cutoff_rate=3%"], "Did you mean cut_off_rate?"),
        (["--goal", "p101"], "is not a goal"),
        (["--goal", "fast"], "is not a goal"),
    ):
        done = run("diagnose", tmp_path / "none.jsonl", *wrong)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
