"""Computes figures in the background while the user moves a slider; only the latest request counts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from textual.widget import Widget

Settings = TypeVar("Settings", bound=Hashable)
Gauge = TypeVar("Gauge")

CACHE_SIZE = 16
"""How many figures are kept: switching between pins needs no new replay."""


class FiguresWorker(Generic[Settings, Gauge]):
    """A burst of requests leads to one replay, of the latest. `deliver` is called in the app's own thread."""

    def __init__(
        self,
        owner: Widget,
        judge: Callable[[Settings], Gauge],
        deliver: Callable[[Gauge], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """`judge` computes the figures of one set of settings; it is called in a thread."""
        self._owner, self._judge = owner, judge
        self._deliver, self._failed = deliver, failed
        self._cache: OrderedDict[Settings, Gauge] = OrderedDict()
        self._lock, self._busy = Lock(), False
        self._wanted: Settings | None = None

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
                if wanted is None or wanted == done or wanted in self._cache:
                    self._busy = False
                    return
            try:
                found = self._judge(wanted)
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
