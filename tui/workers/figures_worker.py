"""Settings judged in the background while somebody moves a slider: only the latest asked for counts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from textual.widget import Widget

from pipeline.kernel.batch import Batch
from stages.settings import Settings
from tuner.statistics.gauge import Gauge, gauge
from tuner.statistics.limits import Limit

CACHE_SIZE = 16
"""Gauges kept: going back and forth between pins takes no time."""


class FiguresWorker:
    """A burst of questions is one replay of the last of them. `deliver` is called in the app's own thread."""

    def __init__(
        self,
        owner: Widget,
        batch: Batch,
        limits: tuple[Limit, ...],
        deliver: Callable[[Gauge], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._owner, self._batch, self._limits = owner, batch, limits
        self._deliver, self._failed = deliver, failed
        self._cache: OrderedDict[Settings, Gauge] = OrderedDict()
        self._lock, self._wanted, self._busy = Lock(), Settings(), False

    def cached(self, settings: Settings) -> Gauge | None:
        """What is known of these settings already; what is looked at often is kept longest."""
        with self._lock:
            if settings in self._cache:
                self._cache.move_to_end(settings)
            return self._cache.get(settings)

    def request(self, settings: Settings) -> None:
        """Judge these, and no others that were asked for and not begun yet."""
        found = self.cached(settings)
        with self._lock:
            self._wanted = settings
            begin = found is None and not self._busy
            self._busy = self._busy or begin
        if found is not None:
            self._deliver(found)
        elif begin:
            self._owner.run_worker(self._serve, group="gauge", thread=True, exit_on_error=False)

    def _serve(self) -> None:
        done: Settings | None = None
        while True:
            with self._lock:
                wanted = self._wanted
                if wanted == done or wanted in self._cache:
                    self._busy = False
                    return
            try:
                found = gauge(self._batch, wanted, self._limits)
            except Exception as error:  # noqa: BLE001 the worker's boundary: the screen lives on
                with self._lock:
                    self._busy = False
                self._owner.app.call_later(self._failed, error)
                return
            self._store(wanted, found)
            self._owner.app.call_later(self._deliver, found)
            done = wanted

    def _store(self, settings: Settings, found: Gauge) -> None:
        with self._lock:
            self._cache[settings] = found
            while len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
