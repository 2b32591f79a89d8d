"""A publication: settings recommended to agents, first to a few, as the log of its case has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pipeline.recordings.store.observed import AgentState, agents, changes
from pipeline.recordings.store.reader import connected, settings_in
from pipeline.recordings.store.selection import unix_ms
from stages.errors import InputError
from stages.i18n import say
from stages.settings import Settings, parse
from tuner.deploy.deployment import Deployment, deployable_on, deployment
from tuner.monitoring.canary import in_canary
from tuner.statistics.limits import Limit, default_limits
from tuner.support.case import Case
from tuner.targets import target
from tuner.targets.target import Target
from turntempo.fleet import messages

State = Literal["canary", "everywhere", "rolled back"]

LARGEST_SHARE = 0.5
"""Of agents in a canary: the others are the control that it is compared with."""


@dataclass(frozen=True)
class Publication:
    """The last publication of a case. `share`: of the agents in the canary; 1: it went to all at once."""

    version: str
    pattern: str
    share: float
    at: datetime
    settings: Settings
    limits: tuple[Limit, ...]
    state: State
    unfinished: bool = False
    """Whether the last step was begun, and perhaps not all agents got it: it may be repeated."""

    def canary(self, agent: str) -> bool:
        """Whether an agent is among the first to get it."""
        return self.share >= 1 or in_canary(agent, self.version, self.share)

    def details(self) -> dict[str, Any]:
        """For the log of a case."""
        return {
            "version": self.version,
            "agents": self.pattern,
            "share": self.share,
            "at_ms": unix_ms(self.at),
            "settings": self.settings.json_dict(),
            "limits": {limit.name: limit.value for limit in self.limits},
        }


@dataclass(frozen=True)
class Recipients:
    """The agents of a publication: those that get it now, and the others that match its pattern."""

    now: tuple[AgentState, ...]
    later: tuple[AgentState, ...]


def given(case: Case, settings_file: Path | None) -> Deployment:
    """What is to be published: the recommendation of a case, else a settings file under the case's limits.

    What a partial file leaves out is as recommended in the case, else as in force, else the default.
    """
    if settings_file is None:
        return deployment(case.folder)
    named = deployment(settings_file)
    promise = None if case.recommended is None else deployment(case.folder).promise
    settings = named.settings
    if named.named is not None:
        flat = settings.flat()
        under = case.recommended or case.settings or Settings()
        settings = under.replace({name: flat[name] for name in named.named})
    return replace(named, settings=settings, promise=promise)


def new(case: Case, found: Deployment, settings: Settings, pattern: str, share: float, at: datetime) -> Publication:
    """The next publication of a case."""
    number = len(case.log.of("published")) + 1
    limits = found.promise.limits if found.promise and found.promise.limits else default_limits()
    state: State = "canary" if share < 1 else "everywhere"
    return Publication(f"{case.name[:150]}-{number}", pattern, share, at, settings, limits, state)


def last(case: Case) -> Publication:
    """The publication of a case that is in force. Raises InputError where there is none."""
    event = case.log.last("published")
    if event is None:
        raise InputError(say("fleet.nothing_published", case=case.folder))
    held = event.details
    steps = [one for one in case.log.events if one.details.get("version") == held.get("version")]
    after = [one.kind for one in steps]
    state: State = "rolled back" if "rolled_back" in after else "canary"
    if state == "canary" and ("promoted" in after or held.get("share") == 1):
        state = "everywhere"
    unfinished = bool(steps and steps[-1].details.get("begun"))
    try:
        limits = tuple(Limit(name, float(value)) for name, value in held["limits"].items())
        settings = parse(held["settings"], f"{case.folder}/log.jsonl")
        at = datetime.fromtimestamp(held["at_ms"] / 1000).astimezone()
        return Publication(
            held["version"], held["agents"], float(held["share"]), at, settings, limits, state, unfinished
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise InputError(say("fleet.log_damaged", case=case.folder, why=error)) from None


def require_deployable(case: Case, settings: Settings, vendor: str | None) -> None:
    """Raises InputError where the settings are not what the vendor's stack can be set to."""
    stack: Target | None = None
    name = vendor or case.config_vendor
    if name is not None:
        stack = target(name)
    near = deployable_on(stack, settings)
    if near.doubt is not None:
        raise InputError(say("fleet.not_deployable", why=near.doubt))


def recipients(store: Path, publication: Publication) -> Recipients:
    """The agents that get it first, and those that match its pattern beside. Raises InputError where none does."""
    with connected(str(store)) as held:
        found = agents(held, publication.pattern)
    first = tuple(one for one in found if publication.canary(one.agent))
    rest = tuple(one for one in found if not publication.canary(one.agent))
    if not found:
        raise InputError(say("fleet.no_agents", pattern=publication.pattern, store=store))
    if publication.share < 1 and not (first and rest):
        raise InputError(say("fleet.no_canary", n=len(found), share=publication.share))
    return Recipients(first, rest)


def before(store: Path, publication: Publication) -> dict[str, Settings]:
    """Agent -> the settings that it last reported before it followed a publication, whatever the clocks said."""
    bodies: dict[str, str] = {}
    followed: set[str] = set()
    with connected(str(store)) as held:
        for change in changes(held, 0, publication.pattern):
            if change.version == publication.version:
                followed.add(change.agent)
            elif change.agent not in followed:
                bodies[change.agent] = change.body
    return {agent: _settings(body, str(store)) for agent, body in bodies.items()}


def in_force(store: Path, states: Sequence[AgentState]) -> dict[str, list[str]]:
    """The settings that agents report now, as JSON -> the agents; those that reported none under ""."""
    digests: dict[str, str] = {}
    with connected(str(store)) as held:
        for change in changes(held):
            digests[change.digest] = change.body
    found: dict[str, list[str]] = {}
    for state in states:
        found.setdefault(digests.get(state.settings or "", ""), []).append(state.agent)
    return found


def _settings(body: str, source: str) -> Settings:
    return settings_in(body, source)


def payload(publication: Publication, evidence: messages.Evidence | None) -> bytes:
    """The message for `recommended`."""
    return _encoded(
        messages.RecommendedMessage(
            version=publication.version,
            settings=publication.settings,
            valid_from=publication.at,
            limits={limit.name: limit.value for limit in publication.limits},
            evidence=evidence,
        )
    )


def rollback_payload(publication: Publication, settings: Settings, at: datetime) -> bytes:
    """The message that gives an agent back what it had."""
    version = f"{publication.version}-back"
    return _encoded(
        messages.RecommendedMessage(version=version, settings=settings, valid_from=at, rolls_back=publication.version)
    )


def _encoded(message: messages.RecommendedMessage) -> bytes:
    import msgspec

    return msgspec.json.encode(messages.payload(message))


def evidence(case: Case) -> messages.Evidence:
    """What the recommendation of a case rests on: the goal before and after on turns that the search had not used."""
    found = case.recommendation or {}
    goal, held = found.get("goal"), found.get("held_out") or {}
    name = f"response_ms.{goal}" if isinstance(goal, str) else ""
    was, now = (((held.get(key) or {}).get(name) or {}) for key in ("before", "after"))
    return messages.Evidence(
        case=case.name[:200],
        recording_turns=held.get("turns"),
        goal=goal if isinstance(goal, str) else None,
        before=was.get("value"),
        after=now.get("value"),
        low=now.get("low"),
        high=now.get("high"),
    )
