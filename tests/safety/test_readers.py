"""Every reader of a file: whatever is wrong in it becomes the reader's own error, and no reader is left out.

`READERS` are tried with damaged examples: bytes are put in, taken out, doubled and exchanged, values are exchanged by
values of other types. TURNTEMPO_FUZZ_TRIALS says how often; the draws are the same in each run.
"""

# ruff: noqa: E501 one row for each reader

from __future__ import annotations

import gzip
import io
import json
import os
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from pipeline.recordings import read, write
from pipeline.recordings.settings_file import read_settings
from pipeline.simulation import Profile, simulate
from stages.errors import TurntempoError
from stages.settings import Settings
from tests.tuner.search.test_journal import POINTS, assessed
from tui.state.memory import Memory, SavedSource, SavedState
from tui.state.turn_source import TurnSource
from tuner.formats.readers import READERS as FORMATS
from tuner.recommendation.documents import read_json
from tuner.search.journal import Journal
from tuner.support.bundle import open_bundle, pack
from tuner.support.bundle.content import safe_content
from tuner.support.bundle.manifest import MANIFEST, parse_manifest
from tuner.support.bundle.refusal import LeftOut
from tuner.support.intake.form import read_form
from tuner.support.log import read_log
from tuner.support.redaction import Redactor
from tuner.targets import all_targets
from tuner.targets.export import new_file

TRIALS = int(os.environ.get("TURNTEMPO_FUZZ_TRIALS", "60"))
ROOT = Path(__file__).parents[2]

READS = re.compile(
    r"\bopen_regular\(|\bfile_text\(|\bread_json\(|\.read_text\(|\.read_bytes\(|json\.loads\(|tomllib\.loads\(|\.infolist\("
)
"""What a module that reads a file has in it."""

ELSEWHERE = {
    "pipeline/importers/": "tests/pipeline/importers/test_every_importer.py",
    "turntempo/fleet/": "tests/turntempo/fleet",
    "turntempo/cli/fleet/": "tests/turntempo/fleet",
    "turntempo/web/": "tests/turntempo/web",
    "turntempo/given/mapping.py": "tests/turntempo/test_import_table.py",
    "turntempo/cli/check.py": "tests/turntempo/test_check.py",
    "turntempo/trial_plan.py": "tests/turntempo/test_trials.py",
    "tuner/deploy/": "tests/safety/test_broken_files.py",
    "tui/state/results.py": "tests/tui/state",
    "tuner/support/case/": "tests/tuner/support/case",
}
"""Folders and modules whose readers have a suite of their own, and where it stands."""

OWN = {
    "pipeline/kernel/compiled.py",
    "pipeline/simulation/profile.py",
    "stages/i18n/__init__.py",
    "stages/i18n/glossary.py",
    "tui/state/slider_model.py",
    "tuner/deploy/set_value.py",
    "tuner/support/templates/form_template.py",
    "tuner/support/templates/template.py",
    "turntempo/cli/demo.py",
    "turntempo/guide.py",
}
"""Modules that read only what the package brings with it, or what was typed."""


@dataclass(frozen=True)
class Reader:
    """A way to read a file, with one that it reads."""

    name: str
    modules: tuple[str, ...]
    example: Callable[[Path], bytes]
    read: Callable[[Path], object]
    suffix: str = ""


def turns(suffix: str, folder: Path) -> bytes:
    path = folder / f"example{suffix}"
    write(path, simulate(Profile.load("support-call"), 12, 1), force=True)
    return path.read_bytes()


def journal(folder: Path) -> bytes:
    path = folder / "example.jsonl"
    Journal.open(path, "run", resume=False).note("search", POINTS, assessed())
    return b"\n".join(re.sub(rb', "sum": "\w+"', b"", line) for line in path.read_bytes().split(b"\n"))


def memory(folder: Path) -> bytes:
    held = Memory(folder)
    held.save(
        SavedState("try").with_latest(SavedSource(TurnSource("profile", "ai-tutor"), Settings(), {"A": Settings()}))
    )
    return held.file.read_bytes()


def load_memory(path: Path) -> object:
    held = Memory(path.parent)
    held.file.write_bytes(path.read_bytes())
    return held.load()


def bundle(folder: Path) -> bytes:
    case = folder / "case"
    case.mkdir(exist_ok=True)
    (case / "case.toml").write_text("title = 'a'\n")
    return pack(case, folder / "b.zip", force=True).path.read_bytes()


def manifest(folder: Path) -> bytes:
    with zipfile.ZipFile(io.BytesIO(bundle(folder))) as archive:
        return archive.read(MANIFEST)


def opened_bundle(path: Path) -> object:
    target = path.with_name(f"opened-{random.getrandbits(64):x}")
    return open_bundle(path, target)


def searched(path: Path) -> object:
    try:
        return safe_content(path.name, path.read_bytes(), Redactor(), transcripts=False)
    except LeftOut as why:
        return str(why)


def configuration(suffix: str, folder: Path) -> bytes:
    forms = [form for form in all_targets().values() if form.format.suffix == suffix]
    if forms:
        return new_file(forms[0], forms[0].as_deployed(Settings())).text.encode()
    return b'a = 1\nb = "x"\n[c]\nd = [1, 2]\n'


def parsed(suffix: str, path: Path) -> object:
    text = path.read_bytes().decode("utf-8", errors="replace")
    values = []
    for form in {form.format.name: form.format for form in all_targets().values()}.values():
        if form.suffix == suffix:
            values.append(form.parse(text, path.name))
    return [*FORMATS[suffix].nodes(text), *values]


