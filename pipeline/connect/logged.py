"""A call as a log saw it: a line of a recording, `turntempo.session/1` (connect model, section 6)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Ms = Annotated[float, Meta(ge=0, le=600_000)]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
AttemptEnd = Literal["connected", "failed", "timeout", "cancelled", "left"]


class LoggedAttempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attempt: how long it lasted, and how it ended; timeout, cancelled, left: it had not ended by itself."""

    ms: Ms
    ended: AttemptEnd

    @property
    def known(self) -> bool:
        """Whether the attempt ended by itself."""
        return self.ended in ("connected", "failed")


class LoggedCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The network check: how long it took, its score, and its verdict under the settings in force."""

    ms: Ms | None = None
    score: Annotated[float, Meta(ge=0, le=1)] | None = None
    verdict: Literal["passed", "failed"] | None = None


class LoggedSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One call: a line of a recording. null: the log does not show it."""

    schema: Literal["turntempo.session/1"]
    id: Name
    outcome: Literal["connected", "turned_away", "gave_up", "left"]
    check: LoggedCheck | None = None
    attempts: Annotated[tuple[LoggedAttempt, ...], Meta(max_length=100)] | None = None
    connect_ms: Ms | None = None
    usable: bool | None = None
    retry_of: Name | None = None

    @property
    def failed_check(self) -> bool:
        return self.check is not None and self.check.verdict == "failed"
