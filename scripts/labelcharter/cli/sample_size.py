"""`labelcharter sample-size`: how many annotators and items a comparison of groups needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.common import (
    CannotWork,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
)

if TYPE_CHECKING:
    from labelcharter.audit.records.observed import Observed

SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command()
@click.option(
    "--figure",
    type=click.Choice(["rate", "ratio", "alpha"]),
    default="rate",
    show_default=True,
    help="What is compared: how often a label is given, its ratio, or agreement.",
)
@click.option("--value", type=SHARE, help="The figure in one group (of a ratio: its rate).")
@click.option(
    "--difference",
    type=float,
    help="What the other group has more (or less: -.05); of a ratio, how many times as much.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, min_open=True),
    help="The difference (or ratio, such as .8) that is tolerated; default: none.",
)
@click.option(
    "--equivalence", "equivalent", is_flag=True, help="Show that it lies within --margin."
)
@click.option("--rate", type=SHARE, help="For alpha: how often one of two labels is given.")
@click.option("--per-annotator", type=click.FloatRange(1), help="Ratings by one annotator.")
@click.option("--per-item", type=click.FloatRange(1), help="Ratings of one item by one group.")
@click.option(
    "--correlation",
    type=click.FloatRange(0, 1),
    help="Of two ratings by one annotator; with --side subject, of one item.",
)
@click.option(
    "--side",
    type=click.Choice(["annotator", "subject"]),
    default="annotator",
    show_default=True,
    help="Whose groups: those who rate, or those whom items are about.",
)
@click.option("--groups", type=click.IntRange(2), default=2, show_default=True)
@click.option("--power", type=SHARE, default=0.8, show_default=True)
@click.option("--level", type=SHARE, default=0.05, show_default=True, help="Two-sided.")
@click.option("--from", "record", metavar="REC-…", help="Take value and variance from a record.")
@click.option("--attribute", metavar="ID", help="With --from: whose groups are compared.")
@click.option("--label", metavar="LABEL", help="With --from: the label.")
@format_option
def command(
    record: str | None, attribute: str | None, label: str | None, format_: str, **asked: Any
) -> None:
    """Say how many annotators and items each group needs, for a difference to show.

    Or, with --equivalence, for none larger than the margin to be ruled out. Of more than two groups
    each pair is tested at its share of the level. The correlation is what makes fifty ratings by
    one person worth less than one by each of fifty: take it from a record of your own.
    """
    from labelcharter.audit.records.sizing import Wanted, sized
    from labelcharter.audit.statistics.sample_size import NoSize

    if asked["equivalent"] and asked["margin"] is None:
        raise CannotWork("--equivalence needs the --margin that the difference is to lie within")
    if not asked["equivalent"] and asked["difference"] is None:
        raise CannotWork("say with --difference what is to show, or ask for --equivalence")
    try:
        seen = _seen(record, attribute, label, asked["figure"]) if record else None
        result = sized(Wanted(**asked), seen, record)
    except NoSize as no:
        raise CannotWork(f"no size can be given: {no}") from None
    if format_ == "json":
        print_json(result)
    else:
        click.echo("\n".join(_lines(result)))


def _seen(record: str, attribute: str | None, label: str | None, figure: Any) -> Observed:
    from labelcharter.audit.records.observed import observed

    element = element_or_stop(repository_here(), record)
    if element.kind != "record":
        raise CannotWork(f"{element.id} is not a record (its kind: {element.kind})")
    if attribute is None:
        raise CannotWork("--from needs the --attribute whose groups are compared")
    if figure != "alpha" and label is None:
        raise CannotWork("--from needs the --label; for agreement, --figure alpha")
    return observed(element.get("result"), attribute, figure, label or "")


def _lines(plan: Mapping[str, Any]) -> Iterator[str]:
    total = plan["total"]
    what = {
        "rate": f"a rate of {plan['value']:.3g}",
        "ratio": f"the ratio to a rate of {plan['value']:.3g}",
        "alpha": f"an alpha of {plan['value']:.3g}",
    }[plan["figure"]]
    margin = "" if plan["margin"] is None else f", margin {plan['margin']:g}"
    aim = "a difference of" if plan["aim"] == "difference" else "equivalence, the difference being"
    yield f"To show {aim} {plan['difference']:g} in {what}{margin}:"
    yield f"  annotators in each group  {plan['annotators']:>9,}   in all {total['annotators']:,}"
    yield f"  items in each group       {plan['items']:>9,}   in all {total['items']:,}"
    yield f"  ratings in each group     {plan['ratings']:>9,}   in all {total['ratings']:,}"
    each = "" if plan["comparisons"] == 1 else f" (each of {plan['comparisons']} comparisons)"
    yield f"Power {plan['reached_power']:.3f} at a level of {plan['level_each']:.3g}{each}."
    if plan["aim"] == "difference":
        beyond = "" if plan["margin"] is None else " beyond the margin"
        factor = "a factor of " if plan["figure"] == "ratio" else ""
        yield f"The smallest difference that shows: {factor}{plan['smallest_shown']:.3g}{beyond}."
    yield (
        f"{plan['ratings_per_annotator']:.4g} ratings an annotator, "
        f"{plan['ratings_per_item']:.3g} an item and group"
        + (
            f"; design effect {plan['design_effect']:.3g}, correlation {plan['correlation']:.3g}."
            if plan["design_effect"] is not None
            else ", as in the record."
        )
    )
    if plan["correlation"] and plan["side"] == "annotator":
        yield (
            f"However many ratings each gives, fewer than {plan['annotators_at_least']:,} "
            "annotators in each group would not do."
        )
