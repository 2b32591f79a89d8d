"""How fast a long log of each format is imported, in CPU time, and the memory that it takes: `make bench-imports`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.long_logs import own, sources, written
from benchmarks.machine import machine

MEGABYTE = 1_000_000

CHILD = """
import json, resource, sys, time
from pipeline.importers import import_recording
import pipeline.recordings.fast_turns
format, small, path = sys.argv[1:]
import_recording(format, [small])
before = time.process_time()
done = import_recording(format, [path])
seconds = time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "peak": peak, "turns": done.report.turns}))
"""


def main() -> None:
    """Prints a line for each log: CPU time, MB a second, turns, the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="*", help="parts of the names of logs; all by default")
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument(
        "--like", nargs="*", default=[], metavar="FILE", help="logs of a session each, repeated instead"
    )
    chosen = parser.parse_args()
    print(machine())
    logs = {like.name: own(like) for like in map(Path, chosen.like)} or sources()
    print(f"{'log':<24}{'MB':>6}{'CPU s':>8}{'MB/s':>8}{'turns':>9}{'us/turn':>9}{'KB/turn':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (format, ending, session) in logs.items():
            if chosen.logs and not any(part in name for part in chosen.logs):
                continue
            small, path = Path(folder) / f"small.{ending}", Path(folder) / f"log.{ending}"
            written(small, session, 1)
            size = written(path, session, round(chosen.megabytes * MEGABYTE))
            run = [sys.executable, "-c", CHILD, format, str(small), str(path)]
            done = json.loads(subprocess.run(run, check=True, capture_output=True, text=True, timeout=600).stdout)
            rate, peak = size / MEGABYTE / done["seconds"], done["peak"] * 1024 / MEGABYTE
            turns, each = done["turns"], done["seconds"] / done["turns"] * 1e6
            figures = f"{size / MEGABYTE:>6.0f}{done['seconds']:>8.2f}{rate:>8.1f}{turns:>9}{each:>9.0f}"
            print(f"{name:<24}{figures}{size / turns / 1000:>9.1f}{peak:>9.0f}", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
