"""Known faults of sources' metrics: each is found, counted, and put right or left out; none reaches a turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from statistics import median

from msgspec.structs import replace

from pipeline.importers.observed.exchange import Observed, Value
from pipeline.importers.report import Findings
from pipeline.recordings.limits import LIMITS

DELAYS = ("final_ms", "interim_ms", "end_of_turn_ms", "lead_ms", "eot_delay_ms", "network_ms", "response_ms")
"""The delays of one value."""

LISTS = ("ttft_ms", "ttfb_ms")
"""The delays of a value an attempt."""

LONGEST_MS = 60_000.0
"""A delay of minutes is no delay: the clock was set, or the source counted from another moment."""

SECONDS_MS = 60.0
"""Where all delays of an exchange are shorter, and the response is too short to be true, they are seconds."""

TRUE_ZERO_MS = -1.0
"""As much below zero as rounding and two clocks of one machine make it: zero."""

APART_MS = 50.0
"""A part may be larger than the whole by so much: they are not measured at the same point."""

ECHO_MS, ECHO_SHARE, ECHO_LEAST = 5.0, 0.8, 3
"""An endpoint delay that is the same to so many ms, in such a share of at least so many turns, repeats the setting."""


def cleaned(session: Sequence[Observed], findings: Findings) -> list[Observed]:
    """The exchanges of one session without faulty values; the report says how many of each there were."""
    _dropped(session, findings)
    done = [_cleaned(one, findings) for one in session]
    return _without_echo(done, findings)


def _cleaned(one: Observed, findings: Findings) -> Observed:
    return one if is_plain(one) else looked_at_in_full(one, findings)


def looked_at_in_full(one: Observed, findings: Findings) -> Observed:
    """The exchange without faulty values, each counted."""
    one = _in_ms(one, findings)
    one = _each(one, lambda name, value: _possible(one, name, value, findings))
    return _within_the_whole(one, findings)


_LEAST = {name: LIMITS[name].seconds_below if name in LIMITS else 0.0 for name in (*DELAYS, *LISTS)}
"""The shortest that a delay can be, but for none."""

_delays = attrgetter(*DELAYS)
_SHORTEST = tuple(_LEAST[name] for name in DELAYS)


def is_plain(one: Observed) -> bool:
    """Whether all values are surely right: neither shorter than they can be nor longer than the response. Most are.

    One that is too long for seconds shows that they are ms.
    """
    response = one.response_ms
    if one.tools or (response is not None and not SECONDS_MS <= response.ms < LONGEST_MS):
        return False
    most, longest = LONGEST_MS if response is None else response.ms, 0.0
    for value, least in zip(_delays(one), _SHORTEST, strict=True):
        if value is not None and value.ms != 0:
            if not least <= value.ms <= most:
                return False
            longest = max(longest, value.ms)
    for draws, least in ((one.ttft_ms, _LEAST["ttft_ms"]), (one.ttfb_ms, _LEAST["ttfb_ms"])):
        for draw in draws:
            if draw is not None:
                if not least <= draw.ms <= most:
                    return False
                longest = max(longest, draw.ms)
    return longest >= SECONDS_MS


def place(one: Observed) -> str:
    """Where an exchange stands, for messages."""
    return one.place or f"{one.session}{'' if one.index is None else f' #{one.index}'}"


def _each(one: Observed, change: Callable[[str, Value], Value | None]) -> Observed:
    """The exchange with every delay changed."""
    changed = {name: None if (value := getattr(one, name)) is None else change(name, value) for name in DELAYS}
    lists = {
        name: tuple(None if value is None else change(name, value) for value in getattr(one, name)) for name in LISTS
    }
    tools = tuple(
        replace(
            tool,
            ms=None if tool.ms is None else change("tools", tool.ms),
            ttft_ms=tuple(None if value is None else change("ttft_ms", value) for value in tool.ttft_ms),
        )
        for tool in one.tools
    )
    return replace(one, **changed, **lists, tools=tools)


def _known(one: Observed) -> list[float]:
    values = [getattr(one, name) for name in DELAYS] + [value for name in LISTS for value in getattr(one, name)]
    return [value.ms for value in values if value is not None and value.ms != 0]


def _in_ms(one: Observed, findings: Findings) -> Observed:
    """Delays in seconds where ms are due, or a thousand times too large, are brought to ms."""
    known = _known(one)
    first = one.response_ms or (one.ttft_ms[0] if one.ttft_ms else None)
    too_short = LIMITS["response_ms"].seconds_below if one.response_ms else LIMITS["ttft_ms"].seconds_below
    if first and 0 < first.ms < too_short and len(known) > 1 and max(known) < SECONDS_MS:
        findings.fault("seconds", place(one))
        return _each(one, lambda name, value: _scaled(name, value, 1000.0))
    if len(known) > 1 and min(known) > LONGEST_MS and max(known) / 1000 < LONGEST_MS:
        findings.fault("milliseconds", place(one))
        return _each(one, lambda name, value: _scaled(name, value, 0.001))
    return one


def _scaled(name: str, value: Value, factor: float) -> Value:
    """The value in another unit; a tool's time that was worked out from the times of events has the right one."""
    return value if name == "tools" and value.origin == "derived" else replace(value, ms=value.ms * factor)


