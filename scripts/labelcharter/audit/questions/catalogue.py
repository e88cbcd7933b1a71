"""All checks by name, in the order in which an audit asks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from labelcharter.audit.questions import (
    conflict,
    consensus_sensitivity,
    cross_group,
    downstream,
    drift,
    external_benchmark,
    gold_policy,
    impact_ratio,
    intersections,
    label_distribution,
    one_annotator,
    proxies,
    representation,
    states,
)
from labelcharter.audit.questions.answer import Answer, Check, Request, Row
from labelcharter.audit.questions.asked import Asked

CHECKS: tuple[Check, ...] = (
    representation.CHECK,
    states.CHECK,
    label_distribution.CHECK,
    cross_group.CHECK,
    one_annotator.CHECK,
    gold_policy.CHECK,
    consensus_sensitivity.CHECK,
    conflict.CHECK,
    impact_ratio.CHECK,
    downstream.CHECK,
    proxies.CHECK,
    drift.CHECK,
    external_benchmark.CHECK,
    intersections.CHECK,
)

BY_NAME = {check.name: check for check in CHECKS}


def answers(
    asked: Asked, requests: Sequence[Request] | None, progress: Callable[[str], None]
) -> list[Answer]:
    """The answers to these requests, or of every check that is asked by default.

    `progress` is called with the title of each check before it is asked.
    """
    if requests is None:
        requests = [Request(check.name) for check in CHECKS if check.by_default]
    found = []
    for request in requests:
        check = BY_NAME[request.check]
        progress(check.title)
        found.append(check.answer(asked, request))
    return found


def reconsiderations() -> Mapping[str, Callable[[Row], Row]]:
    """Check name -> what a row comes to once its q is known, for checks that wait for it."""
    return {check.name: check.reconsider for check in CHECKS if check.reconsider}
