"""Computes figures in the background while the user moves a slider; only the latest request counts."""

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
"""How many figures are kept: switching between pins needs no new replay."""


class FiguresWorker:
    """A burst of requests leads to one replay, of the latest. `deliver` is called in the app's own thread."""

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
        """The figures of these settings if they are cached; recently used ones are kept longest."""
        with self._lock:
            if settings in self._cache:
                self._cache.move_to_end(settings)
            return self._cache.get(settings)

    def request(self, settings: Settings) -> None:
        """Compute these figures; requests that have not begun are dropped."""
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
            except Exception as error:  # noqa: BLE001 the worker's boundary: the screen stays usable
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
