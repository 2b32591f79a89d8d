"""The base of the screens: banner, key bar, background work, and errors with a next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import HelpPanel, Input, Static
from textual.worker import get_current_worker

from pipeline.recordings import require_free
from stages.errors import TurntempoError
from tui.i18n.localized import Localized, key
from tui.screens.input_dialog import InputDialog
from tui.screens.message_dialog import MessageDialog
from tui.state.app_state import AppState, Opened
from tui.state.calls import OpenedCalls
from tui.widgets.banner import CALL_SCREENS, SCREENS, Banner
from tui.widgets.key_bar import KeyBar

LEAST = (60, 16)
"""Smallest size in columns and rows; below it a hint is shown instead of the screen."""

Result = TypeVar("Result")


class Cancelled(Exception):
    """The background work was cancelled."""


class Body(Container):
    """All between banner and key bar; the help may stand beside it."""

    def on_resize(self, event: Resize) -> None:
        cast(StepScreen, self.screen).fit_to(event.size)


class StepScreen(Localized, Screen[None]):
    """One screen of the app. Subclasses define `NAME` and `contents`, and override `opened`."""

    NAME: ClassVar[str]
    NEEDS_TURNS: ClassVar[bool] = True
    """Only a hint is shown until something is open."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "leave_field", "key.leave_field")]
    DEFAULT_CSS = """
    StepScreen #tiny, StepScreen #nothing { display: none; width: 1fr; height: 1fr; content-align: center middle; }
    StepScreen.-empty #nothing { display: block; }
    StepScreen.-empty #page { display: none; }
    StepScreen.-tiny #page, StepScreen.-tiny #nothing { display: none; }
    StepScreen.-tiny #tiny { display: block; }
    StepScreen #page { height: 1fr; }
    """

    def __init__(self, app_state: AppState) -> None:
        super().__init__()
        self.app_state = app_state

    def contents(self) -> Iterable[Widget]:
        """The widgets between banner and key bar."""
        raise NotImplementedError

    def opened(self, opened: Opened) -> None:
        """Called when another source is open."""

    def calls_opened(self, calls: OpenedCalls) -> None:
        """Called when a recording of calls is open instead."""

    def compose(self) -> ComposeResult:
        yield Banner(self.NAME)
        yield Body(*self.contents(), id="page")
        yield Static(self.tr("app.open_first"), id="nothing")
        yield Static(self.tr("app.tiny"), id="tiny")
        yield KeyBar()

    def on_mount(self) -> None:
        self.set_class(self.NEEDS_TURNS and self.app_state.opened is None, "-empty")
        self.query_one(Banner).show_opened(self.tr("app.nothing_open"))
        self.app_state.opened_changed.subscribe(self, self._opened)
        self.app_state.calls_changed.subscribe(self, self._calls_opened)
        if self.app_state.calls is not None:
            self._calls_opened(self.app_state.calls)
        elif self.app_state.opened is not None:
            self._opened(self.app_state.opened)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width < LEAST[0] or event.size.height < LEAST[1], "-tiny")

    def fit_to(self, size: Size) -> None:
        """Called when the room for `contents` changes."""

    def _opened(self, opened: Opened) -> None:
        self.remove_class("-empty")
        self.query_one(Banner).show_tabs(SCREENS)
        turns = opened.inputs.complete
        text = self.tr(
            "app.opened",
            title=opened.title,
            turns=self.tr.count("turn", len(turns)),
            sessions=self.tr.count("session", len(turns.session_names)),
        )
        title = self.tr.translate(opened.title)
        self.query_one(Banner).show_opened(text, title, title.partition(",")[0])
        self.opened(opened)

    def _calls_opened(self, calls: OpenedCalls) -> None:
        title = self.tr.translate(calls.source.title)
        text = self.tr("app.opened_calls", title=title, n=len(calls.completed.names))
        self.query_one(Banner).show_opened(text, title)
        self.query_one(Banner).show_tabs(CALL_SCREENS)
        self.calls_opened(calls)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """ "leave_field" works while a field has the focus or the help is open; other actions always work."""
        return bool(self._typing or self.query(HelpPanel)) if action == "leave_field" else True

    def action_leave_field(self) -> None:
        if self.query(HelpPanel):
            self.app.action_hide_help_panel()
        else:
            self.set_focus(None)
            self.refresh_bindings()

    @property
    def _typing(self) -> bool:
        return isinstance(self.focused, Input)

    def work(
        self,
        do: Callable[[], Result],
        then: Callable[[Result], None],
        *,
        group: str = "work",
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `do` in a thread, then `then` in the app with its result; within a group only the latest run counts.

        An error is shown as a message (or passed to `failed`); the screen stays usable.
        """

        def run() -> None:
            worker = get_current_worker()
            try:
                result = do()
            except Exception as error:  # noqa: BLE001 the workers' boundary: an error never ends the app
                if not worker.is_cancelled:
                    self.app.call_from_thread(failed or self.show_error, self._why(error))
                return
            if not worker.is_cancelled:
                self.app.call_from_thread(then, result)

        self.run_worker(run, group=group, exclusive=True, thread=True, exit_on_error=False)

    def ask_to_save(self, about: str, name: str, write: Callable[[Path], None]) -> None:
        """Ask for a file, with this name proposed, and write it in the background; one that is there is refused."""
        allowed = self.app_state.allowed

        def save(text: str | None) -> None:
            if text is not None:
                path = allowed.write(Path(text).expanduser())
                self.work(lambda: write(path), lambda _: self.saved(path), group="save")

        check = lambda text: require_free(allowed.write(Path(text).expanduser()), force=False)  # noqa: E731
        self.app.push_screen(InputDialog(self.tr("try_key.save"), about, str(allowed.place(name)), check), save)

    def saved(self, path: Path) -> None:
        """Say that it was written."""
        self.notify(self.tr("message.saved", path=str(path)), markup=False)

    def show_error(self, text: str) -> None:
        """Show a message that stays until it is closed."""
        self.app.push_screen(MessageDialog(self.tr("message.failed"), text))

    def _why(self, error: Exception) -> str:
        if isinstance(error, TurntempoError):
            return self.tr.translate(str(error))
        return self.tr("message.bug", kind=type(error).__name__, error=str(error))
