"""Diagnostics as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from labelcharter import __version__
from labelcharter.checks.registry import all_rules
from labelcharter.checks.report.fingerprint import fingerprints
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.printable import as_json
from labelcharter.registry.load import Repository


def sarif(found: Sequence[Diagnostic], _repository: Repository, _colour: bool) -> str:
    """One run with the rules that spoke, and a result for each diagnostic."""
    codes = sorted({d.code for d in found})
    index = {code: position for position, code in enumerate(codes)}
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "labelcharter",
                        "semanticVersion": __version__,
                        "rules": [_rule(code) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(d, index[d.code], fingerprint)
                    for d, fingerprint in zip(found, fingerprints(found), strict=True)
                ],
            }
        ],
    }
    return as_json(log)


def _rule(code: str) -> dict[str, Any]:
    rule = all_rules()[code]
    return {
        "id": code,
        "shortDescription": {"text": rule.words},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"Bad:\n{rule.bad}\n\nGood:\n{rule.good}"},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(d: Diagnostic, rule_index: int, fingerprint: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": rule_index,
        "level": d.severity,
        "message": {"text": d.message + (f". {d.help}" if d.help else "")},
        "locations": [_location(d.place, d.width)],
        "partialFingerprints": {"labelcharter/v1": fingerprint},
    }
    if d.related:
        result["relatedLocations"] = [
            {**_location(r.place, 1), "id": number, "message": {"text": r.message}}
            for number, r in enumerate(d.related, start=1)
        ]
    return result


def _location(place: Place, width: int) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.path), "uriBaseId": "%SRCROOT%"},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endColumn": place.column + width,
            },
        }
    }
