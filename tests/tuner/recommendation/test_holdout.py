import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.recommendation.holdout import Judgement, judge
from tuner.statistics.limits import default_limits, limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL, parse_goal

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
FASTER = Settings().replace({"endpointing.silence_ms": 540})


def judged(*turns: Columns, after: Settings = FASTER, goal: str = "p95", limits: tuple[str, ...] = ()) -> Judgement:
    batches = [Batch(one, threads=1) for one in turns or (TURNS,)]
    asked = limits_with(parse_limit(text) for text in limits)
    return judge(batches, Settings(), after, parse_goal(goal), asked, seed=1)


def test_the_gain_is_how_much_sooner_the_same_turns_are_answered() -> None:
    found = judged()
    figures = [Batch(TURNS, threads=1).figures(one).response_ms.p95 for one in (Settings(), FASTER)]
    assert figures[0] is not None
    assert figures[1] is not None
    assert found.gain.estimate == figures[0] - figures[1]
    assert found.before["response_ms.p95"].value == figures[0]
    assert found.after["response_ms.p95"].value == figures[1]
    assert found.gain.low is not None
    assert found.gain.high is not None
    assert found.gain.low <= found.gain.estimate <= found.gain.high


def test_no_change_gains_nothing_for_sure() -> None:
    gain = judged(after=Settings()).gain
    assert (gain.estimate, gain.low, gain.high) == (0, 0, 0)


def test_slower_settings_gain_less_than_nothing() -> None:
    gain = judged(after=Settings().replace({"endpointing.silence_ms": 1200})).gain
    assert gain.high is not None
    assert gain.high < 0


def test_one_session_gives_no_interval() -> None:
    found = judged(TURNS.of_sessions(np.array([0])))
    assert found.sessions == 1
    assert found.gain.estimate is not None
    assert (found.gain.low, found.gain.high) == (None, None)


def test_other_completions_are_averaged_into_the_gain() -> None:
    slower = TURNS.replace(final_ms=TURNS.final_ms + 400)
    one, two, both = judged(TURNS), judged(slower), judged(TURNS, slower)
    assert one.gain.estimate is not None
    assert two.gain.estimate is not None
    assert one.gain.estimate != two.gain.estimate
    assert both.gain.estimate == (one.gain.estimate + two.gain.estimate) / 2
    assert both.completions == 2
    assert both.before == one.before


def test_a_gain_on_a_mean_counts_unanswered_turns_in_its_interval_too() -> None:
    quiet = TURNS.ttft_ms.copy()
    quiet[::10] = 11_000
    patient = Settings().replace({"llm.timeout_ms": 12_000})
    found = judged(TURNS.replace(ttft_ms=quiet), after=patient, goal="mean").gain
    assert found.low is not None
    assert found.high is not None
    assert found.estimate is not None
    assert found.low < found.estimate < found.high


def test_where_both_fall_on_unanswered_turns_the_gain_is_not_known() -> None:
    silent = TURNS.replace(ttft_ms=np.full_like(TURNS.ttft_ms, np.inf))
    gain = judged(silent).gain
    assert (gain.estimate, gain.low, gain.high) == (None, None, None)


def test_the_limits_are_judged_under_the_settings_after() -> None:
    found = judged(limits=("cut_off_rate=26%",))
    assert found.verdicts[0].estimate == found.after["cut_off_rate"].value
    assert found.missed[0].limit.name == "cut_off_rate"
    assert len(found.verdicts) == len(default_limits())


def test_a_seed_decides_the_interval() -> None:
    batch = [Batch(TURNS, threads=1)]
    one, same = (judge(batch, Settings(), FASTER, DEFAULT_GOAL, (), seed=3).gain for _ in range(2))
    assert one == same


def test_it_is_written_with_both_sides_and_the_gain() -> None:
    found = judged().json_dict()
    assert (found["turns"], found["sessions"]) == (400, 51)
    assert found["gain_ms"].keys() == {"estimate", "low", "high", "n", "completions"}
    assert found["before"].keys() == found["after"].keys()
