import json
from pathlib import Path

import pytest

from pipeline.recordings import make_folder, write_text
from stages.errors import InputError, OutputError
from tuner.support.case import cases_in, is_case, open_case, record


def test_a_new_case_holds_the_form_as_it_was_filled_in(make, happened) -> None:
    form = '# theirs\ntitle = "Slow"\n'
    case = make(happened(0, "received"), form=form)
    assert case.form.read_text() == form
    assert (case.title, case.name) == ("Slow", "case")
    assert [one.kind for one in case.log.events] == ["received"]
    assert is_case(case.folder)
    assert open_case(case.folder) == case


def test_a_form_may_be_yaml(make) -> None:
    case = make(form="title: Slow\n", file="case.yaml")
    assert (case.form.name, case.title) == ("case.yaml", "Slow")


def test_a_form_that_breaks_a_rule_leaves_nothing(make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="titel"):
        make(form='titel = "x"')
    assert not (tmp_path / "case").exists()


def test_a_case_is_not_overwritten(make) -> None:
    first = make(form='title = "first"')
    with pytest.raises(OutputError, match="a case is there already"):
        make(form='title = "second"')
    assert open_case(first.folder).title == "first"


def test_a_folder_that_is_not_a_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no case\.toml in it"):
        open_case(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        open_case(tmp_path / "none")


def test_a_case_with_two_forms_is_refused(make) -> None:
    case = make()
    (case.folder / "case.yaml").write_text("title: other\n")
    with pytest.raises(InputError, match=r"case\.toml and case\.yaml"):
        open_case(case.folder)


def test_nothing_is_attached_at_first(make) -> None:
    case = make()
    found = (case.recording, case.after, case.settings_file, case.config, case.settings, case.recommended)
    assert found == (None,) * 6
    assert case.recommendation is None
    assert case.comparison is None


@pytest.mark.parametrize("name", ["recording.jsonl.gz", "recording.jsonl", "recording.parquet"])
def test_the_recording_is_found_by_its_name(make, name: str) -> None:
    case = make()
    (case.folder / name).touch()
    (case.folder / name.replace("recording", "recording-after")).touch()
    assert case.recording == case.folder / name
    assert case.after == case.folder / name.replace("recording", "recording-after")


def test_the_customer_s_configuration_is_found_with_its_vendor(make, happened) -> None:
    case = make()
    (case.folder / "config.yaml").touch()
    case = record(case, happened(1, "attached", files=("config.yaml",), details={"vendor": "livekit"}))
    assert case.config == case.folder / "config.yaml"
    assert case.config_vendor == "livekit"


def test_a_recommendation_is_read_or_refused(make) -> None:
    case = make()
    case.tuning.mkdir()
    (case.tuning / "recommendation.json").write_text(json.dumps({"status": "recommended"}))
    assert case.recommendation == {"status": "recommended"}
    (case.tuning / "recommendation.json").write_text("{")
    with pytest.raises(InputError, match=r"recommendation\.json:1: is not JSON"):
        _ = open_case(case.folder).recommendation


def test_the_cases_in_a_folder_are_found_by_name_and_other_folders_are_not(make, tmp_path: Path) -> None:
    for name in ("b", "a"):
        make(name=name)
    (tmp_path / "other").mkdir()
    assert [path.name for path in cases_in(tmp_path)] == ["a", "b"]
    assert cases_in(tmp_path / "a") == [tmp_path / "a"]
    with pytest.raises(InputError, match="no such folder"):
        cases_in(tmp_path / "none")


def test_settings_count_as_known_where_the_recording_has_them(make, happened) -> None:
    case = make()
    assert "settings" in {one.question.name for one in case.missing}
    (case.folder / "recording.jsonl").touch()
    case = record(case, happened(1, "attached", files=("recording.jsonl",), details={"settings": True}))
    assert not {"settings", "recording"} & {one.question.name for one in case.missing}


@pytest.mark.parametrize(
    "name",
    ["log.jsonl", "attachments", "tuning", "export", "report", "settings.json", "config.json", "recording.jsonl.gz"],
)
def test_a_link_in_the_place_of_what_commands_write_is_refused(make, tmp_path: Path, name: str) -> None:
    case, elsewhere = make(), tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = case.folder / name
    place.unlink(missing_ok=True)
    place.symlink_to(elsewhere)
    with pytest.raises(InputError, match=f"{name}: is a link"):
        open_case(case.folder)
    assert list(elsewhere.iterdir()) == []


def test_a_link_that_is_put_there_later_is_not_followed(make, happened, tmp_path: Path) -> None:
    case, held = make(), tmp_path / "held"
    held.write_text("held")
    (case.folder / "log.jsonl").unlink()
    (case.folder / "log.jsonl").symlink_to(held)
    with pytest.raises(OutputError, match="cannot be written"):
        record(case, happened(1, "responded"))
    assert held.read_text() == "held"


def test_a_new_case_is_its_owners_alone(make) -> None:
    case = make()
    make_folder(case.export)
    write_text(case.export / "agent.json", "{}")
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (case.folder, *case.folder.rglob("*"))}
    assert modes.pop("case") == "0o700"
    assert modes == {"case.toml": "0o600", "log.jsonl": "0o600", "export": "0o700", "agent.json": "0o600"}
