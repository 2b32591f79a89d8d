"""`turntempo watch`: whether a fleet keeps its limits now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import clock, options

if TYPE_CHECKING:
    from stages.i18n import Language
    from tuner.monitoring.snapshot import Snapshot
    from turntempo.fleet.watching import Watcher

ALARM = 1


@click.command()
@click.argument("store", type=options.FILE)
@click.option("--agent", "pattern", default="*", metavar="NAME", help="Only these agents; * and ? stand for others.")
@options.limit_option
@click.option("--once", is_flag=True, help="Print the state and end; exit code 1 where there is an alarm.")
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", help="In English or Chinese.")
@options.json_option
def command(store: Path, pattern: str, limits: tuple[str, ...], once: bool, lang: str, as_json: bool) -> int:
    """Watch the fleet in STORE: response times, rates against their limits, agents by risk, what changed since when.

    An alarm is a test that may be looked at at any time: on a day on which every limit is just kept there is a false
    one with a probability of at most 1%, all figures together. Days begin at midnight UTC. The limits are those that
    were published with the settings, else the defaults; --limit replaces them.
    """
    from tuner.statistics.limits import parse_limit
    from turntempo import screen
    from turntempo.fleet.watching import Watcher

    watcher = Watcher(store, pattern, [parse_limit(one) for one in limits])
    if once or as_json:
        found = watcher.look(clock.unix_ms())
        if as_json:
            screen.show_json(found.json_dict())
        else:
            _print(found, "zh" if lang == "zh" else "en")
        return ALARM if found.alarms else 0
    watcher.look(clock.unix_ms())
    from tui.watch_app import WatchApp

    WatchApp(partial(_look, watcher), "zh" if lang == "zh" else "en").run()
    return 0


def _print(found: Snapshot, language: Language) -> None:
    """The state as text."""
    from stages.i18n import translate
    from tui import watch_app
    from turntempo import screen

    alarms = [watch_app.alarm_line(one) for one in found.alarms]
    for line in (watch_app.top_line(found), *watch_app.notices(found), *alarms, watch_app.limits_line(found)):
        screen.say(translate(line, language))
    most = watch_app.MOST_PRINTED
    screen.show("", watch_app.figures_table(found, language), "", watch_app.agents_table(found, language, most), "")
    screen.show(watch_app.changes_table(found, language, most))


def _look(watcher: Watcher) -> Snapshot:
    return watcher.look(clock.unix_ms())
