"""`turntempo case open`: a case from a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options


@click.command()
@click.argument("bundle", type=options.FILE)
@click.option(
    "-o", "--output", type=options.FILE, metavar="DIR", help="The folder to make. Without it: the bundle's name."
)
@options.signed_by_option
@options.json_option
def command(bundle: Path, output: Path | None, signed_by: Path | None, as_json: bool) -> None:
    """Open BUNDLE, a file made by `turntempo case bundle`, into a new folder.

    Checksums, names and sizes are checked first. A bundle that breaks a rule leaves no files; no file is ever written
    outside of the folder, or over another one. It says whether the bundle is signed, and by whom; one whose signature
    is wrong is refused, and with --signed-by one that none of these keys has signed.
    """
    from stages.errors import InputError
    from tuner.support.bundle import open_bundle
    from turntempo import screen, stderr
    from turntempo.given import signing

    target = output or Path(bundle.stem)
    if output is None and target.name == bundle.name:
        raise InputError(f"{bundle}: name the folder to make with -o, as the bundle's name has no suffix")
    accepting = signing.Accepting(bundle, signed_by)
    manifest = open_bundle(bundle, target, accepting)
    if as_json:
        screen.show_json(
            {
                "folder": str(target),
                "signature": accepting.found.json_dict(),
                **manifest.model_dump(mode="json", by_alias=True),
            }
        )
        return
    for one in manifest.left_out:
        stderr.note(f"left out by who packed it: {one.path}: {one.why}")
    if taken := sum(one.count for one in manifest.taken_out):
        stderr.note(f"taken out by who packed it: {taken:,} secrets; --json says of which kind, and where")
    n, signed = len(manifest.files), accepting.found.sentence()
    screen.say(f"{target}: {n:,} files, all as they were packed, {signed}; `turntempo case show {target}` has them")
