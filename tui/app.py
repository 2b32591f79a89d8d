"""The app object: creates the app state, the memory and the screens, and connects them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen

from stages.i18n import Language
from stages.i18n.glossary import explained
from stages.settings import Settings
from tui.i18n.localized import key
from tui.i18n.translator import Translator
from tui.screens.confirm_dialog import ConfirmDialog
from tui.screens.connecting import ConnectScreen
from tui.screens.diagnosing import DiagnoseScreen
from tui.screens.exporting import ExportScreen
from tui.screens.help_dialog import HelpDialog
from tui.screens.input_dialog import InputDialog
from tui.screens.message_dialog import MessageDialog
from tui.screens.opening import OpenScreen
from tui.screens.step_screen import StepScreen
from tui.screens.trying import TryScreen
from tui.screens.tuning import TuneScreen
from tui.state.allowed import EVERYWHERE, Allowed
from tui.state.app_state import PINS, AppState, Opened
from tui.state.calls import OpenedCalls
from tui.state.memory import Memory, SavedSource
from tui.state.turn_source import TurnSource
from tui.text.term import explanation
from tui.widgets.banner import CALL_SCREENS, SCREENS, Tab
from tui.widgets.key_bar import KeyBar

DARK, LIGHT = "textual-dark", "textual-light"
SCREEN_CLASSES: dict[str, type[StepScreen]] = {
    "diagnose": DiagnoseScreen,
    "try": TryScreen,
    "tune": TuneScreen,
    "export": ExportScreen,
    "connect": ConnectScreen,
}
HELP_BESIDE = 120
"""Columns from which the help stands beside a screen, which then has 80 columns."""

TO_SCREENS = Binding.Group("key.screens", compact=True)


class TurntempoApp(App[None]):
    """The terminal app of turntempo: open, diagnose, try, tune, export."""

    TITLE = "turntempo"
    CSS_PATH = "app.tcss"
    NOTIFICATION_TIMEOUT = 3.0
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            key(str(place), f"go('{name}')", f"screen.{name}", group=TO_SCREENS)
            for place, name in enumerate(SCREENS, 1)
        ),
        key("question_mark", "help", "key.help"),
        key("ctrl+t", "theme", "key.theme", show=False),
        Binding("ctrl+q", "quit", "key.quit", priority=True),
    ]

    def __init__(
        self,
        source: TurnSource | None = None,
        *,
        memory: Memory | None = None,
        examples: Iterable[TurnSource] = (),
        language: Language = "en",
        now: Callable[[], datetime],
        who: str,
        debug: bool = False,
        allowed: Allowed = EVERYWHERE,
    ) -> None:
        """`source` is opened at once; without it, the source that was open last. `now` and `who` go into a case's log.

        `debug`: a bug shows its traceback; without it, `exit_message` says what to do.
        `allowed`: the folders that it was started for.
        """
        super().__init__()
        self._debug, self.exit_message = debug, ""
        self.tr = Translator(language)
        self.app_state = AppState(self, allowed)
        self.memory = memory or Memory()
        self.saved = self.memory.load()
        self.now, self.who = now, who
        latest = (one.source for one in self.saved.sources[:1] if allowed.has(one.source) and one.source.exists)
        self._wanted = source or next(latest, None)
        saved_screen = self.saved.screen if self.saved.screen in SCREEN_CLASSES else "open"
        self._start_screen = "diagnose" if source else saved_screen
        self._bindings = self.tr.bindings(self._bindings)
        palette = Binding(self.COMMAND_PALETTE_BINDING, "command_palette", self.tr("key.palette"), priority=True)
        self._bindings.key_to_bindings[palette.key] = [palette]
        self._examples = tuple(examples)
        self._leaving = False
        """The app ends as soon as the search has stopped."""
        self.add_mode("open", self._open_screen)
        for name, page in SCREEN_CLASSES.items():
            self.add_mode(name, lambda page=page: page(self.app_state))  # type: ignore[misc]

    def on_mount(self) -> None:
        self.theme = self.saved.theme if self.saved.theme in (DARK, LIGHT) else DARK
        self.switch_mode("open")
        self.app_state.opened_changed.subscribe(self, self._restore)
        self.app_state.calls_changed.subscribe(self, self._show_calls)

    def on_unmount(self) -> None:
        """Save the state however the app ends: its tab in the browser was closed, its session idled."""
        self.remember()

    def action_go(self, name: str) -> None:
        """Switch to one of the screens; of calls there is one beside Open, and no other."""
        if not self.screen.is_modal:  # a message is read first
            of_calls = self.app_state.calls is not None
            if name != "open" and of_calls != (name == "connect"):
                name = "connect" if of_calls else "diagnose"
            self.switch_mode(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of calls the keys 3 to 5 do nothing."""
        of_calls = self.app_state.calls is not None
        return not (of_calls and action == "go" and parameters and parameters[0] in SCREENS[2:])

    def on_tab_chosen(self, event: Tab.Chosen) -> None:
        self.action_go(event.screen_name)

    def on_open_screen_continue(self) -> None:
        self.action_go("diagnose")

    def action_theme(self) -> None:
        self.theme = LIGHT if self.theme == DARK else DARK

    def action_help(self) -> None:
        """Show every key of this screen: beside it, or over it where there is no room; or hide the list."""
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        elif self.size.width >= HELP_BESIDE:
            self.action_show_help_panel()
        elif bars := self.screen.query(KeyBar):
            about = self.focused.HELP if self.focused else None
            self.push_screen(HelpDialog(about or "", bars.first().all_keys()))

    def action_explain(self) -> None:
        """Ask for a term and explain it."""

        def show(word: str | None) -> None:
            if word is not None:
                term = explained(word, self.tr.language)
                text = explanation(term, self.tr)
                self.push_screen(MessageDialog(term.name, text, f"{term.name}: {term.text}"))

        heading, about = self.tr("palette.explain"), self.tr("palette.explain_help")
        self.push_screen(InputDialog(heading, about, "", lambda word: explained(word, self.tr.language)), show)

    def action_command_palette(self) -> None:
        """Search for a command by its name."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=self.tr("palette.search"), id="--command-palette"))

    async def action_quit(self) -> None:
        """Quit; during a search ask first, and keep its best so far."""
        if self.app_state.stop_search is None or self._leaving:
            self._leave()
        elif not isinstance(self.screen, ConfirmDialog):
            self.push_screen(ConfirmDialog(self.tr("leaving.question"), "leaving"), self._stop_and_leave)

    def _stop_and_leave(self, yes: bool | None) -> None:
        if not yes:
            return
        if self.app_state.stop_search is None:  # it has ended meanwhile
            self._leave()
            return
        self._leaving = True
        self.notify(self.tr("search.stopping"))
        self.app_state.stop_search(self._leave)

    def _leave(self) -> None:
        self.remember()
        self.exit()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The commands of the palette: each key of the screen, then the screens, then commands of the whole app."""
        for _, binding, enabled, _ in screen.active_bindings.values():
            if enabled and binding.description and not binding.system and binding.group is not TO_SCREENS:
                shown = self.get_key_display(binding)
                yield SystemCommand(binding.description, shown, lambda action=binding.action: self._do(action))
        names = SCREENS if self.app_state.calls is None else CALL_SCREENS
        for place, name in enumerate(names, 1):
            title = self.tr("palette.go", screen=self.tr(f"screen.{name}"))
            yield SystemCommand(title, str(place), lambda name=name: self.action_go(name))
        whole_app: dict[str, Callable[[], Any]] = {
            "explain": self.action_explain,
            "theme": self.action_theme,
            "picture": self.deliver_screenshot,
        }
        for name, do in whole_app.items():
            yield SystemCommand(self.tr(f"palette.{name}"), self.tr(f"palette.{name}_help"), do)

    def remember(self) -> None:
        """Save what is open, the settings on the sliders, the pins and the current screen."""
        self.saved = replace(self.saved, screen=self.current_mode, theme=self.theme)
        if (opened := self.app_state.opened) and self.app_state.calls is None:
            place = self.saved.of(opened.source)
            pins = {str(name): kept for name, kept in self.app_state.pins.items()}
            self.saved = self.saved.with_latest(replace(place, sliders=self.app_state.sliders, pins=pins))
        self.memory.save(self.saved)

    def saved_source(self) -> SavedSource | None:
        """What is saved for the source that is open; None: nothing is open."""
        return self.saved.of(self.app_state.opened.source) if self.app_state.opened else None

    def remember_form(self, form: dict[str, Any]) -> None:
        """Save the form of a search."""
        if place := self.saved_source():
            self.saved = self.saved.with_latest(replace(place, form=form))

    def _restore(self, opened: Opened) -> None:
        """Restore sliders and pins as they were when this source was last open."""
        place = self.saved.of(opened.source)
        self.saved = self.saved.with_latest(place)
        sliders: Settings = place.sliders or opened.settings
        self.app_state.reset_sliders(sliders)
        for name in PINS:
            if kept := place.pins.get(name):
                self.app_state.pin(name, kept)
        self.remember()
        self._go_to_start()

    def _show_calls(self, calls: OpenedCalls) -> None:
        """Remember the source, and show its screen where it was asked for."""
        self.saved = self.saved.with_latest(self.saved.of(calls.source))
        self.remember()
        self._go_to_start()

    def _go_to_start(self) -> None:
        """The last screen, or the requested one, is opened once."""
        if self._start_screen in SCREEN_CLASSES and self.current_mode == "open":
            self.action_go(self._start_screen)
        self._start_screen = "open"

    def _fatal_error(self) -> None:
        """A bug outside of any worker: save the state, and end with a message instead of a traceback."""
        if self._debug or self.is_headless:
            super()._fatal_error()
            return
        self.remember()
        self.exit_message = self.tr("message.fatal", kind=type(self._exception).__name__, error=str(self._exception))
        self._close_messages_no_wait()

    def _open_screen(self) -> OpenScreen:
        allowed = self.app_state.allowed
        recent = (place.source for place in self.saved.sources if allowed.has(place.source))
        return OpenScreen(self.app_state, recent, self._examples, self._wanted)

    def _do(self, action: str) -> None:
        self.run_worker(self.run_action(action, self.focused or self.screen))
