"""How fast a collector stores turns at QoS 1, beside the broker and the publishers, and how much memory it takes.

`python -m benchmarks.fleet_rates` takes a minute and needs mosquitto; docs/benchmarks.md has the last results.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from tests.fleet.processes import fleet_in, report, wait_for


def stored(turns: int, batch: int) -> str:
    """A line: turns per second by the wall clock, the collector's processor time a turn, its largest memory."""
    with tempfile.TemporaryDirectory() as folder, fleet_in(Path(folder)) as fleet:
        collector = fleet.listening(fleet.collector())
        begun, before_s = time.monotonic(), collector.processor_s
        load = fleet.load(turns, "--batch", str(batch))
        wait_for(lambda: fleet.stored() >= turns)
        seconds, used_s = time.monotonic() - begun, collector.processor_s - before_s
        assert report(load)["dropped"] == 0
        return (
            f"messages of {batch:2}: {turns / seconds:8,.0f} turns/s, {used_s / turns * 1e6:6,.0f} us a turn, "
            f"{collector.peak_kb / 1000:6,.0f} MB"
        )


def main() -> None:
    print(machine())
    for turns, batch in ((200_000, 20), (40_000, 1)):
        print(stored(turns, batch), flush=True)


if __name__ == "__main__":
    main()
