"""Tags of turns: words of the recorder's own, as one column of JSON objects, and the groups that they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json, to_json

from pipeline.turns.columns import Columns, Texts
from stages.arrays import Flags


def as_texts(tags: Iterable[Mapping[str, str]]) -> Texts:
    """(n,) each turn's tags as a JSON object with its keys sorted; empty where there are none."""
    return np.array([to_json(dict(sorted(one.items()))) if one else b"" for one in tags], dtype=np.bytes_)


def no_tags(n: int) -> Texts:
    """The column of n turns without tags."""
    return np.zeros(n, dtype="S1")


def as_dict(text: bytes) -> dict[str, str]:
    """The tags of one turn."""
    return dict(from_json(text)) if text else {}


def groups(turns: Columns) -> dict[str, dict[str, Flags]]:
    """Tag -> its values, the most frequent first -> (n,) the turns that have it."""
    texts, code = np.unique(turns.tags, return_inverse=True)
    found: dict[str, dict[str, npt.NDArray[np.bool_]]] = {}
    for place, text in enumerate(texts.tolist()):
        for tag, value in as_dict(text).items():
            values = found.setdefault(tag, {})
            values[value] = values.get(value, np.zeros(len(turns), dtype=np.bool_)) | (code == place)
    return {
        tag: dict(sorted(values.items(), key=lambda one: (-int(one[1].sum()), one[0])))
        for tag, values in sorted(found.items())
    }
