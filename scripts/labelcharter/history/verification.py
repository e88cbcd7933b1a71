"""Is an evidence package what it says? Everything in it is made again from its own git bundle.

Nothing in the package is believed: the bundle is opened in an empty folder, and the ledger and
every computed file are made anew and compared byte by byte. Nothing in it is run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelcharter import __version__
from labelcharter.history import bundles, evidence, ssh_keygen
from labelcharter.history.archive import NotEvidence, is_plain
from labelcharter.history.chained import first_difference
from labelcharter.history.extraction import EXTRACTOR_VERSION
from labelcharter.history.lawful import Finding, State, grown

_SHOWN = 300  # characters of a line that differs


@dataclass(frozen=True, slots=True)
class Asked:
    """What the auditor brings along: keys that they trust, and a head that they kept."""

    signers: bytes | None = None
    head: str | None = None


def manifest_of(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """The manifest, its fields of the right shape. Raises NotEvidence."""
    try:
        value = json.loads(files[evidence.MANIFEST])
    except KeyError:
        raise NotEvidence(f"there is no {evidence.MANIFEST}, so this is no evidence") from None
    except (ValueError, RecursionError):
        raise NotEvidence(f"{evidence.MANIFEST} is no JSON") from None
    shapes = {"subject": str, "head": str, "folder": str, "ledger_root": str, "files": dict}
    wrong = [
        name
        for name, shape in shapes.items()
        if not isinstance(value, dict) or not isinstance(value.get(name), shape)
    ]
    if wrong:
        raise NotEvidence(f"{evidence.MANIFEST} lacks {', '.join(wrong)}")
    if value.get("format_version") != evidence.FORMAT_VERSION:
        raise NotEvidence(
            f"{evidence.MANIFEST} is of format {value.get('format_version')}; this version reads "
            f"{evidence.FORMAT_VERSION}. Take the version that wrote it"
        )
    if value["folder"] and not is_plain(value["folder"]):
        raise NotEvidence(f"{evidence.MANIFEST} names a folder that is none")
    found: Mapping[str, Any] = value
    return found


def authenticate(
    files: Mapping[str, bytes], empty: Path, asked: Asked
) -> tuple[evidence.Sources | None, list[Finding]]:
    """What was found, and what the package is about (None where its history cannot be opened).

    `empty`: a folder of its own for the history. Raises NotEvidence, CannotSign.
    """
    manifest = manifest_of(files)
    found = list(_sums(files, manifest))
    try:
        head = bundles.open_bundle(files.get(evidence.BUNDLE, b""), empty)
    except bundles.NoBundle as error:
        return None, [*found, Finding("git bundle", "fails", str(error))]
    found.append(Finding("git bundle", "holds", "every object is there and has the hash it claims"))
    if head != manifest["head"]:
        words = f"the manifest says {manifest['head'][:64]}, the bundle ends in {head}"
        return None, [*found, Finding("head", "fails", words)]
    found.append(Finding("head", "holds", f"the history ends in {head}"))
    root = empty / manifest["folder"]
    root.mkdir(parents=True, exist_ok=True)
    sources = evidence.read_sources(root)
    found.append(_signature(files, sources, asked.signers))
    found.append(_ledger(files, manifest, sources))
    found += _computed(files, manifest, sources)
    if asked.head is not None:
        found.append(grown(sources, asked.head, asked.signers))
    return sources, found


def _sums(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    listed = manifest["files"]
    outside = {evidence.MANIFEST, evidence.SIGNATURE}
    wrong = [
        f"{name} is not as the manifest says"
        for name, entry in sorted(listed.items())
        if name in files
        and (not isinstance(entry, dict) or entry.get("sha256") != _sha256(files[name]))
    ]
    wrong += [f"{name} is missing" for name in sorted(listed.keys() - files.keys())]
    wrong += [
        f"{name} is not in the manifest" for name in sorted(files.keys() - listed.keys() - outside)
    ]
    if wrong:
        more = f", and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        yield Finding("files", "fails", "; ".join(wrong[:5]) + more)
    else:
        yield Finding("files", "holds", f"all {len(listed)} have the SHA-256 of the manifest")


def _signature(
    files: Mapping[str, bytes], sources: evidence.Sources, trusted: bytes | None
) -> Finding:
    signature = files.get(evidence.SIGNATURE)
    if signature is None:
        state: State = "unchecked" if trusted is None else "fails"
        return Finding("signature", state, "the package is not signed")
    own = trusted is None
    signers = files.get(evidence.SIGNERS, b"") if trusted is None else trusted
    verdict = ssh_keygen.verify(
        files[evidence.MANIFEST], signature, evidence.NAMESPACE, signers, sources.time
    )
    if verdict.state == "bad":
        return Finding("signature", "fails", "the signature is not one of this manifest")
    if verdict.state == "unknown":
        words = f"signed with the key {verdict.key}, which is not among the allowed signers"
        return Finding(
            "signature",
            "unchecked" if own else "fails",
            f"{words}; give the keys that you trust with --signers" if own else words,
        )
    words = f"signed by {verdict.principal}, with the key {verdict.key}"
    if own:
        return Finding(
            "signature",
            "unchecked",
            f"{words}, says the list in the package itself; whether the key is theirs you must "
            "know from elsewhere: give the keys that you trust with --signers",
        )
    return Finding("signature", "holds", words)


def _ledger(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], sources: evidence.Sources
) -> Finding:
    if manifest.get("reader") != EXTRACTOR_VERSION:
        return Finding(
            "ledger",
            "unchecked",
            f"it was written by version {manifest.get('tool_version')}, which reads old files "
            "differently; compute it with that version",
        )
    parting = first_difference(files.get(evidence.LEDGER, b""), sources.ledger)
    if parting is not None:
        return Finding(
            "ledger",
            "fails",
            f"line {parting.line} is not what the history says.\n"
            f"in the package: {parting.theirs[:_SHOWN] or '(no such line)'}\n"
            f"computed here:  {parting.ours[:_SHOWN] or '(no such line)'}",
        )
    if manifest["ledger_root"] != sources.ledger.root:
        return Finding("ledger", "fails", "the manifest names another root than the ledger has")
    words = f"all {sources.ledger.events:,} events were computed again; root {sources.ledger.root}"
    return Finding("ledger", "holds", words)


def _computed(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], sources: evidence.Sources
) -> Iterator[Finding]:
    try:
        ours = evidence.computed(sources, manifest["subject"])
    except evidence.NotInHistory as error:
        yield Finding("contents", "fails", str(error))
        return
    wrong = [
        name
        for name in sorted(ours.keys() | {n for n in files if n.startswith("files/")})
        if name != evidence.LEDGER and files.get(name) != ours.get(name)
    ]
    copies = [name for name in wrong if name.startswith("files/")]
    others = [name for name in wrong if name not in copies]
    if copies:
        words = f"not as they were committed: {', '.join(copies[:5])}"
        yield Finding("copied files", "fails", words)
    if others and manifest.get("tool_version") != __version__:
        words = f"{', '.join(others)}: written by version {manifest.get('tool_version')}, not ours"
        yield Finding("contents", "unchecked", words)
    elif others:
        words = f"not what the history says: {', '.join(others)}"
        yield Finding("contents", "fails", words)
    elif not copies:
        words = "the chain, audits, thresholds and inputs come out again from the history"
        yield Finding("contents", "holds", words)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
