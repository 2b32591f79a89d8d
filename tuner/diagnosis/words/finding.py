"""One thing that a diagnosis found: a sentence or two to be pasted, and the page that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from tuner.diagnosis.words.guide import GuideLink

Kind = Literal[
    "complaint",
    "barge-in off",
    "mended",
    "not mended",
    "no telling",
    "cost",
    "together",
    "stalls",
    "barge-in on",
    "difference",
    "floor",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Finding:
    """What stands under a heading."""

    heading: str
    kind: Kind
    text: str
    guide: GuideLink

    def json_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text, "guide": self.guide.json_dict()}
