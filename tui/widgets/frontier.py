"""The trade-off of a recommendation: a curve with a cursor, and the settings of the point under it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from stages.i18n import say
from tui.charts import curve
from tui.charts.curve import KINDS, Curve
from tui.i18n.localized import Localized, key
from tui.text.settings_diff import changes_by_group
from tui.widgets.plot import Plot
from tuner.recommendation.frontier import Trade
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.numbers import ms, share
from tuner.statistics.vocabulary import figure


class Frontier(Horizontal, Localized, can_focus=True):
    """Left and right move the cursor along the curve."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("left,h", "walk(-1)", "curve_key.left"),
        key("right,l", "walk(1)", "curve_key.right"),
        key("home", "walk(-1000)", "curve_key.first", show=False),
        key("end", "walk(1000)", "curve_key.last", show=False),
        key("up", "read(-1)", "curve_key.up", show=False),
        key("down", "read(1)", "curve_key.down", show=False),
        key("k", "kind", "curve_key.kind"),
        key("r", "recommended", "curve_key.recommended", show=False),
        key("enter,t", "choose('slide')", "curve_key.slide"),
        key("e", "choose('export')", "curve_key.export"),
    ]
    DEFAULT_CSS = """
    Frontier > Vertical { width: 3fr; padding-left: 1; }
    Frontier > #point {
        width: 2fr; min-width: 40; max-width: 60; border: round $foreground 30%; padding-left: 1;
        scrollbar-size-vertical: 1;
    }
    Frontier .heading { text-style: bold; }
    Frontier .axis { color: $text-muted; }
    Frontier #across { text-align: right; }
    """

    class Chosen(Message):
        """Use these settings: `slide` puts them on the sliders, `export` exports them.

        `proven`: they were checked on held-out turns, and keep the limits with 95 % confidence.
        """

        def __init__(self, trade: Trade, use: str, proven: bool) -> None:
            super().__init__()
            self.trade, self.use, self.proven = trade, use, proven

    def __init__(self) -> None:
        super().__init__()
        self._found: Recommendation | None = None
        self._kind, self._place = KINDS[0], dict.fromkeys(KINDS, 0)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="heading", classes="heading", markup=False)
            yield Static(id="up", classes="axis", markup=False)
            yield Plot(id="plot")
            yield Static(id="across", classes="axis", markup=False)
            yield Static(curve.legend(self.tr), id="legend")
        with VerticalScroll(id="point", can_focus=False):
            yield Static(id="point-text")

    def show(self, found: Recommendation | None) -> None:
        """Show the curves of this recommendation, with the cursor on the recommended point."""
        self._found = found
        if found is not None:
            for kind in KINDS:
                self._place[kind] = self._first(curve.curve(found, kind))
        self._paint()

    @property
    def trade(self) -> Trade | None:
        """The point under the cursor."""
        points = self._curve.points if self._curve else ()
        return points[self._place[self._kind]] if points else None

    @property
    def kind(self) -> str:
        return self._kind

    def action_walk(self, step: int) -> None:
        if self._curve and self._curve.points:
            place = self._place[self._kind] + step
            self._place[self._kind] = min(max(place, 0), len(self._curve.points) - 1)
            self._paint()

    def action_read(self, lines: int) -> None:
        """Scroll the text beside the curve."""
        self.query_one("#point").scroll_relative(y=lines, animate=False)

    def action_kind(self) -> None:
        """Show the other of the two trade-offs."""
        self._kind = KINDS[1 - KINDS.index(self._kind)]
        self._paint()

    def action_recommended(self) -> None:
        if self._curve:
            self._place[self._kind] = self._first(self._curve)
            self._paint()

    def action_choose(self, use: str) -> None:
        found, trade = self._found, self.trade
        if found is not None and trade is not None:
            self.post_message(self.Chosen(trade, use, self._is_proven(found, trade)))

    def on_click(self, event: Click) -> None:
        """Move the cursor to the point nearest to the click."""
        plot = self.query_one("#plot")
        found = self._curve
        offset = event.get_content_offset(plot)
        if found is not None and found.points and offset is not None:
            self._place[self._kind] = curve.at_column(found, plot.content_size.width, offset.x)
            self._paint()

    @staticmethod
    def _is_proven(found: Recommendation, trade: Trade) -> bool:
        return found.status == "recommended" and not found.provisional and trade.settings == found.settings

    @property
    def _curve(self) -> Curve | None:
        return None if self._found is None else curve.curve(self._found, self._kind)

    @property
    def _is_unknown(self) -> bool:
        """Whether the recording does not show the risk that is traded."""
        known = {} if self._found is None else self._found.tuning.before
        return self._kind in known and known[self._kind].unknown

    @staticmethod
    def _first(found: Curve) -> int:
        return curve.nearest_within(found.points) if found.recommended is None else found.recommended

    def _paint(self) -> None:
        found, tr = self._curve, self.tr
        heading, point, plot = (
            self.query_one("#heading", Static),
            self.query_one("#point-text", Static),
            self.query_one(Plot),
        )
        heading.update(tr(f"frontier.{self._kind}"))
        for name, axis in (("#up", "ms"), ("#across", "risk")):
            self.query_one(name, Static).update(tr(f"frontier.{self._kind}_{axis}"))
        if self._found is None or found is None or not found.points:
            plot.show(None)
            point.update(tr("curve.unknown", figure=figure(self._kind)) if self._is_unknown else tr("curve.none"))
            return
        place = self._place[self._kind]
        plot.show(lambda width, height: curve.draw(found, place, width, height))
        point.update(self._point_text(self._found, found))

    def _point_text(self, all_of: Recommendation, found: Curve) -> Content:
        tr, place = self.tr, self._place[self._kind]
        one = found.points[place]
        return Content("\n").join(
            [
                Content(tr("curve.place", n=place + 1, of=len(found.points))),
                Content(tr("curve.risk", figure=say(f"figure.{one.kind}"), value=share(one.risk))),
                Content(tr(f"curve.{one.kind}_ms", goal=all_of.task.goal.text, ms=ms(one.ms))),
                Content.styled(tr("curve.within"), "$text-success")
                if one.within
                else Content.styled(tr("curve.beyond"), "$text-error"),
                *([Content.styled(tr("curve.is_recommended"), "bold")] if place == found.recommended else []),
                Content(""),
                Content.styled(tr("curve.differs"), "bold"),
                changes_by_group(all_of.task.settings, one.settings, tr),
                Content(""),
                *([] if self._is_proven(all_of, one) else [Content.styled(tr("curve.estimates"), "$text-muted")]),
            ]
        )
