"""A case to work on, and a fixed clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tuner.support.case import Case, Event, create_case, event

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def after(minutes: float, kind: str, text: str = "", who: str = "ann", **more: Any) -> Event:
    """An event so many minutes after the report."""
    return event(START + timedelta(minutes=minutes), who, kind, text, **more)  # type: ignore[arg-type]


@pytest.fixture
def happened() -> Callable[..., Event]:
    return after


@pytest.fixture
def start() -> datetime:
    return START


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Case]:
    """A case of this name, its form's text and its log's events; received at the start unless events are given."""

    def made(*events: Event, name: str = "case", form: str = "", file: str = "case.toml") -> Case:
        return create_case(tmp_path / name, form, file, *(events or (after(0, "received"),)))

    return made
