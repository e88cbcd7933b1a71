"""The pages of change, the feed, the decision log, and a site as it once was."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

import pytest
from forum import Parsed, commit, git, make_forum, replace

from labelcharter.registry.load import load_repository
from labelcharter.site import change_pages
from labelcharter.site.generate import Site, generate
from labelcharter.site.past import NoSuchPast, folder_of, past_at
from labelcharter.site.publish import CannotBuild, build_site, write_generated
from labelcharter.site.timelines import read_timelines

TAXONOMY = "taxonomies/comments/taxonomy.yaml"
ATOM = "{http://www.w3.org/2005/Atom}"
SINCE = "guidelines/since/taxonomy.comments.md"


def site_of(root: Path) -> Site:
    return generate(load_repository(root), read_timelines(root))


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The forum with a third commit, without a decision, and a fourth that names an unknown one."""
    root = make_forum(tmp_path_factory.mktemp("changing"))
    replace(root / TAXONOMY, "even when they never", "even if they never")
    commit(root, "Ana <script>", "2026-05-02T23:30:00Z", "taxonomy: <b>even if</b>")
    replace(root / TAXONOMY, "even if they never", "also if they never")
    commit(root, "Ben", "2026-05-03T00:30:00Z", "taxonomy: also\n\nDecision: DEC-0099")
    return root


@pytest.fixture(scope="module")
def tree(changing: Path) -> Mapping[str, bytes]:
    return site_of(changing).tree


def read_feed(tree: Mapping[str, bytes]) -> ET.Element:
    return ET.fromstring(tree["feed.xml"])  # noqa: S314 - we made it


def text(tree: Mapping[str, bytes], page: str) -> str:
    """What a page of the tree says, without its tags, with single spaces."""
    return " ".join(Parsed(tree[page].decode()).text.split())


def test_every_landing_stands_under_its_day_the_newest_first(tree: Mapping[str, bytes]) -> None:
    page = tree["changes.md"].decode()
    assert re.findall(r'<h2 id="day-([0-9-]+)"', page) == [
        "2026-05-03",
        "2026-05-02",
        "2026-04-11",
        "2026-03-01",
    ]
    words = text(tree, "changes.md")
    assert "taxonomy: say what being read has to do with it" in words
    assert "Changed: Label Insult label.comments.insult" in words
    assert "Names, dates and decisions are what the commits claim." in words


def test_what_a_commit_says_of_itself_is_text_and_never_markup(tree: Mapping[str, bytes]) -> None:
    for page in ("changes.md", SINCE, "decisions/log.md"):
        assert b"<script>" not in tree[page]
        assert b"<b>even" not in tree[page]
    assert "<b>even if</b>" in text(tree, "changes.md")


def test_old_landings_have_a_page_for_each_year(
    changing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_pages, "NEWEST", 1)
    tree = site_of(changing).tree
    assert "taxonomy: also" in text(tree, "changes.md")
    assert "say what being read" not in text(tree, "changes.md")
    assert "Changes of 2026 (3 commits)" in text(tree, "changes.md")
    assert "say what being read" in text(tree, "changes/2026.md")


def test_an_element_that_is_gone_is_named_by_its_id(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    playbook = next((root / "docs/playbooks").glob("*.md"))
    identifier = re.search(r"^id: (\S+)", playbook.read_text(), re.MULTILINE)
    assert identifier is not None
    content = playbook.read_text()
    spare = root / "docs/playbooks/spare.md"
    spare.write_text(content.replace(identifier[1], "playbook.spare"))
    commit(root, "Ana", "2026-05-02T10:00:00Z", "playbook: a spare one")
    spare.unlink()
    commit(root, "Ana", "2026-05-03T10:00:00Z", "playbook: not needed")
    assert "Retired: playbook.spare" in text(site_of(root).tree, "changes.md")


def test_the_feed_is_atom_and_its_times_and_ids_are_those_of_the_commits(
    tree: Mapping[str, bytes],
) -> None:
    feed = read_feed(tree)
    assert feed.tag == f"{ATOM}feed"
    for wanted in ("id", "title", "updated"):
        assert len(feed.findall(f"{ATOM}{wanted}")) == 1
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "taxonomy: also",
        "taxonomy: <b>even if</b>",
        "taxonomy: say what being read has to do with it",
        "policy: the first labels",
    ]
    assert feed.findtext(f"{ATOM}updated") == "2026-05-03T00:30:00Z"
    ids = [feed.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in entries)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(one)) for one in ids)
    for entry in entries:
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert re.fullmatch(r"[0-9T:-]+Z", entry.findtext(f"{ATOM}updated") or "")
        assert entry.find(f"{ATOM}link[@rel='alternate']") is not None
    assert entries[1].findtext(f"{ATOM}author/{ATOM}name") == "Ana script"
    assert b"example.org>" not in tree["feed.xml"]
    assert "The commit names no decision." in (entries[1].findtext(f"{ATOM}summary") or "")
    assert "Decision DEC-0099." in (entries[0].findtext(f"{ATOM}summary") or "")


