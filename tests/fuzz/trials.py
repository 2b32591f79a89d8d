"""Trials of a reader: what it raised that is none of its own errors, what took too long, and the memory at its most."""

from __future__ import annotations

import contextlib
import gc
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutation import Mutator
from tests.fuzz.reader import Given, Reader

MOST_CPU_S = 5.0
"""Of the process's own time for one trial, whatever else runs on the machine: a reader takes milliseconds."""

MOST_MIB = 256
"""How much the process may grow over its size before the first trial: no input is larger than 64 KiB."""

SHOWN = 3
"""Inputs of one fault that are kept."""


class TooLong(BaseException):
    """A trial took more processor time than it may; no reader catches it."""


@dataclass
class Outcome:
    """What trials of a reader came to."""

    trials: int = 0
    read: int = 0
    """Inputs that were read, damaged as they are; the others were refused."""
    uncaught: dict[str, list[bytes]] = field(default_factory=dict)
    """Error with its place -> some of the inputs."""
    hangs: list[bytes] = field(default_factory=list)
    slowest_cpu_s: float = 0.0
    grown_mib: float = 0.0
    """The largest size of the process meanwhile, over that before the first trial."""

    @property
    def faults(self) -> list[str]:
        """What is wrong, in words; empty where nothing is."""
        found = [f"{error}: {inputs[0][:300]!r}" for error, inputs in self.uncaught.items()]
        found += [f"took over {MOST_CPU_S} s: {one[:300]!r}" for one in self.hangs]
        return [*found, f"grew by {self.grown_mib:.0f} MiB"] if self.grown_mib > MOST_MIB else found

    def with_those_of(self, other: Outcome) -> Outcome:
        """Both together."""
        return Outcome(
            self.trials + other.trials,
            self.read + other.read,
            self.uncaught | other.uncaught,
            self.hangs + other.hangs,
            max(self.slowest_cpu_s, other.slowest_cpu_s),
            max(self.grown_mib, other.grown_mib),
        )

    def line(self) -> str:
        """The figures in a line."""
        return (
            f"{self.trials:,} trials, {self.read:,} read, {len(self.uncaught)} uncaught, {len(self.hangs)} hangs, "
            f"slowest {self.slowest_cpu_s:.2f} s, grew by {self.grown_mib:.0f} MiB"
        )

    def json_dict(self) -> dict[str, float]:
        """The figures for programs."""
        return {
            "trials": self.trials,
            "read": self.read,
            "uncaught": len(self.uncaught),
            "hangs": len(self.hangs),
            "slowest_cpu_s": round(self.slowest_cpu_s, 3),
            "grown_mib": round(self.grown_mib),
        }


def tried(reader: Reader, folder: Path, trials: int, part: str = "", most_cpu_s: float = MOST_CPU_S) -> Outcome:
    """So many trials, each counted where the reader was given the damaged input and came back or raised.

    `part` draws other inputs. Each example is read first, undamaged.
    """
    seeds = reader.seeds(folder)
    outcome, mutator, names = Outcome(), Mutator(f"{reader.name} {part}"), sorted(seeds)
    for name in names:
        reader.read(Given(name, seeds[name], folder))
    gc.collect()
    before = _peak_mib(anew=True)
    with _budget() as allow, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(trials):
            name = mutator.choice(names)
            given = Given(name, mutator.damaged(seeds[name]), folder)
            began = time.process_time()
            try:
                allow(most_cpu_s)
                reader.read(given)
                allow(0)
                outcome.read += 1
            except reader.refusals:
                allow(0)
            except TooLong:
                outcome.hangs.append(given.content)
            except Exception as error:  # noqa: BLE001 whatever is let out is counted
                allow(0)
                outcome.uncaught.setdefault(_place(error), []).append(given.content)
            outcome.trials += 1
            outcome.slowest_cpu_s = max(outcome.slowest_cpu_s, time.process_time() - began)
    outcome.grown_mib = _peak_mib() - before
    outcome.uncaught = {error: sorted(inputs, key=len)[:SHOWN] for error, inputs in outcome.uncaught.items()}
    return outcome


@contextlib.contextmanager
def _budget() -> Iterator[Callable[[float], None]]:
    """A function that allows so much processor time from now on; 0: no end."""

    def interrupt(*_: object) -> None:
        raise TooLong

    def allow(cpu_s: float) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)

    before = signal.signal(signal.SIGVTALRM, interrupt)
    try:
        yield allow
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _place(error: Exception) -> str:
    """The error's type with the innermost line of the product that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "/.venv" not in one.filename and "/tests/" not in one.filename]
    last = (ours or frames)[-1]
    return f"{type(error).__name__} at {'/'.join(Path(last.filename).parts[-3:])}:{last.lineno}"


def _peak_mib(anew: bool = False) -> float:
    """The largest size of this process so far; `anew`: from now on. 0 where the system does not tell."""
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
