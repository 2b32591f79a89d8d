"""Which field of an outcome each rate is the share of turns with some of (timing model, section 7)."""

from __future__ import annotations

FLAGS = {
    "cut_off_rate": "cut_off",
    "lost_rate": "lost",
    "failed_rate": "failed",
    "degraded_rate": "degraded",
    "restarted_rate": "restarted",
    "false_start_rate": "false_start",
    "filler_rate": "filler",
    "history_lost_rate": "history_lost",
    "false_interrupt_rate": "false_interrupt",
    "hiccup_rate": "hiccups",
    "stutter_rate": "stutter_ms",
}
"""A rate -> its field, above 0 where it happened; `dead_air_rate` is the one that takes two fields."""
