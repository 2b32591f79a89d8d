"""What every importer keeps: it gives valid turns and a report, or raises a RecordingError; nothing else."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.importers import AUTO, IMPORTERS, File, import_recording
from pipeline.importers.final_check import checked
from pipeline.importers.importer import parsed
from pipeline.recordings import read, write
from stages.errors import InputError, RecordingError, UnknownName
from tests.pipeline.importers.formats import each
from tests.pipeline.importers.sources import SOURCES

anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
formats = each(IMPORTERS)


def is_read(name: str, files: dict[str, bytes]) -> bool:
    """Whether an importer takes these files; it refuses the others with a RecordingError and no other."""
    importer = IMPORTERS[name]
    try:
        checked(importer.read([File(f"call/{file}", content) for file, content in files.items()], parsed(importer, {})))
    except RecordingError:
        return False
    return True


def put(folder: Path, name: str) -> list[Path]:
    for file, content in SOURCES[name].items():
        (folder / file).write_bytes(content)
    return [folder]


@formats
def test_its_turns_are_a_recording(tmp_path: Path, name: str) -> None:
    (tmp_path / "call").mkdir()
    imported = import_recording(name, put(tmp_path / "call", name))
    write(tmp_path / "calls.jsonl", imported.columns)
    recording = read(tmp_path / "calls.jsonl")
    assert len(recording.columns) == len(imported.turns) == imported.report.turns > 0
    assert len(recording.columns.session_names) == imported.report.sessions


@formats
def test_its_report_is_data(tmp_path: Path, name: str) -> None:
    report = import_recording(name, put(tmp_path, name)).report
    report_json = json.loads(json.dumps(report.json_dict()))
    assert report_json["format"] == name
    assert {field["field"] for field in report_json["fields"]} >= {
        "speech.end_ms",
        "speech.pauses",
        "overlaps",
        "llm.ttft_ms",
    }
    for field in report_json["fields"]:
        assert (field["turns"] == 0) == (field["origin"] == "absent"), field
        ways = [field[way] for way in ("measured", "derived", "censored")]
        assert sum(ways) == field["turns"] == report_json["turns"] - field["absent"], field


@formats
def test_the_same_bytes_give_the_same_turns(tmp_path: Path, name: str) -> None:
    paths = put(tmp_path, name)
    once, again = import_recording(name, paths), import_recording(name, paths)
    assert (once.turns, once.report, once.vendor) == (again.turns, again.report, again.vendor)


@formats
def test_its_source_is_recognised_by_what_it_holds_and_no_other_importers_is(tmp_path: Path, name: str) -> None:
    imported = import_recording(AUTO, put(tmp_path, name))
    assert imported.report.format == name
    assert imported.turns == import_recording(name, [tmp_path]).turns
    assert all(f": {name}, as it is " in why for why in imported.report.recognised)


@formats
@anything
@given(st.binary(max_size=300))
def test_any_bytes_are_recognised_or_not(name: str, content: bytes) -> None:
    for held in (b" " + content, b"{" + content, b'[{"type": ' + content):
        assert isinstance(IMPORTERS[name].recognise(File("x", held)), str | None)


@formats
def test_gzip_changes_nothing(tmp_path: Path, name: str) -> None:
    plain, packed = tmp_path / "call", tmp_path / "packed" / "call"
    plain.mkdir()
    packed.mkdir(parents=True)
    put(plain, name)
    for file, content in SOURCES[name].items():
        (packed / f"{file}.gz").write_bytes(gzip.compress(content))
    assert import_recording(name, [packed]).turns == import_recording(name, [plain]).turns


@formats
def test_files_cut_anywhere_are_read_or_refused(name: str) -> None:
    cut = [
        SOURCES[name] | {file: content[:end]}
        for file, content in SOURCES[name].items()
        for end in range(0, len(content), max(1, len(content) // 150))
    ]
    assert {is_read(name, files) for files in cut} == {True, False}


@formats
@anything
@given(st.data())
def test_files_with_bytes_replaced_are_read_or_refused(name: str, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(SOURCES[name])))
    content = SOURCES[name][file]
    at = data.draw(st.integers(0, len(content) - 1))
    by, length = data.draw(st.binary(max_size=8)), data.draw(st.integers(0, 40))
    assert is_read(name, SOURCES[name] | {file: content[:at] + by + content[at + length :]}) in (True, False)


@formats
@anything
@given(st.data())
def test_files_with_lines_exchanged_left_out_or_repeated_are_read_or_refused(name: str, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(SOURCES[name])))
    lines = SOURCES[name][file].split(b"\n")
    places = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines) + 3))
    assert is_read(name, SOURCES[name] | {file: b"\n".join(lines[place] for place in places)}) in (True, False)


@formats
@anything
@given(st.binary(max_size=300))
def test_any_bytes_in_the_place_of_a_file_are_read_or_refused(name: str, content: bytes) -> None:
    assert {is_read(name, SOURCES[name] | {file: content}) for file in SOURCES[name]} <= {True, False}


@formats
def test_files_given_twice_are_read_once_or_as_other_calls(tmp_path: Path, name: str) -> None:
    paths = put(tmp_path, name)
    once, twice = import_recording(name, paths).turns, import_recording(name, paths * 2).turns
    assert len({turn.id for turn in twice}) == len(twice)
    assert len(twice) in (len(once), 2 * len(once))


@formats
def test_no_files_give_no_turns(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordingError, match="is a folder without files"):
        import_recording(name, [tmp_path])
    with pytest.raises(RecordingError, match="there is no such file"):
        import_recording(name, [tmp_path / "none.csv"])


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"format 'spurt'. Did you mean spurts\? Valid: auto, audio, eva, "):
        import_recording("spurt", [tmp_path])


def test_an_unknown_option_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"unknown option of spurts 'speeker'. Did you mean speaker\?"):
        import_recording("spurts", [tmp_path], {"speeker": "x"})
    with pytest.raises(InputError, match=r"option unit of spurts: .*'s' or 'ms'"):
        import_recording("spurts", [tmp_path], {"unit": "minutes"})
