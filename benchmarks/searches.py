"""How soon the search comes near the best known, beside other methods on the same turns; `make bench-search`.

All methods use the same `Assessor` and the same wall time. A score is the p95 in ms within the limits (less a small
part for the margin), and 1e6 or more outside. The best known is the best result of all methods and of long runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from benchmarks.machine import machine
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.arrays import Floats
from stages.settings import Settings
from tuner.search.assessment import OUTSIDE, Assessment, Assessor
from tuner.search.budget import DEFAULT_BUDGET, Budget
from tuner.search.search import search
from tuner.space.space import Space, space_of
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS, TURNS_SEED = 5_000, 1
LONG_EVALUATIONS, LONG_SEED = 300_000, 1_000
NEAR = 1.01
AT_ONCE = 100
CMAES_SIGMA = 0.3


class Watched(Assessor):
    """Records the time of each score."""

    def __init__(self, judge: Assessor) -> None:
        super().__init__(judge.batch, judge.goal, judge.limits, judge.confidence)
        self.scores: list[float] = []
        self.seconds: list[float] = []
        self._begun = perf_counter()

    def __call__(self, rows: Floats) -> Assessment:
        found = super().__call__(rows)
        self.scores += found.score.tolist()
        self.seconds += [perf_counter() - self._begun] * len(rows)
        return found

    def elapsed(self) -> float:
        return perf_counter() - self._begun


Method = Callable[[Watched, Space, int, float], None]


def ours(judge: Watched, space: Space, seed: int, seconds: float) -> None:
    """Our search with the default budget, for as long as it takes."""
    search(judge, space, seed, DEFAULT_BUDGET)


def ours_timed(judge: Watched, space: Space, seed: int, seconds: float) -> None:
    search(judge, space, seed, Budget(seconds=seconds), clock=perf_counter)


def at_random(judge: Watched, space: Space, seed: int, seconds: float) -> None:
    random = np.random.default_rng(seed)
    while judge.elapsed() < seconds:
        judge(space.rows(random.integers(0, space.sizes, size=(AT_ONCE, len(space)))))


def optuna_with(sampler: str) -> Method:
    """An Optuna study. Each axis is a whole number, the place on it; the settings in force come first."""

    def run(judge: Watched, space: Space, seed: int, seconds: float) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        made = {
            "tpe": lambda: optuna.samplers.TPESampler(seed=seed),
            "cmaes": lambda: optuna.samplers.CmaEsSampler(seed=seed),
        }[sampler]()
        study = optuna.create_study(sampler=made)
        study.enqueue_trial(dict(zip(space.names, space.home.tolist(), strict=True)))

        def score(trial: optuna.Trial) -> float:
            axes = zip(space.names, space.sizes.tolist(), strict=True)
            point = np.array([trial.suggest_int(name, 0, size - 1) for name, size in axes])
            return float(judge(space.rows(point[None, :])).score[0])

        study.optimize(score, timeout=max(0.0, seconds - judge.elapsed()))

    return run


METHODS: dict[str, tuple[Method, int]] = {
    "turntempo, default budget": (ours, 10),
    "turntempo, same time": (ours_timed, 3),
    "Optuna CMA-ES": (optuna_with("cmaes"), 3),
    "Optuna TPE": (optuna_with("tpe"), 3),
    "random": (at_random, 3),
}
"""Method, and how many seeds of it."""


@dataclass(frozen=True)
class Run:
    """The best score so far after each evaluation, and its time."""

    best: Floats
    seconds: Floats

    @classmethod
    def of(cls, judge: Watched) -> Run:
        return cls(np.minimum.accumulate(judge.scores), np.array(judge.seconds))

    def first_within(self, target: float) -> int | None:
        """The number of evaluations until then; None: not reached."""
        reached = np.flatnonzero(self.best <= target)
        return int(reached[0]) + 1 if len(reached) else None


def task(name: str, threads: int | None) -> tuple[Assessor, Space]:
    """The default limits as limits of the user, so that none is relaxed to the settings in force."""
    turns = simulate(Profile.load(name), TURNS, TURNS_SEED)
    limits = tuple(replace(limit, origin="given") for limit in default_limits())
    return Assessor(Batch(turns, threads), DEFAULT_GOAL, limits), space_of(turns, turns, Settings(), limits)


def report(name: str, long: int, seconds: float, threads: int | None) -> None:
    judge, space = task(name, threads)
    judge(space.rows(space.home[None, :]))  # compiled before any clock runs
    reference = _long(judge, space, long)
    runs = {label: _runs(judge, space, method, seeds, seconds) for label, (method, seeds) in METHODS.items()}
    best = min(reference, *(float(run.best[-1]) for found in runs.values() for run in found))
    known = f"best of {long:,} evaluations {reference:.1f}; of all {best:.1f}"
    print(f"\n{name}: {TURNS:,} turns, {len(space)} settings; {known}")
    near = f"{'within 1 %':>12}{f'in {seconds:g} s':>9}{'evaluations':>13}{'seconds':>9}"
    print(f"{'':26}{near}{'median best':>13}{'worst':>13}{'tried in':>18}")
    for label, found in runs.items():
        _print_row(label, found, best, seconds)


def _long(judge: Assessor, space: Space, evaluations: int) -> float:
    return float(search(judge, space, LONG_SEED, Budget(evaluations=evaluations)).assessed.score.min())


def _runs(judge: Assessor, space: Space, method: Method, seeds: int, seconds: float) -> list[Run]:
    found = []
    for seed in range(seeds):
        watched = Watched(judge)
        method(watched, space, seed, seconds)
        found.append(Run.of(watched))
    return found


def _print_row(label: str, runs: list[Run], best: float, soon: float) -> None:
    """How many runs came within 1 %, and how many of them `soon` (s), with the median evaluations and seconds."""
    needed = [(run, first) for run in runs if (first := run.first_within(best * NEAR)) is not None]
    evaluations = f"{np.median([first for _, first in needed]):,.0f}" if needed else "-"
    took = [float(run.seconds[first - 1]) for run, first in needed]
    seconds = f"{np.median(took):.2f}" if needed else "-"
    ends = np.array([run.best[-1] for run in runs])
    tried = f"{np.median([len(run.best) for run in runs]):,.0f} in {np.median([run.seconds[-1] for run in runs]):.1f} s"
    print(
        f"{label:26}{f'{len(needed)} of {len(runs)}':>12}{sum(s <= soon for s in took):>9}{evaluations:>13}{seconds:>9}"
        f"{_shown(float(np.median(ends)), best):>13}{_shown(float(ends.max()), best):>13}{tried:>18}"
    )


def _shown(score: float, best: float) -> str:
    return "none within" if score >= OUTSIDE else f"{score / best - 1:+.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--long", type=int, default=LONG_EVALUATIONS, help="evaluations of the run that is the reference"
    )
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--threads", type=int)
    parser.add_argument("profiles", nargs="*", default=["support-call", "receptionist", "ai-tutor"])
    asked = parser.parse_args()
    print(machine())
    for name in asked.profiles:
        report(name, asked.long, asked.seconds, asked.threads)


if __name__ == "__main__":
    main()
