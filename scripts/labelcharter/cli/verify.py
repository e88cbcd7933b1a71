"""`labelcharter verify PACKAGE`: what is authentic, what comes out again, what cannot be known."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.common import CannotWork, format_option, print_json, tell
from labelcharter.cli.site_progress import telling

if TYPE_CHECKING:
    from labelcharter.cli.verify_records import Recomputed, Table
    from labelcharter.history.lawful import Finding

_FORMAT_VERSION = 1
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_MARKS = {"holds": "yes", "fails": "NO", "unchecked": "not checked", "reduced": "reduced"}


@click.command()
@click.argument("package", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--data",
    "given",
    multiple=True,
    metavar="NAME=PATH",
    help="The table of a record or an audit: REC-0002=ratings.csv. May be repeated.",
)
@click.option(
    "--signers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The ssh keys that you trust (an allowed_signers file): must have signed the package.",
)
@click.option("--head", metavar="HASH", help="A head that you kept: history must only have grown.")
@click.option("--no-progress", "quiet", is_flag=True, help="Say nothing until it is done.")
@format_option
def command(
    package: Path,
    given: tuple[str, ...],
    signers: Path | None,
    head: str | None,
    quiet: bool,
    format_: str,
) -> None:
    """Check an evidence package (a tar or its unpacked folder) from nothing but itself.

    Its git bundle is opened in an empty folder, and everything in the package is made again from
    it. Nothing in it is run. What needs a table that is not in it is named, with how to obtain it.

    Exit status: 0 nothing speaks against it, 1 something does, 2 it could not be checked.
    """
    from labelcharter.cli.verify_records import recompute
    from labelcharter.history.archive import NotEvidence, unpacked
    from labelcharter.history.git import GitFailed
    from labelcharter.history.ssh_keygen import CannotSign
    from labelcharter.history.verification import Asked, authenticate, manifest_of

    if head is not None and not _HASH.match(head):
        raise CannotWork(f"--head: `{head}` is not a full hash; give all 40 (or 64) digits of it")
    data = _tables(given)
    asked = Asked(signers.read_bytes() if signers is not None else None, head)
    recomputed: list[Recomputed] = []
    missing: list[Table] = []
    with telling(quiet=quiet) as progress, tempfile.TemporaryDirectory() as empty:
        try:
            files = unpacked(package)
            manifest = manifest_of(files)
            progress("making the history again")
            sources, found = authenticate(files, Path(empty), asked)
            if sources is not None:
                recomputed, missing = recompute(sources, data, progress, asked.signers)
        except (NotEvidence, GitFailed, CannotSign) as error:
            raise CannotWork(f"{package.name}: {error}") from None
    fails = "fails" in {*(f.state for f in found), *(r.state for r in recomputed)}
    if format_ == "json":
        print_json(_as_data(manifest, fails, found, recomputed, missing))
    else:
        _tell(manifest, fails, found, recomputed, missing)
    if fails:
        raise click.exceptions.Exit(1)


def _tables(given: tuple[str, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or not name or not path:
            raise CannotWork(f"--data: `{text}` is not NAME=PATH, such as REC-0002=ratings.csv")
        if not Path(path).is_file():
            raise CannotWork(f"--data: there is no file {path}")
        found[name] = Path(path)
    return found


def _as_data(
    manifest: Mapping[str, Any],
    fails: bool,
    found: list[Finding],
    recomputed: list[Recomputed],
    missing: list[Table],
) -> dict[str, Any]:
    return {
        "format_version": _FORMAT_VERSION,
        "subject": manifest["subject"],
        "head": manifest["head"],
        "ledger_root": manifest["ledger_root"],
        "holds": not fails,
        "authentic": [{"what": f.what, "state": f.state, "words": f.words} for f in found],
        "recomputed": [
            {"record": r.record, "state": r.state, "figures": r.figures, "words": r.words}
            for r in recomputed
        ],
        "not_recomputable": [
            {
                "record": t.record,
                "state": t.state,
                "name": t.name,
                "sha256": t.sha256,
                "synthetic": t.synthetic,
                "obtain": t.obtain,
                "words": t.words,
            }
            for t in missing
        ],
    }


def _tell(
    manifest: Mapping[str, Any],
    fails: bool,
    found: list[Finding],
    recomputed: list[Recomputed],
    missing: list[Table],
) -> None:
    verdict = "something speaks AGAINST it" if fails else "nothing speaks against it"
    tell(f"Evidence about {manifest['subject']}: {verdict}")
    tell("\nAUTHENTIC: is it what it says, and whole?")
    for finding in found:
        tell(_indented(_MARKS[finding.state], f"{finding.what}: {finding.words}"))
    tell("\nRECOMPUTED: do the figures come out again?")
    for record in recomputed:
        tell(_indented(_MARKS[record.state], f"{record.record}: {record.words}"))
    if not recomputed:
        tell("  none: no table was given (--data REC-0001=FILE)")
    tell("\nNOT RECOMPUTABLE HERE: tables that are not in the package, and how to obtain them")
    for table in missing:
        made_up = " (invented data)" if table.synthetic else ""
        tell(f"  {table.record}: {table.name}{made_up}\n    sha256 {table.sha256}")
        tell(f"    {table.words or 'to obtain it: ' + table.obtain}")
    if not missing:
        tell("  none")


def _indented(mark: str, words: str) -> str:
    return f"  {mark:<12} " + words.replace("\n", "\n" + " " * 15)
