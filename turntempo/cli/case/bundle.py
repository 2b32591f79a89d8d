"""`turntempo case bundle`: a case in one file, to be mailed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import clock, options

if TYPE_CHECKING:
    from tuner.support.bundle import Manifest

SHOWN = 20
"""How many removed secrets are listed; --json and the manifest have them all."""


@click.command()
@click.argument("case", type=options.FILE)
@click.option(
    "-o", "--output", type=options.FILE, metavar="FILE.zip", help="The bundle. Without it: the case's name and .zip."
)
@click.option("--with-transcripts", is_flag=True, help="Leave in what was said: transcripts, prompts and sound.")
@click.option("--sign", "key", type=options.FILE, metavar="KEYFILE", help="Sign it with this private key of OpenSSH.")
@clock.at_option
@clock.who_option
@options.force_option
@options.json_option
def command(
    case: Path,
    output: Path | None,
    with_transcripts: bool,
    key: Path | None,
    at: datetime,
    who: str,
    force: bool,
    as_json: bool,
) -> None:
    """Pack CASE into one zip file to mail: with checksums, without keys, tokens, phone numbers and addresses.

    The case itself stays as it is. What cannot be searched for secrets, such as sound and pictures, is left out. The
    same case gives the same bytes.

    A signature (--sign) is of the manifest, and so of every file. A key that is encrypted is read with the passphrase
    in TURNTEMPO_PASSPHRASE, or asks for it; no key is copied anywhere.
    """
    from pipeline.recordings import require_free
    from tuner.support.bundle import pack
    from tuner.support.case import event, open_case, record
    from tuner.support.redaction import Redactor
    from turntempo import screen
    from turntempo.given import signing

    found = open_case(case)
    sign = None if key is None else signing.with_key(key)
    target = output or Path(f"{Redactor().name(found.name)}.zip")
    require_free(target, force)
    packed = pack(found.folder, target, transcripts=with_transcripts, force=force, sign=sign)
    record(found, event(at, who, "bundled", f"{target.name}, sha256 {packed.sha256}"))
    if as_json:
        screen.show_json(
            {"file": str(target), "sha256": packed.sha256, **packed.manifest.model_dump(mode="json", by_alias=True)}
        )
        return
    _tell(packed.manifest)
    screen.say(f"{target}: {len(packed.manifest.files):,} files, sha256 {packed.sha256}")


def _tell(manifest: Manifest) -> None:
    """What is not in the bundle, on stderr."""
    from tuner.support.redaction import Removed, sentences
    from turntempo import stderr

    taken = sentences(Removed(one.where, one.kind, one.count) for one in manifest.taken_out)
    left = [f"{one.path}: {one.why}" for one in manifest.left_out]
    for label, lines in (("taken out", taken), ("left out", left)):
        for line in lines[:SHOWN]:
            stderr.note(f"{label}: {line}")
        if len(lines) > SHOWN:
            stderr.note(f"{label}: {len(lines) - SHOWN:,} more; --json has them all")
