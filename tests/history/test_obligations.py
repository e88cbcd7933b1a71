"""Every audit that was promised, run, withdrawn or never published, from the history alone."""

from __future__ import annotations

import json

from builder import SETTINGS, Builder

from labelcharter.history.evidence import read_sources
from labelcharter.history.obligations import Obligation, obligations

AUDIT = "audits/a/audit.yaml"
RECORD = "audits/a/records/REC-0001.json"
DAY = "2025-10-20"


def audit(due: str, status: str = "active") -> str:
    cadence = f"{{every: P1Y, next_due: {due}}}"
    return f"id: AUD-0001\ntitle: A\nstatus: {status}\ncadence: {cadence}\n"


def record(**more: str) -> str:
    fields = {"id": "REC-0001", "audit": "AUD-0001", "computed_for": "2025-10-10", **more}
    return json.dumps(fields) + "\n"


def told(repository: Builder) -> Obligation:
    sources = read_sources(repository.root)
    present = {name: version.data for name, version in sources.history.present.items()}
    (found,) = obligations(sources.history.events, present, sources.order, DAY)
    return found


def promises(found: Obligation) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(p.due, p.state, p.records) for p in found.promises]


def test_an_audit_that_never_ran_is_not_published_and_overdue(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2025-10-15")})
    found = told(repository)
    assert (found.published, promises(found)) == (False, [("2025-10-15", "overdue", ())])


def test_an_audit_that_ran_in_time_is_published_and_run(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2025-10-15")})
    repository.commit({RECORD: record()})
    found = told(repository)
    assert (found.published, promises(found)) == (True, [("2025-10-15", "run", ("REC-0001",))])


def test_a_day_that_is_yet_to_come_is_ahead(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2026-10-15")})
    assert promises(told(repository)) == [("2026-10-15", "ahead", ())]


def test_a_day_that_was_moved_before_anything_ran_is_seen(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2025-10-15")})
    repository.commit({AUDIT: audit("2026-10-15")})
    assert promises(told(repository)) == [
        ("2025-10-15", "moved-unrun", ()),
        ("2026-10-15", "ahead", ()),
    ]


def test_a_day_that_was_moved_after_the_run_is_kept(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2025-10-15")})
    repository.commit({RECORD: record(), AUDIT: audit("2026-10-15")})
    assert [p[:2] for p in promises(told(repository))] == [
        ("2025-10-15", "run"),
        ("2026-10-15", "ahead"),
    ]


def test_a_record_that_was_taken_out_is_withdrawn_not_forgotten(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2026-10-15")})
    repository.commit({RECORD: record()})
    out = repository.commit({RECORD: None})
    found = told(repository)
    assert (found.published, [run.withdrawn for run in found.runs]) == (False, [out])


def test_a_record_that_says_why_it_no_longer_counts_is_withdrawn(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2026-10-15")})
    repository.commit({RECORD: record()})
    out = repository.commit({RECORD: record(retired_because="The table was the wrong one.")})
    (run,) = told(repository).runs
    assert (run.withdrawn, run.because) == (out, "The table was the wrong one.")


def test_an_audit_whose_definition_is_gone_is_still_told(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, AUDIT: audit("2025-10-15")})
    repository.commit({AUDIT: None})
    found = told(repository)
    assert (found.gone, promises(found)) == (True, [("2025-10-15", "overdue", ())])
