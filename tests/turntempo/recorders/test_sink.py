"""Where recorded lines go: files that stay readable whatever happens."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.recordings import read
from stages import settings as settings_form
from stages.settings import Settings
from turntempo.recorders.sink import FileSink, FolderSink, sink_of


def head(silence_ms: float = 500.0) -> bytes:
    settings = Settings().replace({"endpointing.silence_ms": silence_ms})
    return json.dumps({"schema": settings_form.SCHEMA} | settings.json_dict()).encode()


def line(name: str) -> bytes:
    return json.dumps({"schema": "turntempo.turn/2", "id": name, "session": "s", "speech": {"end_ms": 900}}).encode()


def test_a_file_begins_with_the_settings_and_is_a_recording(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "calls.jsonl")
    sink.write("s", head(), [line("a")])
    sink.write("s", head(), [line("b"), line("c")])
    found = read(tmp_path / "calls.jsonl")
    assert found.columns.ids.tolist() == [b"a", b"b", b"c"]
    assert found.settings is not None
    assert found.settings.endpointing.silence_ms == 500


def test_other_settings_begin_another_file(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "calls.jsonl")
    sink.write("s", head(500), [line("a")])
    sink.write("s", head(700), [line("b")])
    other = read(tmp_path / "calls-2.jsonl")
    assert other.settings is not None
    assert other.settings.endpointing.silence_ms == 700
    assert len(read(tmp_path / "calls.jsonl").columns) == 1


def test_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "calls.jsonl", max_bytes=2_000)
    for number in range(20):
        sink.write("s", head(), [line(f"t{number}")])
    files = sorted(tmp_path.glob("*.jsonl"))
    assert len(files) > 1
    assert sum(len(read(file).columns) for file in files) == 20


def test_the_oldest_are_deleted_where_that_is_asked_for(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "calls.jsonl", max_bytes=1, keep=2)
    for number in range(6):
        sink.write("s", None, [line(f"t{number}")])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["calls-5.jsonl", "calls-6.jsonl"]


def test_a_process_goes_on_where_another_one_stopped(tmp_path: Path) -> None:
    FileSink(tmp_path / "calls.jsonl").write("s", head(), [line("a")])
    FileSink(tmp_path / "calls.jsonl").write("s", head(), [line("b")])
    assert len(read(tmp_path / "calls.jsonl").columns) == 2


def test_a_line_that_a_killed_process_left_half_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    FileSink(path).write("s", head(), [line("a")])
    path.write_bytes(path.read_bytes() + b'{"schema": "turntempo.turn/2", "id"')
    FileSink(path).write("s", head(), [line("b")])
    found = read(path, skip_bad=True)
    assert found.columns.ids.tolist() == [b"a", b"b"]
    assert found.left_out.count == 1


def test_writers_of_one_file_do_not_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"

    def many(writer: int) -> None:
        sink = FileSink(path)
        for number in range(30):
            sink.write("s", head(), [line(f"w{writer}-{number}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(many, range(4)))
    assert len(read(path).columns) == 120


def test_a_disk_that_fills_up_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from turntempo.recorders import sink as module

    path = tmp_path / "calls.jsonl"
    FileSink(path).write("s", head(), [line("a")])
    whole = path.read_bytes()

    class Full:
        def __init__(self, stream) -> None:
            self.stream = stream

        def write(self, content: bytes) -> None:
            self.stream.write(content[:20])
            self.stream.flush()
            raise OSError(28, "No space left on device")

        def fileno(self) -> int:
            return int(self.stream.fileno())

    with open(path, "a+b") as stream, pytest.raises(OSError, match="No space left"):
        module._written(Full(stream), line("b"), len(whole))  # type: ignore[arg-type]
    assert path.read_bytes() == whole


def test_a_folder_has_a_file_a_session_whatever_its_name(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path / "calls")
    sink.write("room-1", head(), [line("a")])
    sink.write("../../etc/passwd", head(), [line("b")])
    assert sorted(file.name for file in (tmp_path / "calls").iterdir()) == ["_.._etc_passwd.jsonl", "room-1.jsonl"]


def test_a_name_says_what_it_is(tmp_path: Path) -> None:
    assert isinstance(sink_of(tmp_path / "calls.jsonl"), FileSink)
    assert isinstance(sink_of(str(tmp_path / "calls")), FolderSink)
    own = FolderSink(tmp_path)
    assert sink_of(own) is own
