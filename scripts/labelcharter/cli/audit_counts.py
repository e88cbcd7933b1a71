"""`labelcharter audit counts FILE …`: selection and scoring rates, as in Local Law 144."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from labelcharter.cli.common import CannotWork, colour_wanted, format_option, print_json, say
from labelcharter.registry.nearest import did_you_mean

if TYPE_CHECKING:
    from labelcharter.audit.disclosure.suppression import Profile
    from labelcharter.audit.questions.selection import Kind
    from labelcharter.audit.tables.counts import CountColumns, CountLine
    from labelcharter.reading.tables import Table


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--group", required=True, metavar="COL", help="The category of a line.")
@click.option("--people", required=True, metavar="COL", help="How many people are in it.")
@click.option("--selected", metavar="COL", help="How many of them are selected.")
@click.option(
    "--above-median",
    metavar="COL",
    help="How many of them score above the median of everybody, strictly.",
)
@click.option(
    "--rates-of",
    type=click.Choice(["selection", "scoring"]),
    help="Without a column of counts: take them from --printed-rate, where it leaves one count.",
)
@click.option("--table", metavar="COL", help="Which table a line belongs to, in a file of several.")
@click.option(
    "--joint",
    default="|",
    show_default=True,
    metavar="TEXT",
    help="What joins the parts of an intersectional category, as in White|Male.",
)
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="VALUE",
    help="The category that its table is read against; default: the highest true rate.",
)
@click.option(
    "--unknown",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many people are of unknown category, and so in no line.",
)
@click.option(
    "--leave-out-small",
    is_flag=True,
    help="Leave categories under 2 % of the data out of the ratios; count and rate stay.",
)
@click.option("--printed-rate", metavar="COL", help="The rate as printed, to be recomputed.")
@click.option("--printed-ratio", metavar="COL", help="The impact ratio as printed.")
@click.option(
    "--profile",
    type=click.Choice(["default", "internal"]),
    default="internal",
    show_default=True,
    help="internal shows everything; default hides what could single out a person.",
)
@format_option
def command(  # noqa: PLR0913, PLR0917 - the options are a published contract
    file: Path,
    group: str,
    people: str,
    selected: str | None,
    above_median: str | None,
    rates_of: str | None,
    table: str | None,
    joint: str,
    references: tuple[str, ...],
    unknown: int | None,
    leave_out_small: bool,
    printed_rate: str | None,
    printed_ratio: str | None,
    profile: str,
    format_: str,
) -> None:
    """Audit a table of counts per category: rates, impact ratios, and what they can mean.

    FILE is a CSV or Parquet table with one line for each category. Every printed figure is
    recomputed, and tables of the same people are held against each other.
    """
    from labelcharter.audit.disclosure.counts import hide_counts
    from labelcharter.audit.questions.selection import CountQuestions, audit_counts
    from labelcharter.audit.questions.selection_counts import shares_of
    from labelcharter.audit.records.counts_output import counts_as_json
    from labelcharter.audit.tables.counts import CountColumns, count_lines
    from labelcharter.cli.audit_table import refuse
    from labelcharter.reading.tables import TableRefused, read_table

    kind = _kind(selected, above_median, rates_of, printed_rate)
    counted = selected or above_median
    columns = CountColumns(group, people, counted, table, printed_rate, printed_ratio)
    _each_column_once(columns)
    try:
        read = read_table(file, str(file), columns.named)
        _columns_exist(read, columns)
        lines = count_lines(read, columns)
        tables = shares_of(read, columns, lines)
    except TableRefused as refusal:
        refuse(refusal.problems, file)
    _references_exist(references, lines)
    asked = CountQuestions(kind, references, unknown, leave_out_small, joint, rates_of is not None)
    if unknown is None:
        say("How many people are of unknown category? The rule wants it stated: --unknown N.")
    audit = hide_counts(audit_counts(tables, asked), cast("Profile", profile))
    result = counts_as_json(audit, cast("Profile", profile))
    if format_ == "json":
        print_json(result)
    else:
        from labelcharter.audit.records.counts_report import counts_report

        click.echo(counts_report(result, file.name, colour=colour_wanted()), nl=False)


def _kind(
    selected: str | None, above_median: str | None, rates_of: str | None, printed_rate: str | None
) -> Kind:
    given = [option for option in (selected, above_median, rates_of) if option is not None]
    if len(given) != 1:
        raise CannotWork("give one of --selected, --above-median and --rates-of")
    if rates_of is not None and printed_rate is None:
        raise CannotWork("--rates-of takes the counts from --printed-rate, which is not given")
    return "scoring" if above_median is not None or rates_of == "scoring" else "selection"


def _each_column_once(columns: CountColumns) -> None:
    seen = set()
    for name in columns.named:
        if name in seen:
            raise CannotWork(f"column `{name}` is given twice")
        seen.add(name)


def _columns_exist(table: Table, columns: CountColumns) -> None:
    for name in columns.named:
        if name not in table.names:
            meant = did_you_mean(name, table.names)
            known = f"It has {', '.join(name for name in table.names if name)}."
            raise CannotWork(f"{table.path}:1:1: there is no column `{name}`. {meant or known}")


def _references_exist(references: tuple[str, ...], lines: list[CountLine]) -> None:
    known = {line.group for line in lines}
    for value in references:
        if value not in known:
            meant = did_you_mean(value, known) or f"Categories: {', '.join(sorted(known)[:20])}."
            raise CannotWork(f"--reference: there is no category `{value}`. {meant}")
