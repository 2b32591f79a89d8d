"""Simulated calls: drawn from a profile whose numbers have sources, and logged as an app would log them."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np

from pipeline.connect.batch import Sessions, run
from pipeline.connect.logged import LoggedAttempt, LoggedCheck, LoggedSession
from pipeline.connect.session import ENDS
from pipeline.simulation.distribution import Belief, Distribution, Quoted
from pipeline.turns.draws import keys, uniforms
from stages.arrays import Flags, Floats
from stages.connect_settings import MOST_ATTEMPTS, ConnectSettings
from stages.errors import UnknownName
from stages.model import Model

_FOLDER = files("pipeline.connect") / "profiles"


class ConnectProfile(Model):
    """The networks of an app, its check and its users, every number with its source."""

    about: str
    check_ms: Distribution
    score_good: Belief
    score_bad: Belief
    setup_ms: Distribution
    fail_ms: Distribution
    bad_networks: Quoted
    bad_connects: Quoted
    """The share of attempts that connect on a bad network; the others fail after `fail_ms`."""
    bad_usable: Quoted
    lost_attempt: Quoted
    """The share of attempts that are never answered on a good network."""
    goes_on: Quoted
    """The share of clients that do not obey the check."""
    calls_again: Quoted
    """The share of users who call again after they were turned away."""

    @classmethod
    def load(cls, name: str) -> ConnectProfile:
        """The profile of this name; UnknownName, with the list, if there is none."""
        if name not in profile_names():
            raise UnknownName("profile", name, profile_names())
        return cls.model_validate(tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def profile_names() -> tuple[str, ...]:
    """The names of all profiles, sorted."""
    return tuple(sorted(one.name.removesuffix(".toml") for one in _FOLDER.iterdir() if one.name.endswith(".toml")))


def draw(profile: ConnectProfile, names: list[str], seed: int, networks: list[str] | None = None) -> Sessions:
    """A call a name. `networks`: whose network it is; calls of the same network share whether it is bad."""
    own, network = (keys(np.array(given, dtype=np.bytes_)) for given in (names, networks or names))

    def u(field: str) -> Floats:
        return uniforms(seed, own, field)

    bad: Flags = uniforms(seed, network, "network") < profile.bad_networks.value
    score = np.where(bad, profile.score_bad.quantile(u("score")), profile.score_good.quantile(u("score")))
    columns = [_attempt(profile, bad, u(f"attempt.{k}"), u(f"ms.{k}")) for k in range(MOST_ATTEMPTS)]
    ms, connects = (np.stack(column, axis=1) for column in zip(*columns, strict=True))
    usable = ~bad | (uniforms(seed, network, "usable") < profile.bad_usable.value)
    return Sessions(score.round(4), profile.check_ms.quantile(u("check_ms")).round(1), ms, connects, usable)


def _attempt(profile: ConnectProfile, bad: Flags, which: Floats, u: Floats) -> tuple[Floats, Flags]:
    connects = np.where(bad, which < profile.bad_connects.value, which >= profile.lost_attempt.value)
    fails = np.where(bad, profile.fail_ms.quantile(u), np.inf)
    return np.where(connects, profile.setup_ms.quantile(u), fails).round(1), connects


def simulate(profile: ConnectProfile, n: int, seed: int, in_force: ConnectSettings) -> tuple[LoggedSession, ...]:
    """What an app logs of n first calls under these settings, and of the calls of users who try again."""
    names = [f"call-{seed}-{place:06d}" for place in range(n)]
    first, away = _logged(profile, names, seed, in_force, names, None)
    again = uniforms(seed, keys(np.array(names, dtype=np.bytes_)), "again") < profile.calls_again.value
    back = [name for name, turned, calls in zip(names, away, again, strict=True) if turned and calls]
    if not back:
        return first
    retries, _ = _logged(profile, [f"{name}-again" for name in back], seed, in_force, back, back)
    return (*first, *retries)


def _logged(
    profile: ConnectProfile,
    names: list[str],
    seed: int,
    in_force: ConnectSettings,
    networks: list[str],
    retry_of: list[str] | None,
) -> tuple[tuple[LoggedSession, ...], list[bool]]:
    sessions = draw(profile, names, seed, networks)
    obeys = uniforms(seed, keys(np.array(networks, dtype=np.bytes_)), "goes_on") >= profile.goes_on.value
    check = in_force.check.model_copy(update={"cancels": False})
    both = run(sessions, [in_force, in_force.model_copy(update={"check": check})])
    made, away = [], []
    for place, name in enumerate(names):
        which = 0 if obeys[place] else 1
        outcome = ENDS[both.ended[which, place]]
        away.append(outcome == "turned_away")
        end_ms, count = float(both.end_ms[which, place]), int(both.attempts[which, place])
        connected = outcome == "connected"
        made.append(
            LoggedSession(
                schema="turntempo.session/1",
                id=name,
                outcome=outcome,
                check=_check(sessions, place, in_force),
                attempts=_attempts(sessions, place, in_force, count, end_ms, outcome),
                connect_ms=round(end_ms, 1) if connected else None,
                usable=bool(sessions.usable[place]) if connected else None,
                retry_of=None if retry_of is None else retry_of[place],
            )
        )
    return tuple(made), away


def _check(sessions: Sessions, place: int, in_force: ConnectSettings) -> LoggedCheck | None:
    threshold, score = in_force.check.threshold, float(sessions.score[place])
    if threshold is None:
        return None
    return LoggedCheck(float(sessions.check_ms[place]), score, "failed" if score < threshold else "passed")


def _attempts(
    sessions: Sessions, place: int, in_force: ConnectSettings, count: int, end_ms: float, outcome: str
) -> tuple[LoggedAttempt, ...]:
    """The attempts that were begun: the last of a call that was turned away may be cancelled under way."""
    signalling, made, begins = in_force.signalling, [], 0.0
    for k in range(count):
        ms, connects = float(sessions.ms[place, k]), bool(sessions.connects[place, k])
        lasted = min(ms, signalling.timeout_ms)
        if outcome == "turned_away" and begins + lasted > end_ms:
            made.append(LoggedAttempt(round(end_ms - begins, 1), "cancelled"))
            break
        timely = ms <= signalling.timeout_ms
        made.append(LoggedAttempt(lasted, "timeout" if not timely else "connected" if connects else "failed"))
        wait = min(signalling.backoff_ms * signalling.backoff_factor**k, signalling.backoff_max_ms)
        begins += lasted + wait
    return tuple(made)