READERS = (
    *(
        Reader(f"recording {suffix}", ("pipeline/recordings/open_recording.py", "pipeline/recordings/store/form.py"), partial(turns, suffix), lambda path: read([str(path)]), suffix)
        for suffix in (".jsonl", ".jsonl.gz", ".parquet")
    ),
    Reader("settings", ("pipeline/recordings/settings_file.py", "pipeline/recordings/text_file.py", "pipeline/recordings/regular_file.py"), lambda _: json.dumps(Settings().json_dict()).encode(), read_settings, ".json"),
    Reader("journal", ("tuner/search/journal.py",), journal, lambda path: Journal.open(path, "run", resume=True), ".jsonl"),
    Reader("case log", ("tuner/support/log.py",), lambda _: b'{"at": "2026-11-22T20:00:00+00:00", "who": "ann", "kind": "received", "text": "x"}\n' * 3, read_log, ".jsonl"),
    Reader("form, TOML", ("tuner/support/intake/form.py",), lambda _: b"title = 'Slow'\ncustomer = 'A'\nproduct = 'a'\n", read_form, ".toml"),
    Reader("form, YAML", ("tuner/support/intake/form.py",), lambda _: b"title: Slow\ncustomer: A\nproduct: a\n", read_form, ".yaml"),
    Reader("result", ("tuner/recommendation/documents.py",), lambda _: b'{"a": {"b": [1, 2.5, null, true, "x"]}}', read_json, ".json"),
    Reader("state of the app", ("tui/state/memory.py",), memory, load_memory, ".json"),
    Reader("manifest", ("tuner/support/bundle/manifest.py",), manifest, lambda path: parse_manifest(path.read_bytes(), path.name), ".json"),
    Reader("bundle", ("tuner/support/bundle/opening.py", "tuner/support/bundle/packing.py"), bundle, opened_bundle, ".zip"),
    *(
        Reader(f"search for secrets {suffix}", ("tuner/support/bundle/content.py", "tuner/support/redaction/glance.py"), partial(turns, suffix), searched, suffix)
        for suffix in (".jsonl", ".jsonl.gz", ".parquet")
    ),
    *(
        Reader(f"format {suffix}", ("tuner/formats/",), partial(configuration, suffix), partial(parsed, suffix), suffix)
        for suffix in (".json", ".yaml", ".toml", ".py", ".ts", ".env", ".csv")
    ),
    *(
        Reader(f"search for secrets {suffix}", ("tuner/support/bundle/content.py",), partial(configuration, suffix), searched, suffix)
        for suffix in (".json", ".yaml", ".toml", ".py", ".ts", ".env", ".csv", ".html")
    ),
)  # fmt: skip

VALUES = (
    b"null",
    b"[]",
    b"{}",
    b'"x"',
    b"-1",
    b"1e999",
    b"NaN",
    b"9" * 400,
    b"true",
    b"[[[",
    b'"\\ud800"',
    b"\xff",
    b"\x00",
    b"? [a]\n: 1\n",
)


def damaged(random: random.Random, whole: bytes) -> bytes:
    """The file with one to four places changed."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(whole) + 1)
        end = min(len(whole), at + random.choice((0, 1, 4, 40, 400)))
        kind = random.randrange(5)
        if kind == 0:
            whole = whole[:at] + random.randbytes(random.randint(1, 8)) + whole[end:]
        elif kind == 1:
            whole = whole[:at] + whole[end:]
        elif kind == 2:
            whole = whole[:end] + whole[at:]
        elif kind == 3:
            whole = whole[:at]
        else:
            places = list(re.finditer(rb'(?<=[:=\[,] )("[^"\n]*"|[\w.+-]+)|(?<=[:=\[,])[\w.+-]+', whole[:20_000]))
            if places:
                found = random.choice(places)
                whole = whole[: found.start()] + random.choice(VALUES) + whole[found.end() :]
    return whole


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_damage_is_read_or_refused(reader: Reader, tmp_path: Path) -> None:
    draws = random.Random(reader.name)
    whole = reader.example(tmp_path)
    zipped = reader.suffix.endswith(".gz")
    path = tmp_path / f"damaged{reader.suffix}"
    path.write_bytes(whole)
    reader.read(path)
    for number in range(TRIALS):
        inner = zipped and number % 2 == 0
        content = gzip.compress(damaged(draws, gzip.decompress(whole))) if inner else damaged(draws, whole)
        path.write_bytes(content)
        assert said_of(reader, path) != "", content


def said_of(reader: Reader, path: Path) -> str:
    """The reader's own error, or that it read the file; any other error is the test's failure."""
    try:
        reader.read(path)
    except TurntempoError as error:
        return str(error)
    return "read"


def test_every_module_that_reads_a_file_is_tried_here_or_in_a_suite_of_its_own() -> None:
    known = [module for reader in READERS for module in reader.modules]
    places = (*known, *ELSEWHERE, *OWN)
    reading = [
        path.relative_to(ROOT).as_posix()
        for package in ("stages", "pipeline", "tuner", "tui", "turntempo")
        for path in (ROOT / package).rglob("*.py")
        if READS.search(path.read_text("utf-8"))
    ]
    assert [path for path in sorted(reading) if not path.startswith(places)] == []
    assert [where for where in ELSEWHERE.values() if not (ROOT / where).exists()] == []
    assert [path for path in (*known, *OWN) if not (ROOT / path).exists()] == []
