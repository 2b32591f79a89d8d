"""A canary that is looked after: rolled back by itself as soon as it does harm."""

from __future__ import annotations

import time
from pathlib import Path

from stages.i18n import say
from tuner.monitoring.canary import CanaryResult, Decision
from tuner.support.case import event, open_case, record
from turntempo import clock, stderr
from turntempo.fleet.broker import Broker
from turntempo.fleet.publishing import publication as publishing
from turntempo.fleet.publishing.comparing import compared
from turntempo.fleet.publishing.sending import recommend

LOOK_EVERY_S = 2.0


def guarded(case: Path, store: Path, broker: Broker, who: str, stay_s: float) -> Decision:
    """Compare until the canary does harm, which is rolled back, or the time is over; what was decided."""
    until = clock.monotonic_ms() + stay_s * 1000
    while True:
        found = compared(store, publishing.last(open_case(case)), clock.now())
        if found.decision == "harm":
            roll_back(case, store, broker, who, why_harmful(found))
            return "harm"
        if clock.monotonic_ms() >= until:
            return found.decision
        time.sleep(LOOK_EVERY_S)


def why_harmful(found: CanaryResult) -> str:
    """The limits that are missed, or that the canary is slower."""
    names = ", ".join(one.limit.name for one in found.harmful)
    return say("fleet.harm_limits", names=names) if names else say("fleet.harm_slower")


def roll_back(case: Path, store: Path, broker: Broker, who: str, why: str) -> int:
    """Give every agent that got the last publication its former settings; how many. Raises InputError, OutputError."""
    from stages.errors import InputError

    held = open_case(case)
    made = publishing.last(held)
    if made.state == "rolled back" and not made.unfinished:
        raise InputError(say("fleet.rolled_back_before", version=made.version))
    to = publishing.recipients(store, made)
    agents = to.now if made.state == "canary" else (*to.now, *to.later)
    former, now = publishing.before(store, made), clock.now()
    payloads = {
        one.agent: publishing.rollback_payload(made, former[one.agent], now) for one in agents if one.agent in former
    }
    unknown = [one.agent for one in agents if one.agent not in former]
    if unknown:
        stderr.warn(say("fleet.former_unknown", n=len(unknown), first=unknown[0]))
    details = {"version": made.version, "agents": len(payloads)}
    begun = say("fleet.rolling_back", version=made.version, n=len(payloads), why=why)
    record(held, event(now, who, "rolled_back", begun, details=details | {"begun": True}))
    recommend(broker, payloads)
    said = say("fleet.rolled_back", version=made.version, n=len(payloads), why=why)
    record(held, event(now, who, "rolled_back", said, details=details))
    stderr.note(said)
    return len(payloads)
