"""A running search: its progress, the best so far, the points tried, and the settings that the best changes."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from stages.settings import Settings
from tui.charts import search_progress
from tui.i18n.localized import Localized
from tui.text.search_progress import bar, headline
from tui.text.settings_diff import changes_by_group
from tui.widgets.plot import Plot
from tui.workers.search_worker import SearchProgress


class SearchPane(Vertical, Localized):
    """Two charts side by side, and the settings below them."""

    DEFAULT_CSS = """
    SearchPane #far { height: auto; max-height: 4; padding: 0 1; }
    SearchPane #bar { height: 1; padding: 0 1; }
    SearchPane #pictures { height: 3fr; }
    SearchPane #pictures > Vertical { width: 1fr; padding: 0 1; }
    SearchPane .heading { text-style: bold; height: 1; }
    SearchPane #best { height: 2fr; border-top: solid $foreground 30%; padding: 0 1; }
    SearchPane #best:focus { border-top: heavy $border; }
    """

    def compose(self) -> ComposeResult:
        tr = self.tr
        yield Static(tr("search.none"), id="far")
        yield Static(id="bar")
        with Horizontal(id="pictures"):
            with Vertical():
                yield Static(tr("search.steps"), classes="heading")
                yield Plot(id="steps")
            with Vertical():
                yield Static(tr("search.scatter"), classes="heading", id="scatter-heading")
                yield Plot(id="scatter")
                yield Static(search_progress.legend(tr), classes="legend")
        with VerticalScroll(id="best", can_focus=True) as box:
            box.border_title = tr("search.closest_title")
            yield Static(id="changes")

    def begin(self, text: str) -> None:
        """Show this line for a search without progress so far."""
        self.query_one("#far", Static).update(text)
        self.query_one("#bar", Static).update("")
        self.query_one("#changes", Static).update("")
        for picture in self.query(Plot):
            picture.show(None)

    def show(self, now: SearchProgress, in_force: Settings, goal: str) -> None:
        """Show this progress."""
        self.query_one("#far", Static).update(headline(now, goal, self.tr))
        self.query_one("#bar", Static).update(bar(now.share, max(10, self.size.width - 10)))
        self.query_one("#steps", Plot).show(lambda width, height: search_progress.steps(now, width, height))
        known = "search.scatter" if search_progress.knows_cut_offs(now) else "search.scatter_unknown"
        self.query_one("#scatter-heading", Static).update(self.tr(known))
        self.query_one("#scatter", Plot).show(lambda width, height: search_progress.scatter(now, width, height))
        title = "search.closest_title" if now.best_ms is None else "search.best_title"
        self.query_one("#best").border_title = self.tr(title)
        if now.best is not None:
            changes = changes_by_group(in_force, now.best, self.tr)
            self.query_one("#changes", Static).update(changes)

    def end(self, text: str) -> None:
        """Show this line for a search that has ended."""
        self.query_one("#far", Static).update(text)
