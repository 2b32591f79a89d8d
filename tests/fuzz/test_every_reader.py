"""Every reader: what is wrong in its input becomes its own error, soon and in bounded memory; and none is left out.

TURNTEMPO_FUZZ_TRIALS says how many inputs each reader gets; `make test-fuzz` gives 20,000. The draws are the same in
each run.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.fuzz.every_reader import READERS
from tests.fuzz.reader import Reader
from tests.fuzz.trials import tried

TRIALS = int(os.environ.get("TURNTEMPO_FUZZ_TRIALS", "40"))
PART = 5_000
"""Trials of one test, so that several processes share them."""

ROOT = Path(__file__).parents[2]

READS = re.compile(
    r"\bopen_regular\(|\bfile_text\(|\bread_json\(|\.read_text\(|\.read_bytes\(|json\.loads?\(|tomllib\.loads?\(|\.infolist\("
    r"|(?<!\.)(?<!def )\bfrom_json\(|\bjson\.decode\(|json\.Decoder\(|model_validate_json\(|sqlite3\.connect\("
    r"|\bcsv\.(?:reader|DictReader)\("
    r"|ParquetFile\(|\bast\.parse\(|literal_eval\(|\byaml\.\w*load|decompressobj\(|\brfile\b"
)
"""What a module that reads has in it: files, messages, texts of a form."""

ELSEWHERE = {
    "turntempo/cli/fleet/": "tests/turntempo/fleet",
    "pipeline/importers/audio/sound_file.py": "tests/audio",
    "pipeline/writing/": "tests/crash",
    "turntempo/recorders/": "tests/turntempo/recorders",
    "turntempo/probe/askers/": "tests/turntempo/probe/test_hostile_servers.py",
    "turntempo/probe/caller.py": "tests/turntempo/probe/test_hostile_servers.py",
}
"""Folders and modules whose readers have a suite of their own, and where it stands."""

OWN = {
    "pipeline/completion/pools.py",
    "pipeline/connect/simulation.py",
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

PARTS = [(reader, part) for reader in READERS for part in range(0, TRIALS, PART)]


@pytest.mark.parametrize(("reader", "part"), PARTS, ids=[f"{reader.name} {part}" for reader, part in PARTS])
def test_damage_is_read_or_refused(reader: Reader, part: int, tmp_path: Path) -> None:
    outcome = tried(reader, tmp_path, min(PART, TRIALS - part), str(part))
    assert outcome.faults == []
    assert outcome.trials == min(PART, TRIALS - part)


def test_every_module_that_reads_is_tried_here_or_in_a_suite_of_its_own() -> None:
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
