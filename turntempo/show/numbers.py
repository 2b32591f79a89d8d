"""Numbers as a person reads them: as everywhere else."""

from tuner.statistics.numbers import NO_ANSWER, NONE, count, figure, ms, setting, share, span

__all__ = ["NONE", "NO_ANSWER", "count", "figure", "ms", "setting", "share", "span"]
