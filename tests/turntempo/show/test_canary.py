"""Canary and control side by side, at any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from stages.i18n import translate
from tests.tuner.monitoring.test_canary import group
from tuner.monitoring.canary import compare
from tuner.statistics.limits import default_limits
from tuner.statistics.vocabulary import figure
from turntempo.show import canary


@pytest.mark.parametrize("width", [50, 60, 80, 120])
def test_no_value_of_the_table_is_cut(width: int) -> None:
    found = compare(group("a", 1200, 0.01, 2), group("b", 1600, 0.01, 3), default_limits(), 10**9)
    console = Console(file=io.StringIO(), width=width)
    console.print(canary.table(found))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "…" not in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    for one in found.limits:
        assert set(translate(figure(one.limit.name), "en").split()) <= set(text.split())
        assert set(one.standing.split()) <= set(text.split())
