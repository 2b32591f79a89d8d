from typing import Any

from textual.app import App

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests.tui.driving import settled
from tui.workers.figures_worker import CACHE_SIZE, FiguresWorker
from tuner.statistics.gauge import Gauge, gauge
from tuner.statistics.limits import default_limits

BATCH = Batch(simulate(Profile.load("receptionist"), 60, seed=1), threads=1)


def judge(settings: Settings) -> Gauge:
    return gauge(BATCH, settings, default_limits())


def waiting(silence_ms: float) -> Settings:
    return Settings().replace({"endpointing.silence_ms": silence_ms})


class Received:
    def __init__(self) -> None:
        self.gauges: list[Gauge] = []
        self.errors: list[Exception] = []


async def test_what_is_asked_for_often_is_never_forgotten() -> None:
    app, received = App[Any](), Received()
    async with app.run_test() as pilot:
        worker = FiguresWorker(app.screen, judge, received.gauges.append, received.errors.append)
        base = waiting(640)
        worker.request(base)
        await settled(app, pilot)
        for step in range(2 * CACHE_SIZE):
            assert worker.cached(base) is not None
            worker.request(waiting(700 + step))
            await settled(app, pilot)
        assert worker.cached(waiting(700)) is None
        assert [one.settings for one in received.gauges] == [
            base,
            *(waiting(700 + step) for step in range(2 * CACHE_SIZE)),
        ]


async def test_of_a_burst_the_last_is_always_judged_and_not_each_of_them() -> None:
    app, received = App[Any](), Received()
    async with app.run_test() as pilot:
        worker = FiguresWorker(app.screen, judge, received.gauges.append, received.errors.append)
        for step in range(200):
            worker.request(waiting(300 + step))
        await settled(app, pilot)
        assert received.gauges[-1].settings == waiting(499)
        assert len(received.gauges) < 200
        assert not received.errors


async def test_cached_figures_are_delivered_at_once() -> None:
    app, received = App[Any](), Received()
    async with app.run_test() as pilot:
        worker = FiguresWorker(app.screen, judge, received.gauges.append, received.errors.append)
        worker.request(waiting(640))
        await settled(app, pilot)
        worker.request(waiting(640))
        assert len(received.gauges) == 2