def _possible(one: Observed, name: str, value: Value, findings: Findings) -> Value | None:
    """The value, brought to zero where it is next to it; None where no delay can be so."""
    if value.ms < TRUE_ZERO_MS or value.ms != value.ms:
        findings.fault("negative", f"{place(one)} {name}")
        return None
    if value.ms > LONGEST_MS:
        findings.fault("minutes", f"{place(one)} {name}")
        return None
    least = LIMITS[name].seconds_below if name in LIMITS else 0.0
    if name == "response_ms" and 0 < value.ms < least:
        findings.fault("impossible", f"{place(one)} {name}")
        return None
    return replace(value, ms=0.0) if value.ms < max(least, 0.0) or value.ms < 0 else value


def _within_the_whole(one: Observed, findings: Findings) -> Observed:
    """Without parts that are larger than the response time."""
    if one.response_ms is None:
        return one
    whole = one.response_ms.ms + APART_MS
    early = one.speech_ms.ms if one.early and one.speech_ms else 0.0

    def held(name: str, value: Value) -> Value | None:
        if name in ("response_ms", "network_ms", "eot_delay_ms", "interim_ms", "tools"):
            return value
        most = whole + (early if name == "ttft_ms" else 0.0)
        if value.ms > most and value.origin != "censored":
            findings.fault("over_whole", f"{place(one)} {name}")
            return None
        return value

    return _each(one, held)


def note_sum_over_whole(one: Observed, findings: Findings) -> None:
    """Count an exchange whose parts add up to more than the whole: they overlap, or were measured at other points."""
    if one.response_ms is None:
        return
    draws = (values[0] for values in (one.ttft_ms, one.ttfb_ms) if values)
    parts = sum(value.ms for value in (one.final_ms, one.lead_ms, *draws) if value is not None)
    if parts > one.response_ms.ms + APART_MS:
        findings.fault("sum_over_whole", place(one))


def _without_echo(session: list[Observed], findings: Findings) -> list[Observed]:
    """Without times that count from the final transcript, since the source did not know when speech ended.

    There the transcript seems to take no time, and the end of the turn comes a setting after it, always the same.
    """
    waits = [one.end_of_turn_ms.ms for one in session if one.end_of_turn_ms is not None and _at_once(one)]
    if len(waits) < ECHO_LEAST:
        return session
    middle = median(waits)
    same = sum(abs(wait - middle) <= ECHO_MS for wait in waits)
    if same < ECHO_SHARE * sum(one.end_of_turn_ms is not None for one in session):
        return session
    return [_uncounted(one, findings) if _at_once(one) else one for one in session]


def _at_once(one: Observed) -> bool:
    final = one.final_ms
    return final is not None and final.origin == "measured" and final.ms < 1.0 and one.end_of_turn_ms is not None


def _uncounted(one: Observed, findings: Findings) -> Observed:
    findings.fault("echo", place(one))
    return replace(one, final_ms=None, end_of_turn_ms=None, response_ms=None)


def _dropped(session: Sequence[Observed], findings: Findings) -> None:
    """Count the turns that the source's own numbers show to be missing."""
    numbers = sorted({one.number for one in session if one.number is not None})
    if numbers:
        missing = numbers[-1] - numbers[0] + 1 - len(numbers)
        findings.fault("dropped", session[0].session, missing)
