"""One list of diagnostics, six ways to print it: all say the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labelcharter.checks.report import machine, pull_request, terminal
from labelcharter.checks.report.sarif import sarif
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.load import Repository

Format = Callable[[Sequence[Diagnostic], Repository, bool], str]

FORMATS: dict[str, Format] = {
    "full": terminal.full,
    "concise": terminal.concise,
    "json": machine.as_json,
    "github": pull_request.github,
    "gitlab": pull_request.gitlab,
    "sarif": sarif,
}
