"""A small repository for the site's tests: a copy of `fixture` with two commits in git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

from rich_records import write_rich_records

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def make_forum(
    folder: Path, changes: Mapping[str, tuple[str, str]] | None = None, *, rich: bool = False
) -> Path:
    """The repository in `folder`: first as in `fixture`, then with two texts changed.

    `changes` (path -> (old, new)) are made before the first commit. A `rich` one has the records of
    `rich_records` as well, which take a while to read.
    """
    shutil.copytree(HERE / "fixture", folder, dirs_exist_ok=True)
    if rich:
        write_rich_records(folder)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / ".gitignore").write_text("/build/\n/site/\n")
    for path, (old, new) in (changes or {}).items():
        replace(folder / path, old, new)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "Ana", "2026-03-01T10:00:00Z", "policy: the first labels\n\nDecision: DEC-0001")
    replace(
        folder / "taxonomies/comments/taxonomy.yaml", "whether or not they", "even when they never"
    )
    replace(folder / "taxonomies/comments/taxonomy.yaml", 'version: "1.1.0"', 'version: "1.1.1"')
    commit(folder, "Ben", "2026-04-11T10:00:00Z", "taxonomy: say what being read has to do with it")
    return folder


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def commit(folder: Path, who: str, when: str, message: str) -> None:
    """Commit everything under a fixed name and date."""
    git(folder, "add", "-A")
    people = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who), ("EMAIL", f"{who.lower()}@example.org"), ("DATE", when))
    }
    git(folder, "commit", "-q", "-m", message, environment=people)


def git(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Run git without anybody's settings."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **(environment or {})}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env={**os.environ, **quiet})


class Parsed(HTMLParser):
    """What stands in HTML: elements with their attributes, and the text of the article."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.article = ""
        self._open: list[str] = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._space(tag)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("br", "img", "input", "link", "meta", "hr", "wbr"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._space(tag)
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self.text += data
            if "article" in self._open:
                self.article += data

    def _space(self, tag: str) -> None:
        """What the reader sees apart is apart in the text too."""
        if tag not in ("a", "b", "code", "del", "em", "ins", "span", "strong", "time"):
            self.article += " "

    def named(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of this name."""
        return [attributes for name, attributes in self.elements if name == tag]


def page(site: Path, address: str) -> Parsed:
    """A page of a built site, by its folder address."""
    return Parsed((site / address / "index.html").read_text(encoding="utf-8"))


def said(parsed: Parsed) -> str:
    """The text of a page's article with single spaces."""
    return " ".join(parsed.article.split())
