"""Constructors that accept unknown arguments, as those of some vendors do."""

from typing import Any, TypedDict


class Base:
    def __init__(self, *, loud: bool = False, **kwargs: Any) -> None:
        self.loud = loud


class Strategy(Base):
    def __init__(self, *, wait: float = 0.6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.wait = wait


class Options(TypedDict, total=False):
    least: float
