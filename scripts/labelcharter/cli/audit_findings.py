"""`labelcharter audit findings [AUD-…]`: what the newest records say of every breach so far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.common import (
    CannotWork,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
    tell,
)

if TYPE_CHECKING:
    from labelcharter.registry.graph import Graph
    from labelcharter.registry.lifecycles import Thread

_FORMAT_VERSION = 1
_WORDS = {
    "opened": "opened",
    "still-open": "still open",
    "unsettled": "not settled",
    "not-measured": "not measured",
    "resolved": "resolved",
}


@click.command()
@click.argument("audit", metavar="[AUD-…]", required=False)
@click.option("--open", "only_open", is_flag=True, help="Only what is breached now.")
@format_option
def command(audit: str | None, only_open: bool, format_: str) -> None:
    """Say of every gate that was ever breached where it stands by the newest record.

    A thread is a gate on a group; its name is the same in every run. The findings that people wrote
    about it (cause, disposition) stand beside it; a breach without one is unanswered.
    """
    from labelcharter.registry.lifecycles import threads_of

    repository = repository_here()
    graph = repository.graph
    audits = graph.of_kind("audit")
    if audit is not None:
        element = element_or_stop(repository, audit)
        if element.kind != "audit":
            raise CannotWork(f"{element.id} is no audit (it is of the kind {element.kind})")
        audits = (element,)
    threads = [t for a in audits for t in threads_of(graph, a) if t.state != "kept"]
    if only_open:
        threads = [thread for thread in threads if thread.state in ("opened", "still-open")]
    told = [_told(graph, thread) for thread in threads]
    if format_ == "json":
        print_json({"format_version": _FORMAT_VERSION, "threads": told})
    else:
        for line in _lines(told):
            tell(line)


def _told(graph: Graph, thread: Thread) -> dict[str, Any]:
    from labelcharter.registry.lifecycles import answers_to

    return {
        "thread": thread.key,
        "audit": thread.audit,
        "gate": thread.gate,
        "attribute": thread.attribute,
        "value": thread.value,
        "state": thread.state,
        "opened_in": thread.opened_in,
        "findings": [finding.id for finding in answers_to(graph, thread)],
        "records": [
            {
                "record": look.record,
                "computed_for": look.computed_for,
                "verdict": look.verdict,
                "estimate": dict(look.estimate),
            }
            for look in thread.looks
        ],
    }


def _lines(threads: Iterable[dict[str, Any]]) -> Iterable[str]:
    nothing = True
    for thread in threads:
        nothing = False
        who = f" for {thread['value']}" if thread["value"] else ""
        answered = ", ".join(thread["findings"]) or "no finding says so"
        yield (
            f"{_WORDS[thread['state']]:>12}  {thread['audit']}  {thread['gate']}{who}: "
            f"breached since {thread['opened_in']}; {answered}"
        )
    if nothing:
        yield "No gate of any record is breached."
