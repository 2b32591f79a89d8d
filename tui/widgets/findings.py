"""The findings, the most urgent first, one or more lines each; to be opened or copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from stages.i18n import Said
from tui.i18n.localized import Localized, key
from tuner.diagnosis.words.finding import Finding


class Findings(Localized, OptionList):
    """Enter shows the whole finding, c copies it."""

    class Chosen(Message):
        def __init__(self, finding: Finding) -> None:
            super().__init__()
            self.finding = finding

    class Copied(Chosen):
        """This finding should be copied."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "select", "findings_key.read"),
        key("c", "copy", "findings_key.copy"),
    ]
    DEFAULT_CSS = """
    Findings { height: 1fr; border: none; padding: 0; background: transparent; scrollbar-size-vertical: 1; }
    Findings > .option-list--option-disabled { color: $text-accent; text-style: bold; }
    Findings:focus { border: none; background-tint: transparent; }
    """

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.findings: tuple[Finding, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """The finding under the cursor."""
        option = self.highlighted_option
        return None if option is None or option.id is None else self.findings[int(option.id)]

    def show_text(self, text: str) -> None:
        """Show a sentence instead of findings."""
        self.findings = ()
        self.clear_options()
        self.add_option(Option(Text(text), disabled=True))

    def show(self, findings: tuple[Finding, ...], opening: Sequence[Said] = ()) -> None:
        """Show these findings under their headings, below sentences that are to be read first."""
        self.findings = findings
        self.clear_options()
        for sentence in opening:
            self.add_option(Option(Text(self.tr.translate(sentence)), disabled=True))
        heading = None
        for number, one in enumerate(findings):
            if one.heading != heading:
                heading = one.heading
                self.add_option(Option(Text(self.tr.translate(heading), style="bold"), disabled=True))
            line = Text(self.tr("diagnose.bullet")).append(self.tr.translate(one.text))
            self.add_option(Option(line.append(f"  ({one.guide.name})", style="dim"), id=str(number)))
        self.highlighted = len(opening) + 1 if findings else None
        self.call_after_refresh(self.scroll_home, animate=False)  # the first sentences are to be read first

    def action_copy(self) -> None:
        if (finding := self.finding) is not None:
            self.post_message(self.Copied(finding))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (finding := self.finding) is not None:
            self.post_message(self.Chosen(finding))
