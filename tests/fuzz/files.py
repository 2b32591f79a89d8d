"""Readers of our own files: recordings, stores, settings, journals, logs, forms, results, bundles."""

# ruff: noqa: E501 one row for each reader

from __future__ import annotations

import json
import re
import shutil
import zipfile
from contextlib import closing
from functools import cache, partial
from io import BytesIO
from pathlib import Path

from pipeline.recordings import read, write
from pipeline.recordings.settings_file import read_settings
from pipeline.recordings.store.observed import agents, changes, observed
from pipeline.recordings.store.reader import connected
from pipeline.recordings.store.selection import selection_of
from pipeline.simulation import Profile, simulate
from pipeline.simulation.stage_file import read_stages, stage_file_text
from stages.settings import Settings
from tests.fuzz.reader import Given, Reader, Seeds
from tests.pipeline.simulation.test_stage_file import PROBED, TABLES
from tests.tuner.search.test_journal import POINTS, assessed
from tests.tuner.support.bundle.test_sshsig import KEYS, public
from tests.tuner.support.bundle.test_sshsig import private as private_of
from tests.turntempo.fleet.fleet_messages import batch, received, settings, turn
from tui.state.memory import Memory, SavedSource, SavedState
from tui.state.turn_source import TurnSource
from tuner.recommendation.documents import read_json
from tuner.search.journal import Journal
from tuner.support.bundle import check_bundle, check_case, open_bundle, pack
from tuner.support.bundle.manifest import MANIFEST, parse_manifest
from tuner.support.bundle.signers import read_signers
from tuner.support.bundle.sshsig import NoSignature, private_key, signed, signer_of
from tuner.support.intake.form import read_form
from tuner.support.log import read_log
from turntempo.fleet.broker import broker_at
from turntempo.fleet.store import Store

LOG = b'{"at": "2026-11-22T20:00:00+00:00", "who": "ann", "kind": "received", "text": "x"}\n' * 3
TOML = b"title = 'Slow'\ncustomer = 'A'\nproduct = 'a'\n"
YAML = b"title: Slow\ncustomer: A\nproduct: a\n"


def turns(folder: Path, suffix: str) -> Seeds:
    """Twelve turns; four with fewer values in a table, which is read column by column."""
    path = folder / f"example{suffix}"
    write(path, simulate(Profile.load("support-call"), 4 if suffix == ".parquet" else 12, 1), force=True)
    return {f"turns{suffix}": path.read_bytes()}


def store(folder: Path) -> Seeds:
    path = folder / "example.db"
    with closing(Store(path)) as held:
        held.take([received("settings", settings()), received("turns", batch(turn("t1"), turn("t2")))])
    return {"fleet.db": path.read_bytes()}


def read_store(given: Given) -> object:
    path = given.file()
    for left in (f"{path}-wal", f"{path}-shm"):
        Path(left).unlink(missing_ok=True)
    selection = selection_of(path)
    with connected(str(path)) as held:
        seen = [*observed(held, selection)], agents(held), changes(held)
    return seen, read([str(path)])


def journal(folder: Path) -> Seeds:
    path = folder / "example-journal.jsonl"
    Journal.open(path, "run", resume=False).note("search", POINTS, assessed())
    whole = path.read_bytes()
    unsigned = b"\n".join(re.sub(rb', "sum": "\w+"', b"", line) for line in whole.split(b"\n"))
    return {"journal.jsonl": whole, "unsigned.jsonl": unsigned}


def read_journal(given: Given) -> object:
    path = given.file()
    for left in given.folder.glob(f"{given.name}.*"):  # what it writes beside a journal that it mends
        left.unlink()
    return Journal.open(path, "run", resume=True)


def memory(folder: Path) -> Seeds:
    held = Memory(folder)
    latest = SavedSource(TurnSource("profile", "ai-tutor"), Settings(), {"A": Settings()})
    held.save(SavedState("try").with_latest(latest))
    return {"memory.json": held.file.read_bytes()}


def load_memory(given: Given) -> object:
    held = Memory(given.folder)
    held.file.write_bytes(given.content)
    return held.load()


@cache
def _bundle() -> bytes:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        case.mkdir()
        (case / "case.toml").write_bytes(TOML)
        (case / "log.jsonl").write_bytes(LOG)
        return pack(case, Path(folder) / "b.zip").path.read_bytes()


def manifest(_: Path) -> Seeds:
    with zipfile.ZipFile(BytesIO(_bundle())) as archive:
        return {"manifest.json": archive.read(MANIFEST)}


def opened_bundle(given: Given) -> object:
    target = given.folder / "opened"
    shutil.rmtree(target, ignore_errors=True)
    return open_bundle(given.file(), target)


LOGGED = b'{"at": "2026-11-22T20:00:00+00:00", "who": "ann", "kind": "tuned", "files": ["tuning/"], "sums": {"tuning/a": "0"}}'


