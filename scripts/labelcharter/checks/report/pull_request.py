"""Diagnostics beside the changed lines of a pull request, on GitHub and on GitLab."""

from __future__ import annotations

from collections.abc import Sequence

from labelcharter.checks.report.fingerprint import fingerprints
from labelcharter.reading.diagnostic import SEVERITY_RANK, Diagnostic, Severity
from labelcharter.reading.printable import as_json, visible
from labelcharter.registry.load import Repository

# GitHub shows ten annotations of a level a step and drops the rest without a word.
SHOWN_PER_LEVEL = 10
_COMMAND: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_GITLAB: dict[Severity, str] = {"error": "major", "warning": "minor", "note": "info"}


def github(found: Sequence[Diagnostic], _repository: Repository, _colour: bool) -> str:
    """Workflow commands, the severest first; what does not fit is counted, not dropped."""
    lines = []
    for severity in sorted(_COMMAND, key=lambda s: SEVERITY_RANK[s]):
        of_level = [d for d in found if d.severity == severity]
        shown = of_level if len(of_level) <= SHOWN_PER_LEVEL else of_level[: SHOWN_PER_LEVEL - 1]
        lines += [_github_line(d) for d in shown]
        hidden = of_level[len(shown) :]
        if hidden:
            more = (
                f"{len(hidden)} more {severity}s are not shown here: "
                "the log of this step lists them, and so does `labelcharter check`"
            )
            lines.append(f"::{_COMMAND[severity]} title=labelcharter::{_value(more)}")
            lines += [_log_line(d) for d in hidden]
    return "\n".join(lines)


def _log_line(d: Diagnostic) -> str:
    """A plain line of the log. It begins with a path, and no command hides in it."""
    text = f"{d.place}: {d.severity}[{d.code}] {d.message}"
    return visible(text + (f" ({d.help})" if d.help else "")).replace("##[", "## [")


def _github_line(d: Diagnostic) -> str:
    where = f"file={_property(d.place.path)},line={d.place.line},col={d.place.column}"
    end = f"endLine={d.place.line},endColumn={d.place.column + d.width}"
    text = d.message + (f"\n{d.help}" if d.help else "")
    text += "".join(f"\n{r.place}: {r.message}" for r in d.related)
    return f"::{_COMMAND[d.severity]} title=labelcharter ({d.code}),{where},{end}::{_value(text)}"


def _value(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _value(text).replace(":", "%3A").replace(",", "%2C")


def gitlab(found: Sequence[Diagnostic], _repository: Repository, _colour: bool) -> str:
    """A Code Quality report; fingerprints do not depend on line numbers."""
    issues = []
    for d, fingerprint in zip(found, fingerprints(found), strict=True):
        issues.append(
            {
                "description": d.message + (f" ({d.help})" if d.help else ""),
                "check_name": d.code,
                "fingerprint": fingerprint,
                "severity": _GITLAB[d.severity],
                "location": {
                    "path": d.place.path,
                    "positions": {"begin": {"line": d.place.line, "column": d.place.column}},
                },
            }
        )
    return as_json(issues)
