"""Load a repository once: files to documents, documents to one graph. Checks never touch a file."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from labelcharter.reading.allowed_signers import SIGNERS_FILE, AllowedSigners, read_signers
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.registry.documents import Source, read_source
from labelcharter.registry.graph import Element, Graph, Reference
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.reference_fields import field_name, reference_tree, references_in
from labelcharter.registry.settings import SETTINGS_FILE, Settings, settings_from

GOVERNED_FOLDERS = (
    "policies",
    "taxonomies",
    "audits",
    "docs/decisions",
    "docs/playbooks",
    "docs/training",
)
_NOT_ELEMENTS = ("README.md", "index.md")
# A seat's signature of a decision: docs/decisions/approvals/DEC-0007/seat.legal.sig
_APPROVAL = re.compile(r"docs/decisions/approvals/DEC-[0-9]+/seat\.[a-z0-9.-]+\.sig\Z")


class NoRepository(Exception):
    """No settings file was found in the folder or above it."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Everything the checks and the site need: settings, graph, and the files behind them.

    `signers`: the list of who may sign; None where there is no such file. `approvals`: the
    signatures of decisions, path -> bytes. Neither holds elements.
    """

    root: Path | None
    settings: Settings
    graph: Graph
    sources: Mapping[str, Source]
    elements: tuple[Element, ...]
    problems: tuple[Diagnostic, ...]
    signers: AllowedSigners | None = None
    approvals: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))

    def place_text(self, place: Place) -> str:
        """The line of the file that a place points at, as written; empty when there is none."""
        if place.path == SIGNERS_FILE and self.signers is not None:
            return "".join(self.signers.text.split("\n")[place.line - 1 : place.line]).rstrip("\r")
        source = self.sources.get(place.path)
        if source is None:
            return ""
        text, first = source.document.marks.text, source.document.marks.first_line
        for page in source.elements:
            if page.body_line and place.line >= page.body_line:
                text, first = page.body, page.body_line
        lines = text.split("\n")
        index = place.line - first
        return lines[index].rstrip("\r") if 0 <= index < len(lines) else ""


def find_root(start: Path) -> Path:
    """The nearest folder from `start` upwards that has a settings file. Raises NoRepository."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise NoRepository(f"no {SETTINGS_FILE} in {start.name or start} or any folder above it")


def is_governed(path: str) -> bool:
    """True for a path whose file is read as elements."""
    if path == SETTINGS_FILE:
        return True
    if not path.startswith(tuple(f"{folder}/" for folder in GOVERNED_FOLDERS)):
        return False
    return any(kind.lives_in(path) for kind in KINDS.values()) and not _may_lie_here(path)


def is_signing(path: str) -> bool:
    """True for a path that holds no element but says who signed or may sign."""
    return path == SIGNERS_FILE or _APPROVAL.match(path) is not None


def load_repository(root: Path) -> Repository:
    """Read all governed files under `root`. Symbolic links are refused, never followed."""
    files: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for path, entry in sorted(_walk(root)):
        read = is_governed(path) or is_signing(path)
        if read or entry.is_symlink() or not path.isprintable():
            content = _read(entry, path)
            if isinstance(content, Diagnostic):
                problems.append(content)
            else:
                files[path] = content
        elif not entry.name.startswith(".") and not _may_lie_here(path):
            problems.append(
                Diagnostic(
                    "F101",
                    "warning",
                    Place(path),
                    "this file is not read: no kind of element lives here",
                    _where_instead(path),
                )
            )
    return load_sources(files, root, problems)


def _read(entry: os.DirEntry[str], path: str) -> bytes | Diagnostic:
    """The content of a governed file, or why it is not read."""
    if not path.isprintable():
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown)
        return Diagnostic(
            "F105",
            "error",
            Place(shown),
            "the name of this file holds characters that cannot be shown",
            "rename it with letters, digits and hyphens",
        )
    if entry.is_symlink():
        return Diagnostic(
            "F102",
            "error",
            Place(path),
            "this is a symbolic link; governed files are real files",
            "replace it with the file it points at",
        )
    if not entry.is_file():
        return Diagnostic(
            "F104", "error", Place(path), "this is no ordinary file", "replace it with a file"
        )
    try:
        with Path(entry.path).open("rb") as file:
            return file.read(LARGEST_FILE + 1)  # enough to see that it is too large
    except OSError as error:
        return Diagnostic(
            "F104",
            "error",
            Place(path),
            f"the file cannot be read ({error.strerror})",
            "check its permissions",
        )


def load_sources(
    files: Mapping[str, bytes], root: Path | None = None, problems: list[Diagnostic] | None = None
) -> Repository:
    """The repository that these files (path -> bytes) make; what history and the plan use."""
    with collector_off():
        sources = {
            path: read_source(files[path], path) for path in sorted(files) if is_governed(path)
        }
    found = list(problems or ())
    found.extend(d for source in sources.values() for d in source.document.problems)
    signers = read_signers(files[SIGNERS_FILE]) if SIGNERS_FILE in files else None
    found.extend(signers.problems if signers is not None else ())
    approvals = {path: files[path] for path in sorted(files) if _APPROVAL.match(path)}
    settings = Settings()
    if SETTINGS_FILE in sources and isinstance(sources[SETTINGS_FILE].document.value, dict):
        settings = settings_from(sources[SETTINGS_FILE].document.value)
    elements = tuple(element for source in sources.values() for element in source.elements)
    graph = Graph(elements, _references(elements))
    return Repository(
        root,
        settings,
        graph,
        sources,
        elements,
        tuple(found),
        signers,
        MappingProxyType(approvals),
    )


@contextmanager
def collector_off() -> Iterator[None]:
    """Not look for cycles meanwhile: marks are half a million small tuples and make none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _references(elements: tuple[Element, ...]) -> Iterator[Reference]:
    for element in elements:
        for steps, target, kinds in references_in(element.data, reference_tree(element.kind)):
            if not target and element.kind == "crosswalk":
                continue  # a state of knowing has no label on either side
            is_key = steps[-1] == target
            place = element.place_of(*steps, at_key=is_key)
            yield Reference(element.id, field_name(steps), target, kinds, place)
        instead = element.data.get("replaced_by")
        if isinstance(instead, str) and instead != "none":
            place = element.place_of("replaced_by")
            yield Reference(element.id, "replaced_by", instead, (element.kind,), place)
        if element.parent is not None:
            yield Reference(element.id, "in", element.parent, (), element.place)


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(root) as entries:
        yield from ((e.name, e) for e in entries if e.name == SETTINGS_FILE)
    for folder in GOVERNED_FOLDERS:
        start = root / folder
        if start.is_symlink():
            with os.scandir(start.parent) as entries:
                yield from ((folder, entry) for entry in entries if entry.name == start.name)
        elif start.is_dir():
            yield from _walk_folder(str(start), folder)


def _walk_folder(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            path = f"{prefix}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name.startswith("."):
                    continue
                yield from _walk_folder(entry.path, path)
            else:
                yield path, entry


def _may_lie_here(path: str) -> bool:
    """Prose beside elements is welcome: README.md anywhere, index pages under docs."""
    return path.rpartition("/")[2] in _NOT_ELEMENTS


def _where_instead(path: str) -> str:
    if path.endswith(".yml"):
        return f"name it {path.removesuffix('.yml').rpartition('/')[2]}.yaml"
    homes = sorted({home for kind in KINDS.values() for home in kind.homes})
    top = path.partition("/")[0]
    near = [home for home in homes if home.startswith(f"{top}/")]
    return "files that are read here: " + ", ".join(near or homes)