def case_files(folder: Path) -> Seeds:
    """The records that a deep check goes by."""
    return {**manifest(folder), "journal.jsonl": journal(folder)["journal.jsonl"], "log.jsonl": LOG + LOGGED + b"\n"}


def checked_case(given: Given) -> object:
    case = given.folder / "checked"
    shutil.rmtree(case, ignore_errors=True)
    case.mkdir()
    (case / "case.toml").write_bytes(TOML)
    (case / given.name).write_bytes(given.content)
    return check_case(case)


def signature(_: Path) -> Seeds:
    return {f"{name}.sig": signed(b"{}", key) for name, key in KEYS.items() if name in ("ed25519", "p256")}


def read_signature(given: Given) -> object:
    try:
        return signer_of(b"{}", given.content)
    except NoSignature:
        return None


def signers(_: Path) -> Seeds:
    return {
        "allowed": f'ann namespaces="x",valid-after="20260101Z" {public("ed25519")} c\n'.encode(),
        "key.pub": f"{public('p256')} ann@x\n".encode(),
    }


def private(_: Path) -> Seeds:
    return {"key": private_of("ed25519")}


def credentials(_: Path) -> Seeds:
    return {"credentials": b"ann\ns3cret\n"}


def read_credentials(given: Given) -> object:
    path = given.file()
    path.chmod(0o600)
    return broker_at("mqtt://h", credentials=path)


def our_settings(_: Path) -> Seeds:
    small = {"endpointing": {"silence_ms": 900}, "llm": {"timeout_ms": 8000.5, "hedge": True}, "eager": {"on": "score"}}
    return {
        "all.json": json.dumps(Settings().json_dict()).encode(),
        "some.json": json.dumps(small).encode(),
        "some.toml": b'schema = "turntempo.settings/2"\n[endpointing]\nsilence_ms = 900\neot_threshold = 0.5\n',
    }


FILES = (
    *(
        Reader(
            f"recording {suffix}",
            (
                "pipeline/recordings/open_recording.py",
                "pipeline/recordings/fast_turns.py",
                "pipeline/recordings/jsonl.py",
                "pipeline/recordings/parquet/",
                "pipeline/turns/tags.py",
            ),
            partial(turns, suffix=suffix),
            lambda given: read([str(given.file())]),
        )
        for suffix in (".jsonl", ".jsonl.gz", ".parquet")
    ),
    Reader("store of a fleet", ("pipeline/recordings/store/",), store, read_store),
    Reader(
        "settings",
        (
            "pipeline/recordings/settings_file.py",
            "pipeline/recordings/text_file.py",
            "pipeline/recordings/regular_file.py",
        ),
        our_settings,
        lambda given: read_settings(given.file()),
    ),
    Reader("journal", ("tuner/search/journal.py",), journal, read_journal),
    Reader("log of a case", ("tuner/support/log.py",), lambda _: {"log.jsonl": LOG}, lambda given: read_log(given.file())),
    Reader(
        "measured stages",
        ("pipeline/simulation/stage_file.py",),
        lambda _: {"stages.toml": stage_file_text(PROBED, TABLES).encode()},
        lambda given: read_stages(given.file()),
    ),
    Reader(
        "form of a case",
        ("tuner/support/intake/form.py",),
        lambda _: {"case.toml": TOML, "case.yaml": YAML},
        lambda given: read_form(given.file()),
    ),
    Reader(
        "any JSON document",
        ("tuner/recommendation/documents.py",),
        lambda _: {"a.json": b'{"a": {"b": [1, 2.5, null, true, "x"]}}'},
        lambda given: read_json(given.file()),
    ),
    Reader("state of the app", ("tui/state/memory.py",), memory, load_memory),
    Reader(
        "manifest of a bundle",
        ("tuner/support/bundle/manifest.py",),
        manifest,
        lambda given: parse_manifest(given.content, given.name),
    ),
    Reader(
        "bundle",
        ("tuner/support/bundle/opening.py", "tuner/support/bundle/packing.py", "tuner/support/bundle/archive.py"),
        lambda _: {"case.zip": _bundle()},
        opened_bundle,
    ),
    Reader(
        "bundle, every file checked",
        ("tuner/support/bundle/integrity.py",),
        lambda _: {"case.zip": _bundle()},
        lambda given: check_bundle(given.file()),
    ),
    Reader("signature of a bundle", ("tuner/support/bundle/sshsig.py",), signature, read_signature),
    Reader("allowed signers", ("tuner/support/bundle/signers.py",), signers, lambda given: read_signers(given.file())),
    Reader("private key", ("tuner/support/bundle/sshsig.py",), private, lambda given: private_key(given.content, None, "")),
    Reader("file with a secret", ("pipeline/recordings/private_file.py",), credentials, read_credentials),
    Reader("case, every file checked", ("tuner/support/bundle/case_integrity.py",), case_files, checked_case),
)  # fmt: skip
