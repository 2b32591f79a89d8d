import os
from pathlib import Path

import pytest

from stages.errors import InputError
from tui.state import opener
from tui.state.allowed import EVERYWHERE, Allowed
from tui.state.turn_source import TurnSource


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The allowed folder; `outside` beside it holds a file and a folder."""
    folder = tmp_path / "inside"
    (folder / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "folder").mkdir(parents=True)
    (tmp_path / "outside" / "secret.jsonl").write_text("{}\n")
    (tmp_path / "inside-too").mkdir()
    return folder


@pytest.fixture
def allowed(inside: Path) -> Allowed:
    return Allowed((inside.resolve(),))


def linked(link: Path, target: Path) -> Path:
    link.symlink_to(target)
    return link


def test_without_folders_everything_is_allowed(tmp_path: Path) -> None:
    EVERYWHERE.read(tmp_path)
    EVERYWHERE.case(tmp_path)
    assert EVERYWHERE.write(tmp_path / "x") == tmp_path / "x"


def test_what_is_below_a_folder_is_allowed_and_a_link_in_it_is_followed(allowed: Allowed, inside: Path) -> None:
    link = linked(inside / "link.json", inside / "deep" / "new.json")
    allowed.read(inside / "deep")
    assert allowed.write(link) == (inside / "deep" / "new.json").resolve()
    assert allowed.write(inside / "deep" / ".." / "a.json") == (inside / "a.json").resolve()


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret.jsonl",
        "deep/../../outside/secret.jsonl",
        "../inside-too/x",
        "../not/there",
        "..",
        "/etc/passwd",
        "/dev/zero",
        "/proc/self/cwd/x",
        "~/x",
        "~root/x",
        "~nobody-of-this-name/x",
        "a\0b",
        "x" * 5000,
    ],
)
def test_paths_that_lead_outside_are_refused_there_or_not(
    allowed: Allowed, inside: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(inside.parent))
    monkeypatch.chdir(inside.parent)
    whole = path if path.startswith(("/", "~")) else str(inside / path)
    if len(path) == 5000:
        whole = path
    with pytest.raises(InputError, match="outside of the folders"):
        allowed.read(whole)
    with pytest.raises(InputError, match="outside of the folders"):
        allowed.write(whole)


def test_links_are_followed_before_they_are_judged(allowed: Allowed, inside: Path) -> None:
    outside = inside.parent / "outside"
    links = [
        linked(inside / "file.jsonl", outside / "secret.jsonl"),
        linked(inside / "folder", outside) / "secret.jsonl",
        linked(inside / "new.json", outside / "new.json"),
        linked(inside / "chain", inside / "file.jsonl"),
    ]
    loop = linked(inside / "loop", inside / "loop")
    for path in (*links, loop):
        with pytest.raises(InputError, match="outside of the folders"):
            allowed.write(path)


def test_a_folder_is_read_only_where_no_link_below_it_leads_outside(allowed: Allowed, inside: Path) -> None:
    allowed.read(inside / "deep")
    linked(inside / "deep" / "turns.jsonl", inside.parent / "outside" / "secret.jsonl")
    for judge in (allowed.read, allowed.case):
        with pytest.raises(InputError, match="outside of the folders"):
            judge(inside / "deep")


def test_a_link_to_a_folder_inside_is_looked_into(allowed: Allowed, inside: Path) -> None:
    (inside / "case").mkdir()
    (inside / "deep" / "report").mkdir()
    linked(inside / "case" / "deep", inside / "deep")
    linked(inside / "deep" / "again", inside / "case")
    allowed.case(inside / "case")
    linked(inside / "deep" / "report" / "report.html", inside.parent / "outside" / "x.html")
    with pytest.raises(InputError, match="outside of the folders"):
        allowed.case(inside / "case")


def test_what_was_named_at_the_start_is_read_and_not_written(inside: Path) -> None:
    named = (inside.parent / "outside" / "secret.jsonl").resolve()
    allowed = Allowed((inside.resolve(),), (named,))
    allowed.read(named)
    with pytest.raises(InputError):
        allowed.write(named)
    with pytest.raises(InputError):
        allowed.read(named.parent)


def test_every_file_of_a_source_is_judged(allowed: Allowed, inside: Path) -> None:
    outside = inside.parent / "outside"
    recording = inside / "calls.jsonl"
    recording.write_text("")
    linked(inside / "store.db", outside / "fleet.db")
    found = {
        "recording": allowed.has(TurnSource("recording", str(recording))),
        "its settings": allowed.has(TurnSource("recording", str(recording), settings_file=str(outside / "x.json"))),
        "settings of a profile": allowed.has(TurnSource("profile", "ai-tutor", settings_file=str(outside / "x.json"))),
        "a profile": allowed.has(TurnSource("profile", "ai-tutor")),
        "a part of a store": allowed.has(TurnSource("recording", f"{inside}/store.db?agent=toy")),
        "a case": allowed.has(TurnSource("case", str(outside / "folder"))),
    }
    assert [name for name, has in found.items() if has] == ["recording", "a profile"]


def test_an_outside_source_is_refused_before_it_is_read(allowed: Allowed, inside: Path) -> None:
    fifo = inside.parent / "outside" / "fifo.jsonl"
    os.mkfifo(fifo)  # who opened it would wait for ever
    with pytest.raises(InputError, match="outside of the folders"):
        opener.open_source(TurnSource("recording", str(fifo)), allowed=allowed)


def test_sources_that_lead_outside_are_not_listed(allowed: Allowed, inside: Path) -> None:
    linked(inside / "linked.jsonl", inside.parent / "outside" / "secret.jsonl")
    linked(inside / "folder", inside.parent / "outside")
    (inside / "own.jsonl").write_text("")
    assert [Path(one.name).name for one in opener.sources_around(inside, allowed)] == ["own.jsonl"]


def test_a_new_file_is_offered_where_it_may_be_written(
    allowed: Allowed, inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(inside)
    here = allowed.place("x.json")
    monkeypatch.chdir(inside.parent)
    assert (here, allowed.place("x.json")) == (Path("x.json"), inside.resolve() / "x.json")
