"""The evidence about one element: everything that hangs on it, and what the whole history says.

All of it comes from one commit and what stands behind it, never from the working folder, so anyone
with the bundle makes the same files again. Records, audits, limits and inputs are those of the
whole repository: whoever hands evidence over does not choose among them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from labelcharter import __version__
from labelcharter.history import evidence_words, git, obligations, thresholds
from labelcharter.history.archive import is_plain
from labelcharter.history.bundles import bundle
from labelcharter.history.chained import Chained, ledger_of
from labelcharter.history.events import iso
from labelcharter.history.extraction import EXTRACTOR_VERSION
from labelcharter.history.timelines import History, read_history
from labelcharter.registry.chain import chain_of
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.load import GOVERNED_FOLDERS, Repository, load_sources
from labelcharter.registry.settings import SETTINGS_FILE

FORMAT_VERSION = 1
NAMESPACE = "labelcharter-evidence"
SIGNERS_FILE = "policies/allowed_signers"
MANIFEST, SIGNATURE, SIGNERS = "manifest.json", "manifest.json.sig", "allowed_signers"
BUNDLE, LEDGER, SUMS = "history.bundle", "ledger.jsonl", "SHA256SUMS"


class NotInHistory(Exception):
    """No element of this id is in the history, or nothing is committed."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What evidence is made from: one commit, its files, its graph, its history and its ledger.

    `order`: the place of each commit on the mainline. `folder`: where the governed root lies in
    its git repository, "" at the top.
    """

    root: Path
    head: str
    time: datetime
    folder: str
    files: Mapping[str, bytes]
    repository: Repository
    history: History
    order: Mapping[str, int]
    ledger: Chained

    @property
    def graph(self) -> Graph:
        """All elements as they were committed."""
        return self.repository.graph


def read_sources(root: Path) -> Sources:
    """Everything about the commit that is checked out. Raises GitFailed, NotInHistory."""
    head = git.head(root)
    if head is None:
        raise NotInHistory("nothing has been committed here yet, so there is nothing to prove")
    history = read_history(root, head.commit)
    files = git.files_at(root, head.commit, (SETTINGS_FILE, *GOVERNED_FOLDERS))
    line = git.first_parents(root, head.commit)
    return Sources(
        root,
        head.commit,
        head.time,
        git.prefix(root).decode("utf-8", "surrogateescape").rstrip("/"),
        files,
        load_sources(files, root),
        history,
        {commit: index for index, (commit, _, _) in enumerate(line)},
        ledger_of(root, history),
    )


def evidence(sources: Sources, subject: str) -> dict[str, bytes]:
    """The files of a package, without a signature. Raises NotInHistory, GitFailed."""
    files = {
        **computed(sources, subject),
        BUNDLE: bundle(sources.root, sources.head),
        "README.txt": evidence_words.readme(sources.head, sources.ledger.root).encode(),
    }
    signers = sources.files.get(SIGNERS_FILE)
    if signers is not None:
        files[SIGNERS] = signers
    files[SUMS] = "".join(f"{_sha256(files[name])}  {name}\n" for name in sorted(files)).encode()
    manifest = {
        "format_version": FORMAT_VERSION,
        "subject": subject,
        "head": sources.head,
        "head_time": iso(sources.time),
        "folder": sources.folder,
        "ledger_root": sources.ledger.root,
        "events": sources.ledger.events,
        "reader": EXTRACTOR_VERSION,
        "tool_version": __version__,
        "files": {
            name: {"sha256": _sha256(files[name]), "bytes": len(files[name])}
            for name in sorted(files)
        },
    }
    return {**files, MANIFEST: as_json(manifest)}


def computed(sources: Sources, subject: str) -> dict[str, bytes]:
    """What a verifier makes again from the bundle, to compare it byte by byte."""
    if subject not in sources.history.events:
        raise NotInHistory(f"no element `{subject}` is or was in the committed history")
    found = _elements(sources, subject)
    present = {name: version.data for name, version in sources.history.present.items()}
    day = iso(sources.time)[:10]
    audits = obligations.obligations(sources.history.events, present, sources.order, day)
    judged = thresholds.judged(sources.graph, sources.history.events, sources.order)
    inputs = inputs_of(sources.graph)
    paths = {str(entry["path"]) for entry in found if entry["path"] in sources.files}
    return {
        **{f"files/{path}": sources.files[path] for path in sorted(paths) if is_plain(path)},
        LEDGER: sources.ledger.content,
        "elements.json": as_json({"subject": subject, "elements": found}),
        "audits.json": as_json([obligations.as_data(audit) for audit in audits]),
        "thresholds.json": as_json([thresholds.as_data(each) for each in judged]),
        "inputs.json": as_json(inputs),
        "report.txt": evidence_words.report(
            subject, sources.head, iso(sources.time), found, audits, judged, inputs
        ).encode(),
    }


def inputs_of(graph: Graph) -> list[dict[str, Any]]:
    """The tables behind each record: none is in the repository, so how to obtain each."""
    found = []
    for record in graph.of_kind("record"):
        audit = graph.elements.get(str(record.get("audit")))
        further = record.items("manifest", "files")
        found.append(
            {
                "record": record.id,
                "audit": str(record.get("audit")),
                "name": str(record.get("manifest", "data_name")),
                "sha256": str(record.get("manifest", "data_sha256")),
                "further_files": [dict(file) for file in further if isinstance(file, Mapping)],
                "licence": str(record.get("manifest", "licence")),
                "synthetic": record.get("manifest", "synthetic") is True,
                "obtain": str(audit.get("data", "obtain")) if audit is not None else "",
            }
        )
    return found


def as_json(value: object) -> bytes:
    """JSON that is the same everywhere: keys in order, ASCII, one newline at the end."""
    return (json.dumps(value, sort_keys=True, indent=1) + "\n").encode("ascii")


def _elements(sources: Sources, subject: str) -> list[dict[str, Any]]:
    """The subject and its chain: where each stands, and which lines of the ledger are about it."""
    graph = sources.graph
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(sources.ledger.lines[1:], 2):
        lines.setdefault(json.loads(line)["id"], []).append(number)
    name = graph.aliases.get(subject, subject)
    if name not in graph.elements:
        return [_gone(sources, subject, lines)]
    chain = chain_of(graph, name)
    found = [_entry(sources, graph.elements[name], "subject", 0, "", lines)]
    for relation, links in (
        ("leads to it", chain.upstream),
        ("follows from it", chain.downstream),
        ("beside it", chain.around),
    ):
        found += [
            _entry(sources, graph.elements[link.id], relation, link.distance, link.via, lines)
            for link in links
        ]
    return found


def _entry(
    sources: Sources,
    element: Element,
    relation: str,
    distance: int,
    via: str,
    lines: Mapping[str, list[int]],
) -> dict[str, Any]:
    events = sources.history.events.get(element.id, ())
    about = sorted({n for event in events for n in lines.get(event.id, ())})
    path = element.place.path
    return {
        "id": element.id,
        "kind": element.kind,
        "title": element.title,
        "status": element.status,
        "relation": relation,
        "distance": distance,
        "via": via,
        "path": path,
        "sha256": _sha256(sources.files[path]) if path in sources.files else "",
        "ledger_lines": about,
        "decisions": sorted({event.decision for event in events if event.decision}),
    }


def _gone(sources: Sources, subject: str, lines: Mapping[str, list[int]]) -> dict[str, Any]:
    """An element that was taken out: its events are all that is left of it."""
    events = sources.history.events[subject]
    return {
        "id": subject,
        "kind": "",
        "title": subject,
        "status": "taken out of the tree",
        "relation": "subject",
        "distance": 0,
        "via": "",
        "path": "",
        "sha256": "",
        "ledger_lines": sorted({n for event in events for n in lines.get(event.id, ())}),
        "decisions": sorted({event.decision for event in events if event.decision}),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
