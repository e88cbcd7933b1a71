"""The two texts of an evidence package: how to check it by hand, and what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labelcharter.history.commits import visible
from labelcharter.history.obligations import Obligation
from labelcharter.history.thresholds import Judged, words

_STATES = {
    "ahead": "the day is yet to come",
    "run": "run",
    "overdue": "OVERDUE: no record was committed for it",
    "moved-unrun": "NOT RUN: another day was put in its place before anything was run",
}


def readme(head: str, root: str) -> str:
    """README.txt: verification by hand with git, sha256sum and ssh-keygen, and by the tool."""
    return f"""HOW TO CHECK THIS EVIDENCE

What is here
  report.txt        what the evidence shows, in words. Read this first
  elements.json     the element asked about and all that hangs on it
  files/            the files these elements stand in, as they were committed
  audits.json       every audit that was promised, run, withdrawn or never published
  thresholds.json   for every record: was each limit committed before it?
  inputs.json       the tables behind the records: SHA-256, and how to obtain each
  ledger.jsonl      every change of every element, oldest first. Each line holds the
                    SHA-256 of the line before; that of the last line is the ledger root
  history.bundle    the whole repository with its history, for git
  manifest.json     the newest commit (head), the ledger root, the SHA-256 of each file
  SHA256SUMS        the same sums, for sha256sum
  manifest.json.sig the signature, if this was signed
  allowed_signers   the keys that the repository itself lists, if it lists any

By hand, in this folder. Nothing but git, sha256sum and ssh-keygen is needed.

1. The files are those that the manifest names. Every line must end in OK:
     sha256sum -c SHA256SUMS
   The sum of SHA256SUMS itself must be the one in manifest.json:
     sha256sum SHA256SUMS

2. The manifest is signed by somebody you know. Take the keys from a source of your own:
   the file allowed_signers in here was packed by whoever made the package.
     ssh-keygen -Y find-principals -s manifest.json.sig -f YOUR_SIGNERS
     ssh-keygen -Y verify -f YOUR_SIGNERS -I NAME -n labelcharter-evidence \\
       -s manifest.json.sig < manifest.json

3. The history is whole, and ends where the manifest says:
     git clone history.bundle history
     git -C history fsck --full
     git -C history rev-parse HEAD
   must print
     {head}

4. The ledger ends in the root that the manifest names:
     tail -n 1 ledger.jsonl | sha256sum
   must print
     {root}

5. History only grew, if you kept the head of an earlier visit (OLD):
     git -C history merge-base --is-ancestor OLD HEAD && echo it only grew

With the tool, in any folder; this also computes the ledger and the records again:
     labelcharter verify PACKAGE --signers YOUR_SIGNERS --head OLD

What no package can show: that the named author of a commit wrote it, that a date is true,
or that a vote was cast. These are claims. Only a signature binds, and only its key's holder.
"""


def report(
    subject: str,
    head: str,
    time: str,
    elements: Sequence[Mapping[str, Any]],
    audits: Iterable[Obligation],
    judged: Iterable[Judged],
    inputs: Iterable[Mapping[str, Any]],
) -> str:
    """report.txt: the same facts as the JSON files, for a reader."""
    lines = [f"EVIDENCE ABOUT {subject}", f"as committed in {head}, which landed {time}", ""]
    for relation, title in (
        ("subject", "WHAT THIS IS ABOUT"),
        ("leads to it", "WHAT LEADS TO IT"),
        ("follows from it", "WHAT FOLLOWS FROM IT"),
        ("beside it", "WHAT STANDS BESIDE IT"),
    ):
        chosen = [entry for entry in elements if entry["relation"] == relation]
        if chosen:
            lines += [title, *(f"  {_element(entry)}" for entry in chosen), ""]
    lines += ["EVERY AUDIT: PROMISED, RUN, WITHDRAWN OR NEVER PUBLISHED", *_audits(audits), ""]
    lines += ["WAS EACH THRESHOLD THERE BEFORE THE RECORD IT JUDGES?", *_thresholds(judged), ""]
    lines += ["THE TABLES BEHIND THE RECORDS (none is in this package)", *_inputs(inputs), ""]
    return "\n".join(lines)


def _element(entry: Mapping[str, Any]) -> str:
    status = f" ({entry['status']})" if entry["status"] else ""
    decisions = f"; decided by {', '.join(entry['decisions'])}" if entry["decisions"] else ""
    count = len(entry["ledger_lines"])
    events = "1 event" if count == 1 else f"{count} events"
    path = f", in {visible(entry['path'])}" if entry["path"] else ""
    return f"{entry['id']}: {visible(entry['title'])}{status}{path}; {events}{decisions}"


def _audits(audits: Iterable[Obligation]) -> list[str]:
    lines = []
    for audit in audits:
        gone = ", its definition taken out of the tree" if audit.gone else ""
        lines.append(f"  {audit.audit} ({visible(audit.status) or 'no status'}{gone})")
        if not audit.published:
            lines.append("    NOT PUBLISHED: no record of it stands in the repository")
        for run in audit.runs:
            lines.append(
                f"    {run.id}, for {visible(run.computed_for)}, committed {run.time[:10]}"
                f" in {run.commit[:12]}"
            )
            if run.withdrawn:
                because = f": {visible(run.because)}" if run.because else ""
                lines.append(f"      WITHDRAWN in {run.withdrawn[:12]}{because}")
        for promise in audit.promises:
            by = f" ({', '.join(promise.records)} since it was promised)" if promise.records else ""
            lines.append(f"    due {visible(promise.due)}: {_STATES[promise.state]}{by}")
    return lines or ["  there is none"]


def _thresholds(judged: Iterable[Judged]) -> list[str]:
    lines = []
    for found in judged:
        lines.append(f"  {found.record} by {found.limit}: {words(found)}")
        if found.limit_commit:
            lines.append(
                f"    threshold {found.limit_time[:10]} in {found.limit_commit[:12]}, "
                f"record {found.record_time[:10]} in {found.record_commit[:12]}"
            )
        if found.moved_since:
            commits = ", ".join(commit[:12] for commit in found.moved_since)
            lines.append(f"    the threshold was changed afterwards, in {commits}")
    return lines or ["  there is no record"]


def _inputs(inputs: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = []
    for table in inputs:
        made_up = ", invented data" if table["synthetic"] else ""
        lines += [
            f"  {table['record']}: {visible(table['name'])}{made_up}",
            f"    sha256 {visible(table['sha256'])}",
            f"    licence: {visible(table['licence'])}",
            f"    to obtain it: {visible(' '.join(table['obtain'].split()))}",
        ]
    return lines or ["  there is no record"]
