"""The editor of a search's form: goal, limits, settings to move, vendor and budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Select, Static

from tui.i18n.localized import Localized, key
from tui.state import search_form
from tui.state.search_form import GOALS, NO_VENDOR, FieldError, SearchForm
from tui.state.search_scope import SearchScope
from tui.text.card import SIGNS
from tui.widgets.forms.field import Field
from tui.widgets.forms.movable import MovableSettings
from tui.widgets.forms.tick import Tick
from tuner.statistics.limits import DEFAULT_LIMITS, Limit
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import named as in_words
from tuner.targets import all_targets

TYPED = "sum"
PLAIN = {"json", "toml", "env"}
"""Formats that carry all settings: the same as no vendor."""


class Fields(VerticalScroll):
    """Up and down move from field to field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.focus_previous", show=False),
        Binding("down", "screen.focus_next", show=False),
    ]


class SearchFormEditor(Horizontal, Localized):
    """Fields on the left, settings that may move on the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("m", "moving", "tuning_key.moving"),
        key("g", "goal", "tuning_key.goal", show=False),
    ]
    DEFAULT_CSS = """
    SearchFormEditor > Fields {
        width: 40%; min-width: 46; max-width: 56; scrollbar-size-vertical: 1; padding-right: 1; border-left: blank;
    }
    SearchFormEditor > Fields:focus { border-left: heavy $border; }
    SearchFormEditor MovableSettings { width: 1fr; max-width: 80; }
    SearchFormEditor .heading { text-style: bold; margin-top: 1; }
    SearchFormEditor .limit .name { width: 23; }
    SearchFormEditor .limit Input { width: 8; }
    SearchFormEditor #goal-sum { margin-left: 15; width: 1fr; }
    SearchFormEditor #others Input { width: 1fr; }
    SearchFormEditor #others .note { display: none; }
    SearchFormEditor #goal .note, SearchFormEditor #vendor .note { display: none; }
    SearchFormEditor #elsewhere { margin-left: 15; }
    SearchFormEditor #doubt { color: $text-warning; display: none; }
    """

    class Changed(Message):
        """The form was changed, and no field breaks a rule."""

        def __init__(self, form: SearchForm) -> None:
            super().__init__()
            self.form = form

    def __init__(self) -> None:
        super().__init__()
        self._form, self._own = SearchForm(), NO_VENDOR
        self._sent, self._ignore_changes = self._form, True

    def compose(self) -> ComposeResult:
        tr = self.tr
        with Fields():
            goals = [*((goal, goal) for goal in GOALS), (tr("search_form.sum"), TYPED)]
            yield Field(
                "goal", tr("search_form.goal"), Select(goals, value=SearchForm().goal, allow_blank=False, compact=True)
            )
            yield Input(placeholder="0.5*p50+0.5*p95", id="goal-sum", compact=True)
            yield Field("vendor", tr("search_form.vendor"), Select([("-", "-")], allow_blank=False, compact=True))
            yield Tick(tr("search_form.elsewhere"), id="elsewhere", compact=True)
            yield Static(id="doubt", markup=False)
            yield Field(
                "budget",
                tr("search_form.budget"),
                Input(id="budget-control", compact=True),
                tr("search_form.budget_note"),
            )
            yield Field("seed", tr("search_form.seed"), Input(id="seed-control", compact=True))
            yield Static(tr("search_form.limits"), classes="heading")
            for name, value in DEFAULT_LIMITS.items():
                shown = Limit(name, value).shown(value)
                control = Input(placeholder=shown, id=f"limit-{name}-control", compact=True)
                control.tooltip = name
                yield Field(f"limit-{name}", tr.translate(in_words(name)), control, classes="limit")
            others = Input(placeholder=tr("search_form.no_others"), id="others-control", compact=True)
            yield Field("others", tr("search_form.others"), others)
        yield MovableSettings()

    def fill(self, form: SearchForm, own: str) -> None:
        """Show this form; `own` is the vendor of the case, "" for none."""
        self._form, self._own, self._ignore_changes = form, own, True
        self._sent = form
        goal = self.query_one("#goal Select", Select)
        goal.value = form.goal if form.goal in GOALS else TYPED
        self._sum.value = "" if form.goal in GOALS else form.goal
        self._sum.display = form.goal not in GOALS
        vendor = self.query_one("#vendor Select", Select)
        vendor.set_options(self._vendors(own))
        wanted = own if form.vendor is None else form.vendor
        vendor.value = wanted if wanted in {value for _, value in self._vendors(own)} else NO_VENDOR
        self.query_one("#elsewhere", Tick).value = form.elsewhere
        for name, text in self._texts(form).items():
            self.query_one(f"#{name}-control", Input).value = text
        for field in self.query(Field):
            field.show_error("")
        self.call_after_refresh(self._listen)

    @property
    def form(self) -> SearchForm:
        """The form as it is typed now."""
        texts = {name: self.query_one(f"#{name}-control", Input).value.strip() for name in self._texts(SearchForm())}
        goal, vendor = (self.query_one(f"#{name} Select", Select).value for name in ("goal", "vendor"))
        given = {name: texts[f"limit-{name}"] for name in DEFAULT_LIMITS if texts[f"limit-{name}"]}
        return replace(
            self._form,
            goal=self._sum.value.strip() if goal == TYPED else str(goal),
            limits={name: text for name, text in given.items() if text != Limit(name, 0).shown(DEFAULT_LIMITS[name])},
            others=texts["others"],
            vendor=None if vendor == self._own else str(vendor),
            elsewhere=self.query_one("#elsewhere", Tick).value,
            budget=texts["budget"],
            seed=texts["seed"],
        )

    def vendor(self, form: SearchForm) -> str:
        """The vendor of a form; "": none."""
        return self._own if form.vendor is None else form.vendor

    def show_scope(self, scope: SearchScope) -> None:
        """Show which settings may move, and a warning where the stack lacks a value in force."""
        self.query_one(MovableSettings).show(scope, self._form.locked, self._form.varied)
        doubt = self.query_one("#doubt", Static)
        doubt.display = scope.deployed.doubt is not None
        doubt.update("" if scope.deployed.doubt is None else f"! {self.tr.translate(scope.deployed.doubt)}")
        self.query_one("#elsewhere", Tick).display = bool(self.vendor(self.form))

    def show_present(self, found: Iterable[Verdict]) -> None:
        """Show beside each limit the value of the settings in force."""
        for one in found:
            for field in self.query(f"#limit-{one.limit.name}").results(Field):
                sign = SIGNS[one.status]
                now = self.tr.translate(one.limit.shown(one.estimate))
                unknown = self.tr("search_form.unknown", sign=sign)
                note = unknown if one.unknown else self.tr("search_form.present", now=now, sign=sign)
                field.show_note(note, missed=one.status == "missed")

    def show_error(self, error: FieldError) -> None:
        """Show the error beside its field, and move the focus there."""
        if error.field == "moving":
            self.query_one(MovableSettings).show_error(self.tr.translate(error.why))
            return
        field = self.query_one(f"#{error.field}", Field)
        field.show_error(self.tr.translate(error.why))
        control = self._sum if error.field == "goal" and self._sum.display else field.control
        control.focus()

    def action_moving(self) -> None:
        """Move the focus to the settings that may move."""
        self.query_one(MovableSettings).take_focus()

    def action_goal(self) -> None:
        """Move the focus to the first field."""
        self.query_one("#goal Select").focus()

    def check(self) -> FieldError | None:
        """The error of the first field that breaks a rule; each such field shows its own."""
        form, found = self.form, list[FieldError]()
        checks: Mapping[str, Any] = {
            "goal": lambda: search_form.goal_of(form.goal),
            "budget": lambda: search_form.budget_of(form.budget),
            "seed": lambda: search_form.seed_of(form.seed),
            "others": lambda: search_form.others_of(form.others),
        } | {
            f"limit-{name}": lambda name=name, text=text: search_form.limit_of(name, text)
            for name, text in form.limits.items()
        }
        for field in self.query(Field):
            field.show_error("")
        for check in checks.values():
            try:
                check()
            except FieldError as error:
                found.append(error)
                self.query_one(f"#{error.field}", Field).show_error(self.tr.translate(error.why))
        return found[0] if found else None

    def on_input_changed(self, event: Input.Changed) -> None:
        for field in event.input.query_ancestor(SearchFormEditor).query(Field):
            if field.control is event.input:
                field.show_error("")

    def on_input_blurred(self) -> None:
        self._publish()

    def on_input_submitted(self) -> None:
        self._publish()
        self.screen.focus_next()

    def on_select_changed(self) -> None:
        if not self._ignore_changes:
            self._sum.display = self.query_one("#goal Select", Select).value == TYPED
            self._publish()

    def on_checkbox_changed(self) -> None:
        self._publish()

    def on_movable_settings_ticked(self, event: MovableSettings.Ticked) -> None:
        event.stop()
        self._form = replace(self._form, locked=event.locked, varied=event.varied)
        self._publish()

    def _publish(self) -> None:
        if self._ignore_changes:
            return
        self._form = self.form
        if self.check() is None and self._form != self._sent:
            self._sent = self._form
            self.post_message(self.Changed(self._form))

    def _listen(self) -> None:
        self._ignore_changes = False

    @property
    def _sum(self) -> Input:
        return self.query_one("#goal-sum", Input)

    def _vendors(self, own: str) -> Sequence[tuple[str, str]]:
        """The options of the vendor menu; the case's own first, in its own form."""
        others = [(one.title, name) for name, one in all_targets().items() if name != own and name not in PLAIN]
        first = [(self.tr("search_form.own_vendor", name=own), own)] if own else []
        return [*first, (self.tr("search_form.everything"), NO_VENDOR), *others]

    @staticmethod
    def _texts(form: SearchForm) -> dict[str, str]:
        """Field -> its text; for a limit that is not given, the default."""
        limits = {
            f"limit-{name}": form.limits.get(name, Limit(name, value).shown(value))
            for name, value in DEFAULT_LIMITS.items()
        }
        return {"budget": form.budget, "seed": form.seed, "others": form.others} | limits
