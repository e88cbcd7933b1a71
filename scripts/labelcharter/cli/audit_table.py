"""`labelcharter audit table FILE …`: the audit of any annotation table, without configuration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

import click

from labelcharter.cli.audit_engines import FILE_ENGINES, no_progress_option, opened
from labelcharter.cli.common import CannotWork, colour_wanted, format_option, print_json, say
from labelcharter.cli.site_progress import telling
from labelcharter.registry.nearest import did_you_mean

if TYPE_CHECKING:
    from labelcharter.audit.disclosure.profiles import Profile
    from labelcharter.audit.tables.bindings import Bindings, Scale
    from labelcharter.audit.tables.seen import Seen
    from labelcharter.reading.diagnostic import Diagnostic


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--item", required=True, metavar="COL", help="Which item was labelled.")
@click.option("--annotator", required=True, metavar="COL", help="Who gave the label.")
@click.option("--label", required=True, metavar="COL", help="The label that was given.")
@click.option(
    "--scale",
    type=click.Choice(["nominal", "ordinal", "interval"]),
    default="nominal",
    show_default=True,
    help="Whether labels are names, grades in order, or numbers.",
)
@click.option(
    "--annotator-group",
    "annotator_groups",
    multiple=True,
    metavar="COL",
    help="A trait of annotators whose groups are compared. May be repeated.",
)
@click.option(
    "--subject-group",
    "subject_groups",
    multiple=True,
    metavar="COL",
    help="A trait of the people whom items are about. May be repeated.",
)
@click.option("--gold", metavar="COL", help="The label that is taken as right.")
@click.option("--prediction", metavar="COL", help="What a model decided.")
@click.option("--time", metavar="COL", help="When a label was given; of repeats the first counts.")
@click.option(
    "--state",
    "states",
    multiple=True,
    metavar="LABEL",
    help='An answer that is neither label nor group ("don\'t know"). May be repeated.',
)
@click.option("--favourable", metavar="LABEL", help="The label that is good to get.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="COL=VALUE",
    help="The group that the others of a trait are compared with, for ratios of --favourable.",
)
@click.option(
    "--ties",
    metavar="LABEL",
    help="The label of an item without a majority; default: the favourable one.",
)
@click.option(
    "--profile",
    type=click.Choice(["default", "cms", "nhs", "internal"]),
    default="internal",
    show_default=True,
    help="internal shows everything; the others hide what could single out a person.",
)
@click.option("--trust-compressed", is_flag=True, help="Read a gzip file however far it expands.")
@click.option(
    "--engine",
    type=click.Choice(FILE_ENGINES),
    default="pandas",
    show_default=True,
    help="duckdb audits tables larger than memory.",
)
@no_progress_option
@format_option
def command(  # noqa: PLR0913, PLR0917 - the options are a published contract
    file: Path,
    item: str,
    annotator: str,
    label: str,
    scale: str,
    annotator_groups: tuple[str, ...],
    subject_groups: tuple[str, ...],
    gold: str | None,
    prediction: str | None,
    time: str | None,
    states: tuple[str, ...],
    favourable: str | None,
    references: tuple[str, ...],
    ties: str | None,
    profile: str,
    trust_compressed: bool,
    engine: str,
    quiet: bool,
    format_: str,
) -> None:
    """Audit any annotation table: counts, agreement, label rates and gaps, with their intervals.

    FILE is a CSV (.csv, .csv.gz) or Parquet table with one row for each rating. The first answer
    of an annotator on an item counts; states are left out after that.
    """
    from labelcharter.audit.questions.settings import Questions
    from labelcharter.audit.questions.table_audit import NothingLeft, audit_source
    from labelcharter.audit.records.publication import publish
    from labelcharter.audit.reductions.tally import TooManyPatterns
    from labelcharter.audit.tables.bindings import Bindings
    from labelcharter.reading.tables import TableRefused

    bindings = Bindings(
        item=item,
        annotator=annotator,
        label=label,
        time=time,
        gold=gold,
        prediction=prediction,
        annotator_groups={column: column for column in annotator_groups},
        subject_groups={column: column for column in subject_groups},
        states=tuple(dict.fromkeys(states)),
        scale=cast("Scale", scale),
    )
    _each_column_once(bindings, (*annotator_groups, *subject_groups))
    try:
        with (
            telling(quiet=quiet) as tell,
            opened(engine, file, bindings, tell, trust_compressed=trust_compressed) as reading,
        ):
            groups_exist(reading.table, bindings)
            against = _references(references, reading.table, bindings)
            _labels_exist(reading.table, bindings, favourable, ties)
            for state in states:
                if not any(state in column.values for column in reading.table.columns.values()):
                    say(f"The state `{state}` does not occur in the table.")
            asked = Questions(favourable=favourable, references=against, ties=ties or favourable)
            tell("cleaning the table")
            audit = audit_source(reading.source(), bindings, asked, tell)
    except TableRefused as refusal:
        refuse(refusal.problems, file)
    except (NothingLeft, TooManyPatterns) as nothing:
        raise CannotWork(f"{file}: {nothing}") from None
    if against and favourable is None:
        say("Ratios need --favourable; none was computed.")
    result = publish(audit, (), cast("Profile", profile), lambda shown, _gates: dict(shown))
    if format_ == "json":
        print_json(result)
    else:
        from labelcharter.audit.records.report import report

        click.echo(report(result, file.name, colour=colour_wanted()), nl=False)


def refuse(problems: Sequence[Diagnostic], file: Path) -> NoReturn:
    """Show every reason why the table cannot be audited, and stop with exit status 2."""
    written = _lines(file, {problem.place.line for problem in problems})
    for problem in problems:
        line = written.get(problem.place.line, "")
        gutter = " " * len(str(problem.place.line))
        say(f"{problem.severity}[{problem.code}]: {_visible(problem.message)}")
        say(f"{gutter}--> {problem.place}")
        if line:
            say(f"{problem.place.line} | {_visible(line)}")
            if problem.place.column <= len(line) + 1:
                under = "^" * max(1, min(problem.width, len(line) - problem.place.column + 1))
                say(f"{gutter} | {' ' * (problem.place.column - 1)}{under}")
        if problem.help:
            say(f"{gutter} = {_visible(problem.help)}")
        for related in problem.related:
            say(f"{gutter} = {related.place}: {_visible(related.message)}")
        say(f"{gutter} = more: labelcharter explain {problem.code}")
    raise CannotWork(f"{file} cannot be audited as it stands; nothing was computed")


def _lines(file: Path, wanted: set[int]) -> dict[int, str]:
    """These lines as written; none of a compressed or binary table, or of a very long line."""
    if file.suffix != ".csv" or not file.is_file():
        return {}
    found = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if number in wanted and len(line) <= 160:
                found[number] = (
                    line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
                )
            if number >= max(wanted):
                break
    return found


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _each_column_once(bindings: Bindings, groups: Iterable[str]) -> None:
    roles = [
        ("--item", bindings.item),
        ("--annotator", bindings.annotator),
        ("--label", bindings.label),
        ("--gold", bindings.gold),
        ("--prediction", bindings.prediction),
        ("--time", bindings.time),
        *(("a group", column) for column in groups),
    ]
    seen: dict[str, str] = {}
    for role, column in roles:
        if column is None:
            continue
        if column in seen:
            raise CannotWork(f"column `{column}` is given as {seen[column]} and as {role}")
        seen[column] = role


def groups_exist(table: Seen, bindings: Bindings) -> None:
    """Stop where an attribute has no two groups to compare. Raises TableRefused."""
    from labelcharter.audit.tables.faults import lone_groups
    from labelcharter.reading.tables import TableRefused

    if lone := list(lone_groups(table, bindings)):
        raise TableRefused(lone)


def _labels_exist(
    table: Seen, bindings: Bindings, favourable: str | None, ties: str | None
) -> None:
    known = {v for name in bindings.answers for v in table.columns[name].values}
    known -= set(bindings.states)
    for option, label in (("--favourable", favourable), ("--ties", ties)):
        if label is not None and label not in known:
            meant = did_you_mean(label, known) or f"Labels: {', '.join(sorted(known)[:20])}."
            raise CannotWork(f"{option}: the table has no label `{label}`. {meant}")


def _references(given: Sequence[str], table: Seen, bindings: Bindings) -> dict[str, str]:
    groups = {attribute: column for attribute, _, column in bindings.groups}
    found = {}
    for text in given:
        column, equals, value = text.partition("=")
        if not equals:
            raise CannotWork(f"--reference: write COL=VALUE, not `{text}`")
        if column not in groups:
            meant = (
                did_you_mean(column, groups) or "Name it with --annotator-group or --subject-group."
            )
            raise CannotWork(f"--reference: `{column}` is not one of the groups. {meant}")
        known = set(table.columns[groups[column]].values) - set(bindings.states)
        if value not in known:
            meant = did_you_mean(value, known) or f"Groups: {', '.join(sorted(known)[:20])}."
            raise CannotWork(f"--reference: no group `{value}` in `{column}`. {meant}")
        found[column] = value
    return found
