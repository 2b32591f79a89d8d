"""The base of every validated domain value: frozen, strict, closed, with plain JSON numbers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, ValidationError


def plain_number(value: float) -> float | int:
    """The number without a trailing .0: 640, not 640.0."""
    return int(value) if value == int(value) else value


Number = Annotated[float, PlainSerializer(plain_number, return_type=float | int, when_used="unless-none")]
Ms = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
MOST = 1 << 24
"""The largest count: a float32 column holds it exactly."""
Count = Annotated[int, Field(ge=0, le=MOST)]
CountFrom1 = Annotated[int, Field(ge=1, le=MOST)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A name: short text without control characters."""


class Model(BaseModel):
    """A frozen, validated value: no unknown keys, no strings for numbers, no NaN."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, ser_json_inf_nan="constants"
    )

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values, nested as in the files."""
        return self.model_dump(mode="json")


def first_problem(error: ValidationError) -> tuple[str, str]:
    """The field (dotted, with array indices) and the rule of the first error."""
    detail = error.errors(include_url=False)[0]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
    rule = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    came = detail.get("input")
    shown = "" if detail["type"] in ("missing", "value_error") or isinstance(came, (dict, list)) else f", got {came!r}"
    return field, f"{rule}{shown}"
