"""The options of tables of speech: their columns, their unit, whose turns are wanted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.importers.importer import Options

Column = Annotated[str, Field(min_length=1)]


class TableOptions(Options):
    """What tables of spurts and tables of turns have in common."""

    conversation: Column = Field("conv", description="column of the conversation's name")
    speaker: Column = Field("ch", description="column of the speaker or channel")
    unit: Literal["s", "ms"] = Field("s", description="unit of all times in the table")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        ",", description="the character between columns"
    )
    only: str | None = Field(None, description="the speakers whose turns are wanted, between commas; all by default")
    agent: str | None = Field(None, description="the speaker who is a voice agent: its replies are measured")
    min_pause_ms: Annotated[float, Field(ge=0, le=2000)] = Field(
        200, description="silences shorter than this are part of the speech, in ms"
    )

    @property
    def scale(self) -> float:
        """The milliseconds of a unit."""
        return 1000.0 if self.unit == "s" else 1.0

    @property
    def speakers(self) -> frozenset[str] | None:
        """The speakers whose turns are wanted; None: all."""
        return None if self.only is None else frozenset(name.strip() for name in self.only.split(","))


class SpurtOptions(TableOptions):
    """A table with a line a talk spurt."""

    start: Column = Field("start", description="column of a spurt's start")
    end: Column = Field("end", description="column of a spurt's end")
    words: str = Field("n_words", description="column of the number of words; not needed")
    backchannel: str = Field(
        "is_backchannel",
        description="column that flags backchannels; without it they are recognised by length; empty: there are none",
    )


class TurnOptions(TableOptions):
    """A table with a line a turn."""

    start: Column = Field("turn_start", description="column of a turn's start")
    end: Column = Field("turn_end", description="column of a turn's end")
    pauses: Column = Field("pauses_s", description="column of the pauses inside, in order, between blanks")
