"""The Open screen: choose a case, a recording or a profile, and see what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from tui.i18n.localized import Localized, key
from tui.screens.confirm_dialog import ConfirmDialog
from tui.screens.open_dialog import OpenDialog
from tui.screens.step_screen import Cancelled, StepScreen
from tui.state import opener
from tui.state.app_state import AppState, Opened
from tui.state.calls import OpenedCalls
from tui.state.turn_source import TurnSource
from tui.text.turns_summary import calls_summary, turns_summary

LINE = re.compile(r":\d+")
"""In an error message: the line that breaks a rule."""


class Sources(Localized, OptionList):
    """The list of sources."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "select", "opening_key.open")]


class OpenScreen(StepScreen):
    """Sources on the left, a summary of the open source on the right."""

    NAME = "open"
    NEEDS_TURNS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("o", "options", "opening_key.options"),
        key("escape", "stop", "opening_key.stop"),
    ]
    DEFAULT_CSS = """
    OpenScreen #sources { text-wrap: nowrap; text-overflow: ellipsis; }
    OpenScreen #sources { width: 2fr; min-width: 30; max-width: 60; border: round $foreground 30%; }
    OpenScreen #summary-pane { width: 3fr; border: round $foreground 30%; padding: 0 1; }
    OpenScreen #sources:focus, OpenScreen #summary-pane:focus { border: heavy $border; }
    """

    class Continue(Message):
        """Go on with the source that is open."""

    def __init__(
        self,
        app_state: AppState,
        recent: Iterable[TurnSource] = (),
        examples: Iterable[TurnSource] = (),
        begin: TurnSource | None = None,
    ) -> None:
        """`begin`: opened at once."""
        super().__init__(app_state)
        self._recent, self._examples, self._begin = tuple(recent), tuple(examples), begin
        self._sources: dict[str, TurnSource] = {}
        self._opening = False
        self._failed: TurnSource | None = None
        """The last source that could not be opened: the dialog offers it again, to change its options."""

    def contents(self) -> Iterable[Widget]:
        yield Horizontal(
            Sources(id="sources"), VerticalScroll(Static(self.tr("opening.welcome"), id="summary"), id="summary-pane")
        )

    def on_mount(self) -> None:
        allowed = self.app_state.allowed
        self.work(
            lambda: tuple(one for folder in allowed.around() for one in opener.sources_around(folder, allowed)),
            self._list,
            group="list",
        )
        if self._begin is not None:
            self.open(self._begin)

    def open(self, source: TurnSource) -> None:
        """Open it; during a search on other turns ask first, and keep its best so far."""
        stop = self.app_state.stop_search
        if stop is None:
            self._read(source)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                stop(lambda: self._read(source))

        self.app.push_screen(ConfirmDialog(self.tr("leaving.question"), "leaving"), answered)

    def _read(self, source: TurnSource) -> None:
        """Open it in the background."""
        self.query_one("#summary", Static).update(Text(self.tr("opening.busy", name=source.title)))

        def failed(why: str) -> None:
            self._ended(why)
            self._failed = source
            hint = self.tr("opening.skip_bad") if LINE.search(why) and not source.skip_bad else ""
            self.show_error(f"{why}\n\n{hint}".strip())

        self._opening = True
        self.refresh_bindings()
        allowed = self.app_state.allowed
        self.work(
            lambda: opener.open_any(source, self._watched(), allowed),
            self._show_opened,
            group="open",
            failed=failed,
        )

    def _show_opened(self, opened: Opened | OpenedCalls) -> None:
        if isinstance(opened, OpenedCalls):
            self.app_state.open_calls(opened)
        else:
            self.app_state.open(opened)

    def _watched(self) -> Callable[[int], None]:
        """A callback for the number of turns read so far; it ends the reading after a cancel."""
        worker = get_current_worker()

        def watch(turns: int) -> None:
            if worker.is_cancelled:
                raise Cancelled
            self.app.call_later(self._show_read, turns)

        return watch

    def _show_read(self, turns: int) -> None:
        if self._opening:  # it may have ended already
            text = self.tr("opening.read", turns=self.tr.count("turn", turns))
            self.query_one("#summary", Static).update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """ "stop" works only while a source is being opened."""
        return self._opening if action == "stop" else super().check_action(action, parameters)

    def action_stop(self) -> None:
        self.workers.cancel_group(self, "open")
        self._ended(self.tr("opening.stopped"))

    def _ended(self, text: str) -> None:
        self._opening = False
        self.refresh_bindings()
        self.query_one("#summary", Static).update(Text(text))

    def opened(self, opened: Opened) -> None:
        self._ended("")
        self._failed = None
        self.query_one("#summary", Static).update(turns_summary(opened, self.tr))
        if self.is_current:
            self.notify(self.tr("opening.go_on"), markup=False)

    def calls_opened(self, calls: OpenedCalls) -> None:
        self._ended("")
        self._failed = None
        self.query_one("#summary", Static).update(calls_summary(calls, self.tr))
        if self.is_current:
            self.notify(self.tr("opening.go_on_calls"), markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        source = self._chosen()
        if source is None:
            return
        if self.app_state.source == source:
            self.post_message(self.Continue())
        else:
            self.open(source)

    def action_options(self) -> None:
        self.app.push_screen(OpenDialog(self._failed or self._chosen()), self._open_answer)

    def _open_answer(self, source: TurnSource | None) -> None:
        if source is not None:
            self.open(source)

    def _chosen(self) -> TurnSource | None:
        option = self.query_one("#sources", OptionList).highlighted_option
        return None if option is None or option.id is None else self._sources.get(option.id)

    def _list(self, around: tuple[TurnSource, ...]) -> None:
        """List the sources under headings, recent ones first."""
        tr, shown = self.tr, self.query_one("#sources", OptionList)
        shown.clear_options()
        folder = ", ".join(one.resolve().name or "/" for one in self.app_state.allowed.around())
        groups = (
            (tr("opening.recent"), self._recent),
            (tr("opening.example"), self._examples),
            (tr("opening.here", folder=folder), around),
            (tr("opening.profiles"), opener.profile_sources()),
        )
        for heading, sources in groups:
            if sources:
                shown.add_option(Option(Text(heading, style="bold"), disabled=True))
                shown.add_options(self._option(source) for source in sources)
        shown.highlighted = 1
        shown.focus()

    def _option(self, source: TurnSource) -> Option:
        name = f"source-{len(self._sources)}"
        self._sources[name] = source
        return Option(Text(f"  {self._label(source)}", no_wrap=True, overflow="ellipsis"), id=name)

    def _label(self, source: TurnSource) -> str:
        if source.kind == "profile":
            return self.tr("opening.profile_turns", name=source.name, turns=self.tr.count("turn", source.turns))
        name = self.tr.translate(source.title)
        return name if source.exists else self.tr("opening.gone", name=name)
