"""Why rows are left out, in words: the same whatever engine leaves them out."""

from __future__ import annotations

from labelcharter.audit.tables.bindings import Bindings


def missing(what: str, column: str) -> str:
    """For a row without an item, an annotator, a version or a label."""
    return f"no {what} in column `{column}`"


def repeated(bindings: Bindings) -> str:
    """For a row whose item and annotator stand in another row that counts."""
    rule = "the first in the file" if bindings.time is None else f"the lowest `{bindings.time}`"
    pair = "item and annotator" if bindings.version is None else "version, item and annotator"
    return f"repeated {pair}: {rule} is kept"


def another_version(version: str, audited: str) -> str:
    """For a rating under a guideline version that is not audited."""
    return f"given under version {version}, not {audited}"


def no_label(state: str) -> str:
    """For a row that has a state in place of a label."""
    return f"state `{state}` is not a label"
