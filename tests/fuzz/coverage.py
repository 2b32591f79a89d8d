"""Trials that look for new paths through the code: `make fuzz` runs it in a venv with atheris.

`python -m tests.fuzz.coverage [--trials N] [NAME ...]`: each reader in a process of its own, N trials among them all.
Inputs that found a new path are kept in build/fuzz, and are the seeds of the next run.
"""

# mypy: disable-error-code="import-not-found, import-untyped, no-any-return"

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

MILLION = 1_000_000
CORPUS = Path("build/fuzz")
LONGEST_S = 10
MOST_MIB = 2048
PACKAGES = ["stages", "pipeline", "tuner", "tui", "turntempo"]
COMPILED = ["pipeline.kernel"]
"""What numba compiles has no bytecode to count in."""


def main() -> int:
    """Exit code 1 where a reader lets an error out, hangs or takes too much memory; the input lies in build/fuzz."""
    asked = _arguments()
    if asked.reader:
        return _fuzz(asked.reader, asked.trials)
    from tests.fuzz.every_reader import READERS

    names = [one.name for one in READERS if not asked.names or any(name in one.name for name in asked.names)]
    each = -(-asked.trials // len(names))
    failed = []
    for name in names:
        command = [sys.executable, "-m", "tests.fuzz.coverage", "--reader", name, "--trials", str(each)]
        sys.stdout.write(f"{name}: {each:,} trials\n")
        sys.stdout.flush()
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    sys.stdout.write(f"{each * len(names):,} trials of {len(names)} readers; failed: {', '.join(failed) or 'none'}\n")
    return int(bool(failed))


def _fuzz(name: str, trials: int) -> int:
    import atheris

    with atheris.instrument_imports(include=PACKAGES, exclude=COMPILED):
        from tests.fuzz.every_reader import READERS
        from tests.fuzz.reader import Given
    reader = next(one for one in READERS if one.name == name)
    folder = Path(mkdtemp(prefix="turntempo-fuzz-"))
    seeds = reader.seeds(folder)
    names = sorted(seeds)
    corpus = CORPUS / name.replace(" ", "-").replace("/", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(names):
        (corpus / f"seed-{place}").write_bytes(bytes([place]) + seeds[seed])

    def one(data: bytes) -> None:
        """The first byte says which form the rest is."""
        if data:
            with contextlib.suppress(*reader.refusals):
                reader.read(Given(names[data[0] % len(names)], data[1:], folder))

    options = [f"-runs={trials}", f"-timeout={LONGEST_S}", f"-rss_limit_mb={MOST_MIB}", "-max_len=16384"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={corpus}/crash-", str(corpus)], one)
    atheris.Fuzz()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.coverage", description=__doc__)
    parser.add_argument("--trials", type=int, default=MILLION)
    parser.add_argument("--reader", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", help="parts of the names of readers")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
