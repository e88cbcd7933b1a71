"""Everything that somebody could write into a file, and what a reader's browser gets of it."""

import json
from pathlib import Path

import pytest
from forum import Parsed, make_forum, page, said
from test_inert_text import VECTORS

from labelcharter.site.publish import build_site

ATTACK = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"


BODY = "\n\n".join(
    (
        *VECTORS,
        "[x](javascript:window.pwned=1) [y](data:text/html;base64,AAAA)",
        "## H { onclick=window.pwned=1 }",
        "<div>",
        "unclosed",
    )
)
PLANTED = {
    "labelcharter.yaml": ("organisation: Small Forum", f'organisation: "Small {ATTACK}</title>"'),
    "policies/metrics.yaml": ("title: Gap of label rates", f'title: "Gap </title>{ATTACK}"'),
    "policies/glossary.yaml": ("title: Annotator\n", f'title: "Annotator {ATTACK}"\n'),
    "policies/roadmap/2026.yaml": (
        "title: Add Finnish examples to the guideline",
        f'title: "[x](javascript:window.pwned=1) {ATTACK}"',
    ),
    "taxonomies/comments/taxonomy.yaml": (
        'text: "They breed like rats over there."',
        f"text: {json.dumps(chr(10).join(VECTORS))}",
    ),
    "docs/decisions/DEC-0001-floor.md": ("## Context\n", f"## Context\n\n{BODY}\n"),
    "docs/handbook/annotators.md": (
        "title: For annotators\norder: 1\n",
        f"""title: "For </title>{ATTACK}"\ndescription: "'>{ATTACK}"\ntemplate: /x\norder: 1\n""",
    ),
    "docs/index.md": (
        "Start with",
        f"{ATTACK} <iframe src=x></iframe> <svg onload=window.pwned=1></svg> Start with",
    ),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_forum(tmp_path_factory.mktemp("hostile"), PLANTED)
    return build_site(root, root / "site").out


def test_no_page_holds_anything_that_runs(hostile: Path) -> None:
    usual = sorted(str(a) for a in page(hostile, "changes").named("script"))
    for html in sorted(hostile.rglob("index.html")):
        parsed = Parsed(html.read_text(encoding="utf-8"))
        assert len(parsed.named("script")) == len(usual), html
        assert not parsed.named("iframe"), html
        for tag, attributes in parsed.elements:
            assert not [n for n in attributes if n.startswith("on")], (html, tag)
            address = attributes.get("href", attributes.get("src", "")).strip().lower()
            assert not address.startswith(("javascript:", "data:", "vbscript:")), (html, tag)


def test_the_text_of_an_attack_is_shown_as_text(hostile: Path) -> None:
    assert "<script>window.pwned=1</script>" in said(page(hostile, "registry/metric.rate-gap"))
    assert "<iframe srcdoc=" in said(page(hostile, "registry/label.comments.insult"))
    assert "{{ 7 * 7 }}" in said(page(hostile, "registry/label.comments.insult"))


def test_a_body_cannot_swallow_what_is_generated_after_it(hostile: Path) -> None:
    parsed = page(hostile, "registry/DEC-0001")
    assert {"links", "history", "origin", "votes"} <= {a.get("id") for _, a in parsed.elements}


def test_titles_stay_inside_the_title(hostile: Path) -> None:
    for address in ("handbook/annotators", "registry/metric.rate-gap"):
        tags = [tag for tag, _ in page(hostile, address).elements]
        head = tags[: tags.index("body")]
        assert head.count("title") == 1
        assert "img" not in head


def test_the_search_index_holds_no_element_but_those_of_prose(hostile: Path) -> None:
    index = json.loads((hostile / "search/search_index.json").read_text(encoding="utf-8"))
    for entry in index["docs"]:
        for part in (entry["title"], entry["text"]):
            tags = {tag for tag, _ in Parsed(part).elements}
            assert tags <= {"p", "code", "pre", "li", "ol", "ul", "sub", "sup"}, entry["location"]