def test_the_feed_leads_to_rows_that_exist(tree: Mapping[str, bytes]) -> None:
    feed = read_feed(tree)
    rows = set(re.findall(r'<tr id="([^"]+)"', tree["changes.md"].decode()))
    for entry in feed.findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        address, _, row = link.attrib["href"].partition("#")
        assert address.endswith("changes/")
        assert row in rows


def test_the_feed_has_absolute_links_where_the_site_has_an_address(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    settings = root / "labelcharter.yaml"
    lines = [x for x in settings.read_text().splitlines() if not x.startswith("site_url")]
    settings.write_text("\n".join([*lines, "site_url: https://example.org/forum/", ""]))
    feed = read_feed(site_of(root).tree)
    links = [link.attrib["href"] for link in feed.iter(f"{ATOM}link")]
    assert links[0] == "https://example.org/forum/feed.xml"
    assert all(link.startswith("https://example.org/forum/") for link in links)


def test_the_same_commits_make_the_same_feed(changing: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(changing), str(clone))
    assert site_of(clone).tree["feed.xml"] == site_of(changing).tree["feed.xml"]


def test_without_history_there_is_no_feed_and_no_link_to_one(changing: Path) -> None:
    site = generate(load_repository(changing), read_timelines(None))
    assert "feed.xml" not in site.tree
    assert b'"feed": ""' in site.settings
    assert b'"feed": "feed.xml"' in site_of(changing).settings
    assert "There is no history to show" in text(site.tree, "changes.md")


def test_the_decision_log_tells_which_commits_name_which_decision(
    tree: Mapping[str, bytes],
) -> None:
    words = text(tree, "decisions/log.md")
    assert "Of 4 commits that changed something here, 2 name a decision and 2 name none." in words
    assert "policy: the first labels" in words
    assert "Named by commits, and not recorded here" in words
    assert "DEC-0099" in words
    assert "That line is a claim" in words
    assert "taxonomy: say what" not in words


def test_the_page_of_a_decision_tells_what_was_changed_by_it(tree: Mapping[str, bytes]) -> None:
    words = text(tree, "registry/DEC-0001.md")
    assert "What was changed by it" in words
    assert "policy: the first labels" in words.partition("What was changed by it")[2]


def test_annotators_find_what_changed_since_each_version(tree: Mapping[str, bytes]) -> None:
    words = text(tree, SINCE)
    newest, _, older = words.partition("Since version 1.1.0")
    assert "Since version 1.1.1" in newest
    assert "also if they never" in older
    assert "even when they never" not in older  # net: only the first and the last wording
    assert "Version: 1.1.0 → 1.1.1" in older
    assert "taxonomy: say what being read has to do with it" in older


def test_training_and_guideline_lead_to_what_changed_since_their_version(
    tree: Mapping[str, bytes],
) -> None:
    for page in ("registry/training.first-day.md", "registry/guideline.comments.md"):
        links = [a.get("href", "") for a in Parsed(tree[page].decode()).named("a")]
        found = [link for link in links if "guidelines/since/taxonomy.comments/" in link]
        assert found, page
        anchor = found[0].partition("#")[2]
        assert not anchor or f"{{ #{anchor} }}" in tree[SINCE].decode()


def test_nothing_changed_since_the_newest_version_is_said_in_words(tmp_path: Path) -> None:
    assert "Nothing that you work with has changed since." in text(
        site_of(make_forum(tmp_path)).tree, SINCE
    )


def test_a_site_as_it_was_has_the_state_the_history_and_the_mark_of_then(
    changing: Path, tmp_path: Path
) -> None:
    past = past_at(changing, "2026-04-30")
    assert past.words.startswith("As it stood at the end of 30 April 2026 (UTC): commit ")
    with folder_of(changing, past) as folder:
        site = generate(load_repository(folder), read_timelines(changing, past.commit), past.words)
    assert not folder.exists()
    words = text(site.tree, "changes.md")
    assert "taxonomy: say what being read has to do with it" in words
    assert "taxonomy: also" not in words
    assert "even when they never" in text(site.tree, "registry/label.comments.insult.md")
    assert b"As it stood at the end of 30 April 2026" in site.settings
    assert b'"as_of": ""' in site_of(changing).settings
    assert not [page for page, data in site.tree.items() if b'\nedit: "' in data[:500]]
    del tmp_path


@pytest.mark.parametrize(
    ("asked", "next_"),
    [("2020-01-01", "Ask for 2026-03-01 or later"), ("main@{1}", "give a branch, a tag or a hash")],
)
def test_a_site_of_no_state_is_refused(changing: Path, asked: str, next_: str) -> None:
    with pytest.raises(NoSuchPast, match=next_):
        past_at(changing, asked)
    with pytest.raises(CannotBuild, match="--as-of"):
        build_site(changing, changing / "site", as_of=asked)
    assert not (changing / "site").exists()


def test_a_tree_that_leads_out_of_its_folder_writes_nothing_there(tmp_path: Path) -> None:
    root = make_forum(tmp_path / "forum")

    def made(kind: str, *arguments: str, stdin: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(root), kind, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    blob = made("hash-object", "-w", "--stdin", stdin="outside")
    raw = tmp_path / "tree"
    raw.write_bytes(b"100644 escaped\0" + bytes.fromhex(blob))
    inner = made("hash-object", "-w", "-t", "tree", "--literally", str(raw), stdin="")
    raw.write_bytes(b"40000 ..\0" + bytes.fromhex(inner))
    outer = made("hash-object", "-w", "-t", "tree", "--literally", str(raw), stdin="")
    person = "Eve <eve@example.org> 1772359200 +0000"
    content = f"tree {outer}\nauthor {person}\ncommitter {person}\n\nEvil\n"
    evil = made("hash-object", "-w", "-t", "commit", "--literally", "--stdin", stdin=content)
    with folder_of(root, past_at(root, evil)) as folder:
        assert list(folder.iterdir()) == []
        assert not (folder.parent / "escaped").exists()


def test_the_whole_past_site_is_built_and_marked_on_every_page(changing: Path) -> None:
    out = build_site(changing, changing / "site", as_of="2026-04-30").out
    pages = list(out.rglob("*.html"))
    assert pages
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert "As it stood at the end of 30 April 2026 (UTC)" in html, page
        assert 'type="application/atom+xml"' in html, page
    write_generated(changing, read_timelines(changing))


def test_a_repository_inside_a_larger_one_has_a_past_of_its_own(tmp_path: Path) -> None:
    root = make_forum(tmp_path / "outer" / "inner")
    shutil.rmtree(root / ".git")
    git(tmp_path / "outer", "init", "-q", "-b", "main")
    (tmp_path / "outer" / "beside.txt").write_text("beside")
    commit(tmp_path / "outer", "Ana", "2026-03-01T10:00:00Z", "all")
    with folder_of(root, past_at(root, "HEAD")) as folder:
        assert (folder / "labelcharter.yaml").is_file()
        assert not list(folder.rglob("beside.txt"))


def test_a_changed_text_is_named_by_its_heading(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    guideline = next((root / "taxonomies/comments").glob("*.md"))
    heading = re.search(r"^## (.+)$", guideline.read_text(), re.MULTILINE)
    assert heading is not None
    replace(guideline, heading[0], f"{heading[0]}\n\nRead this twice.")
    commit(root, "Ana", "2026-05-02T10:00:00Z", "guideline: twice")
    assert f"Text under “{heading[1]}”" in text(site_of(root).tree, SINCE)
