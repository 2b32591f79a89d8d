"""Canary and control of a publication, read from the store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.recordings.store.observed import observed
from pipeline.recordings.store.reader import connected
from pipeline.recordings.store.selection import Selection, unix_ms
from tuner.monitoring.canary import CanaryResult, compare
from turntempo.fleet.publishing.publication import Publication


def compared(store: Path, publication: Publication, now: datetime) -> CanaryResult:
    """What the store shows by now: turns of the canary under the new settings beside those of the control.

    A turn counts for the canary where its agent followed the publication, and for the control where its agent is none
    of the canary and followed none, both since the publication.
    """
    canary, control = [], []
    with connected(str(store)) as held:
        for turn in observed(held, Selection(str(store), publication.pattern, since=publication.at)):
            if publication.canary(turn.agent):
                if turn.version == publication.version:
                    canary.append(turn)
            elif turn.version != publication.version:
                control.append(turn)
    return compare(canary, control, publication.limits, unix_ms(now))
