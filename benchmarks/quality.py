"""Quality of recommendations: tuned on few turns, judged on many fresh turns of a profile; `make bench-quality`.

Tuning does not use the fresh turns. They show whether "every limit is kept" was true, and how much slower the choice
is than the best settings for the fresh turns. The default limits are given as limits of the user, so that none is
relaxed to the settings in force.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from benchmarks.machine import machine
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.settings import Settings
from stages.vector import encode
from tuner.recommendation.recommendation import Recommendation, Task, recommend
from tuner.search.assessment import Assessment, Assessor
from tuner.search.budget import Budget
from tuner.search.search import search
from tuner.space.space import space_of
from tuner.statistics.limits import Limit, default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS, FRESH, SAMPLE = 5_000, 400_000, 50_000
FRESH_SEED = 1_000_000
BEST_EVALUATIONS = 20_000
FINALISTS = 200
LIMITS: tuple[Limit, ...] = tuple(replace(limit, origin="given") for limit in default_limits())


@dataclass(frozen=True)
class Found:
    """The result of tuning with one seed, and the `seconds` it took."""

    seed: int
    recommendation: Recommendation
    seconds: float

    @property
    def made(self) -> bool:
        return self.recommendation.status in ("recommended", "unchanged")


def tune(profile: Profile, seed: int) -> Found:
    """A recommendation from turns of this seed."""
    begun = perf_counter()
    turns = simulate(profile, TURNS, seed)
    task = Task(turns, Settings(), DEFAULT_GOAL, LIMITS, seed=seed, profile=profile)
    return Found(seed, recommend(task), perf_counter() - begun)


def best_known(fresh: Columns, judge: Assessor, starts: Sequence[Settings]) -> float:
    """The goal in ms of the best settings within the limits on the fresh turns, by long searches on a sample."""
    few = fresh.take(np.arange(SAMPLE))
    assessor = Assessor(Batch(few), DEFAULT_GOAL, LIMITS, confidence=None)
    best = np.inf
    for seed, start in enumerate(starts):
        space = space_of(few, few, start, LIMITS)
        found = search(assessor, space, seed, Budget(evaluations=BEST_EVALUATIONS))
        leading = np.argsort(found.assessed.score, kind="stable")
        # the sample's luck favours settings just beyond a limit, so some with more room are judged too
        roomy = leading[np.linspace(0, min(len(leading), 4_000) - 1, FINALISTS).astype(int)]
        judged = judge(space.rows(found.points[np.union1d(leading[:FINALISTS], roomy)]))
        best = min(best, float(judged.goal_ms[judged.within].min(initial=np.inf)))
    return best


def report(profile: Profile, seeds: range, threads: int | None) -> None:
    """Tune, judge and print."""
    fresh = simulate(profile, FRESH, FRESH_SEED)
    judge = Assessor(Batch(fresh, threads), DEFAULT_GOAL, LIMITS, confidence=None)
    runs = [tune(profile, seed) for seed in seeds]
    made = [run for run in runs if run.made]
    statuses = Counter(run.recommendation.status for run in runs)
    seconds = np.median([run.seconds for run in runs])
    print(f"\n{profile.name}: {len(seeds)} seeds from {seeds[0]} on, {dict(statuses)}, {seconds:.1f} s each")
    if not made:
        return
    truth = judge(np.stack([encode(run.recommendation.settings) for run in made]))
    kept = truth.within
    print(f"  every limit kept on {FRESH:,} fresh turns: {kept.sum()} of {len(made)}")
    _print_broken(truth)
    order = np.argsort(np.where(kept, truth.goal_ms, np.inf))[:2]
    best = best_known(fresh, judge, [made[place].recommendation.settings for place in order])
    best = min(best, float(truth.goal_ms[kept].min(initial=np.inf)))
    ratio = truth.goal_ms / best - 1
    print(f"  best known there: p95 {best:.0f} ms")
    print(f"  recommended: median {np.median(truth.goal_ms):.0f} ms, {np.median(ratio):+.1%}; worst {ratio.max():+.1%}")


def _print_broken(truth: Assessment) -> None:
    over = truth.uppers / np.array([limit.value for limit in LIMITS])
    for place, limit in enumerate(LIMITS):
        if broken := (over[:, place] > 1).sum():
            worst = limit.shown(float(truth.uppers[:, place].max()))
            print(f"    {limit.text()}: broken by {broken}, at worst {worst}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the first seed: others than those a choice was made on")
    parser.add_argument("--threads", type=int)
    parser.add_argument("profiles", nargs="*", default=["ai-tutor", "receptionist"])
    asked = parser.parse_args()
    print(machine())
    for name in asked.profiles:
        report(Profile.load(name), range(asked.first, asked.first + asked.seeds), asked.threads)


if __name__ == "__main__":
    main()
