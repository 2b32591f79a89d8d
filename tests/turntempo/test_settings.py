from stages.settings import NAMES, UNPRICED


def test_every_setting_is_listed_with_range_default_and_meaning(run) -> None:
    found = run("settings", "--json").json
    assert [one["name"] for one in found] == list(NAMES)
    assert all(one["meaning"] for one in found)
    silence = next(one for one in found if one["name"] == "endpointing.silence_ms")
    assert silence | {"meaning": ""} == {
        "name": "endpointing.silence_ms",
        "range": [0, 3000],
        "unit": "ms",
        "nullable": False,
        "default": 640,
        "held": False,
        "meaning": "",
    }
    assert {one["name"] for one in found if one["held"]} == set(UNPRICED)


def test_choices_flags_and_nulls_are_listed_as_what_they_are(run) -> None:
    found = {one["name"]: one for one in run("settings", "--json").json}
    assert found["barge_in.mode"]["range"] == ["interrupt", "append", "ignore"]
    assert found["llm.hedge"]["range"] == [False, True]
    assert (found["filler.after_ms"]["nullable"], found["filler.after_ms"]["default"]) == (True, None)
    assert found["llm.max_history"]["range"] == [1, 1024]


def test_the_table_for_a_page_has_a_row_a_setting(run) -> None:
    lines = run("settings", "--markdown").out.splitlines()
    assert lines[:2] == ["| setting | range | default | meaning |", "|---|---|---|---|"]
    assert len(lines) == 2 + len(NAMES)
    assert all(line.count("|") == 5 for line in lines)


def test_the_listing_fits_a_terminal(run) -> None:
    out = run("settings").out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= 80
    assert all(f"\n{name} " in f"\n{out}" for name in NAMES)
