"""Groups of people: declared once, adding up, and never a state (codes M201, M202, M205)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.checks.taxonomies import categories_of
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element
from labelcharter.registry.nearest import did_you_mean


def states_are_never_groups(context: Context) -> Iterator[Diagnostic]:
    """No value is both a category and a state; no category stands twice."""
    for attribute in context.repository.graph.of_kind("attribute"):
        seen: dict[str, int] = {}
        for index, category in enumerate(categories_of(attribute)):
            folded = category.strip().casefold()
            if folded in seen:
                yield _GROUPS.on(
                    attribute,
                    ("categories", index, "value"),
                    f"`{category}` is declared twice",
                    "categories must differ by more than case and spaces",
                )
            seen.setdefault(folded, index)
        for index, state in enumerate(attribute.items("states")):
            value = state.get("value") if isinstance(state, dict) else None
            if isinstance(value, str) and value.strip().casefold() in seen:
                yield _GROUPS.on(
                    attribute,
                    ("states", index, "value"),
                    f"`{value}` is also a category",
                    "a state (consent withdrawn, prefer not to say) is never a group of people",
                )


_GROUPS = Rule(
    "M201",
    "error",
    "A state is never a group.",
    "People who withdrew their consent are not a community; a rate for them breaches their trust.",
    "categories and states both hold DATA_EXPIRED",
    "DATA_EXPIRED under states only",
    states_are_never_groups,
)


# Published shares are rounded; half a percent is what three figures of two decimals may lose.
_ROUNDING = 0.005 + 1e-9


def population_shares_add_up(context: Context) -> Iterator[Diagnostic]:
    """The shares of a reference population are of declared categories and do not exceed one."""
    for attribute in context.repository.graph.of_kind("attribute"):
        shares = attribute.get("reference_population", "shares")
        if not isinstance(shares, dict):
            continue
        if not context.sound(attribute, "categories"):
            continue
        known = categories_of(attribute)
        for name in shares:
            if name not in known:
                yield _SHARES.on(
                    attribute,
                    ("reference_population", "shares", name),
                    f"`{name}` is not a category of this attribute",
                    did_you_mean(name, known) or f"categories: {', '.join(known)}",
                    at_key=True,
                )
        numbers = [
            s for s in shares.values() if isinstance(s, int | float) and not isinstance(s, bool)
        ]
        total = math.fsum(numbers)
        whole = set(shares) == set(known)
        too_much, too_little = total > 1 + _ROUNDING, total < 1 - _ROUNDING
        if (
            len(numbers) == len(shares)
            and set(shares) <= set(known)
            and (too_much or (whole and too_little))
        ):
            yield _SHARES.on(
                attribute,
                ("reference_population", "shares"),
                f"the shares add up to {total:.4g}, not 1",
                "check each share against its source",
                at_key=True,
            )


_SHARES = Rule(
    "M202",
    "error",
    "Reference shares are of declared categories and add up to one.",
    "Representation is judged against these shares; a slip makes a fair pool look unfair.",
    "shares: {Singapore: 0.2, Australia: 0.9}",
    "shares: {Singapore: 0.2, Australia: 0.8}",
    population_shares_add_up,
)


def slices_are_declared(context: Context) -> Iterator[Diagnostic]:
    """A finding or a pilot speaks about a group that its attribute declares."""
    graph = context.repository.graph
    for finding in graph.of_kind("finding"):
        part = finding.data.get("slice")
        if isinstance(part, dict):
            yield from _undeclared(context, finding, ("slice",), part)
    for pilot in graph.of_kind("pilot"):
        for index, part in enumerate(pilot.items("subpopulations")):
            if isinstance(part, dict):
                yield from _undeclared(context, pilot, ("subpopulations", index), part)


def _undeclared(
    context: Context, element: Element, steps: tuple[str | int, ...], part: dict[str, object]
) -> Iterator[Diagnostic]:
    graph = context.repository.graph
    attribute, value = graph.elements.get(str(part.get("attribute"))), part.get("value")
    if attribute is None or attribute.kind != "attribute" or not isinstance(value, str):
        return
    if not context.sound(attribute, "categories"):
        return
    known = categories_of(attribute)
    if value not in known:
        states = [s.get("value") for s in attribute.items("states") if isinstance(s, dict)]
        what = "a state, never a group" if value in states else "not a category"
        yield _SLICES.on(
            element,
            (*steps, "value"),
            f"`{value}` is {what} of `{attribute.id}`",
            did_you_mean(value, known) or f"categories: {', '.join(known)}",
            related=here(attribute, "its categories are declared here"),
        )


_SLICES = Rule(
    "M205",
    "error",
    "Groups that are spoken about are declared.",
    "A finding about “Singapour” joins no other finding, no trend and no action.",
    "value: Singapour",
    "value: Singapore",
    slices_are_declared,
)

RULES = (_GROUPS, _SHARES, _SLICES)
