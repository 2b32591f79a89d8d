"""Open a case, a recording or a profile, and see what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from tui.i18n.localized import Spoken
from tui.i18n.phrasing import key
from tui.screens.asking import Asking
from tui.screens.page import Page, Stopped
from tui.state import opener
from tui.state.app_state import Desk, Opened
from tui.state.source import Source
from tui.text.held import held

LINE = re.compile(r":\d+")
"""In a message: the line that breaks a rule."""


class Sources(Spoken, OptionList):
    """What there is to open."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "select", "opening_key.open")]


class OpenScreen(Page):
    """What there is to open on the left, what is open on the right."""

    NAME = "open"
    NEEDS_TURNS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("o", "options", "opening_key.options"),
        key("escape", "stop", "opening_key.stop"),
    ]
    DEFAULT_CSS = """
    OpenScreen #sources { width: 2fr; min-width: 30; max-width: 60; border: round $border; }
    OpenScreen #held { width: 3fr; border: round $border; padding: 0 1; }
    OpenScreen #sources:focus, OpenScreen #held:focus { border: round $border-blurred; }
    """

    class GoOn(Message):
        """What is open is to be looked at."""

    def __init__(
        self, desk: Desk, recent: Iterable[Source] = (), examples: Iterable[Source] = (), begin: Source | None = None
    ) -> None:
        """`begin`: opened at once."""
        super().__init__(desk)
        self._recent, self._examples, self._begin = tuple(recent), tuple(examples), begin
        self._sources: dict[str, Source] = {}
        self._opening = False
        self._failed: Source | None = None
        """What could not be opened: it is what one asks for again, with other options."""

    def contents(self) -> Iterable[Widget]:
        yield Horizontal(
            Sources(id="sources"), VerticalScroll(Static(self.words("opening.welcome"), id="told"), id="held")
        )

    def on_mount(self) -> None:
        self.work(lambda: opener.around(Path()), self._list, group="list")
        if self._begin is not None:
            self.open(self._begin)

    def open(self, source: Source) -> None:
        """Open it in the background."""
        self.query_one("#told", Static).update(Text(self.words("opening.busy", name=source.title)))

        def failed(why: str) -> None:
            self._ended(why)
            self._failed = source
            hint = self.words("opening.skip_bad") if LINE.search(why) and not source.skip_bad else ""
            self.tell_error(f"{why}\n\n{hint}".strip())

        self._opening = True
        self.refresh_bindings()
        self.work(lambda: opener.opened(source, self._watched()), self.desk.open, group="open", failed=failed)

    def _watched(self) -> Callable[[int], None]:
        """Told how many turns were read; ends the reading once nobody waits for it."""
        worker = get_current_worker()

        def watch(turns: int) -> None:
            if worker.is_cancelled:
                raise Stopped
            self.app.call_later(self._tell_read, turns)

        return watch

    def _tell_read(self, turns: int) -> None:
        if self._opening:  # it may have ended by now
            told = self.words("opening.read", turns=self.words.count("turn", turns))
            self.query_one("#told", Static).update(told)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to stop only while turns are being opened."""
        return self._opening if action == "stop" else super().check_action(action, parameters)

    def action_stop(self) -> None:
        self.workers.cancel_group(self, "open")
        self._ended(self.words("opening.stopped"))

    def _ended(self, told: str) -> None:
        self._opening = False
        self.refresh_bindings()
        self.query_one("#told", Static).update(Text(told))

    def opened(self, opened: Opened) -> None:
        self._ended("")
        self._failed = None
        self.query_one("#told", Static).update(held(opened, self.words))
        if self.is_current:
            self.notify(self.words("opening.go_on"), markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        source = self._chosen()
        if source is None:
            return
        if self.desk.opened is not None and self.desk.opened.source == source:
            self.post_message(self.GoOn())
        else:
            self.open(source)

    def action_options(self) -> None:
        self.app.push_screen(Asking(self._failed or self._chosen()), self._asked)

    def _asked(self, source: Source | None) -> None:
        if source is not None:
            self.open(source)

    def _chosen(self) -> Source | None:
        option = self.query_one("#sources", OptionList).highlighted_option
        return None if option is None or option.id is None else self._sources.get(option.id)

    def _list(self, around: tuple[Source, ...]) -> None:
        """Under headings; what is recent first."""
        words, shown = self.words, self.query_one("#sources", OptionList)
        shown.clear_options()
        folder = Path().resolve().name or "/"
        groups = (
            (words("opening.recent"), self._recent),
            (words("opening.example"), self._examples),
            (words("opening.here", folder=folder), around),
            (words("opening.profiles"), opener.profiles()),
        )
        for heading, sources in groups:
            if sources:
                shown.add_option(Option(Text(heading, style="bold"), disabled=True))
                shown.add_options(self._option(source) for source in sources)
        shown.highlighted = 1
        shown.focus()

    def _option(self, source: Source) -> Option:
        name = f"source-{len(self._sources)}"
        self._sources[name] = source
        return Option(Text(f"  {self._told(source)}", no_wrap=True, overflow="ellipsis"), id=name)

    def _told(self, source: Source) -> str:
        if source.kind == "profile":
            return self.words("opening.profile_turns", name=source.name, turns=self.words.count("turn", source.turns))
        name = self.words.told(source.title)
        return name if source.there else self.words("opening.gone", name=name)
