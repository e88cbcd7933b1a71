from pathlib import Path

import pytest
from forum import make_forum, replace

from labelcharter.registry.kinds import KINDS
from labelcharter.registry.load import load_repository
from labelcharter.site.addresses import Address, address_of, href, index_of, markdown_target, url_of
from labelcharter.site.bodies import anchor_of, without_html, without_title
from labelcharter.site.edition import Edition
from labelcharter.site.generate import CannotGenerate, generate
from labelcharter.site.source_links import Pages, lead, pages_of_elements, published
from labelcharter.site.timelines import Timelines


def edition(root: Path) -> Edition:
    return Edition(load_repository(root), Timelines())


def test_sections_of_other_pages_are_found_on_those_pages(forum: Path) -> None:
    elements = edition(forum).graph.elements
    assert address_of(elements["term.annotator"]) == Address("glossary.md", "term.annotator")
    assert address_of(elements["seat.ethics"]) == Address("registry/council.md", "seat.ethics")
    assert address_of(elements["clause.fair-act.equal-care"]) == Address(
        "registry/standard.fair-act.md", "clause.fair-act.equal-care"
    )
    assert address_of(elements["label.comments.fine"]) == Address("registry/label.comments.fine.md")


@pytest.mark.parametrize(
    ("page", "to", "expected"),
    [
        ("index.md", Address("registry/a.md"), "registry/a/"),
        ("registry/a.md", Address("registry/b.md", "s"), "../b/#s"),
        ("registry/a.md", Address("registry/a.md", "s"), "#s"),
        ("registry/a.md", Address("index.md"), "../../"),
        ("audits/index.md", Address("glossary.md"), "../glossary/"),
        ("registry/a.md", Address("api/graph.json"), "../../api/graph.json"),
        ("index.md", Address("index.md"), "./"),
    ],
)
def test_relative_addresses_lead_from_folder_to_folder(
    page: str, to: Address, expected: str
) -> None:
    assert href(page, to).rstrip("/") == expected.rstrip("/") or href(page, to) == expected


def test_pages_have_folder_addresses() -> None:
    assert [url_of(p) for p in ("index.md", "a/index.md", "a/b.md", "a/c.json")] == [
        "",
        "a/",
        "a/b/",
        "a/c.json",
    ]
    assert markdown_target("registry/a.md", Address("glossary.md", "x")) == "../glossary.md#x"


def test_every_kind_has_an_index_and_no_index_is_an_id() -> None:
    for kind in KINDS.values():
        stem = index_of(kind).removesuffix(".md").removeprefix("registry/")
        assert kind.name in ("council", "seat") or not any(k.fits(stem) for k in KINDS.values())


@pytest.mark.parametrize(
    ("path", "page", "target", "expected"),
    [
        (
            "taxonomies/comments/guidelines.md",
            "registry/guideline.comments.md",
            "../../docs/decisions/DEC-0001-floor.md",
            "DEC-0001.md",
        ),
        (
            "taxonomies/comments/guidelines.md",
            "registry/guideline.comments.md",
            "taxonomy.yaml#x",
            "taxonomy.comments.md#x",
        ),
        (
            "docs/handbook/a.md",
            "handbook/a.md",
            "../registry/FND-0001.md",
            "../registry/FND-0001.md",
        ),
        (
            "docs/handbook/a.md",
            "handbook/a.md",
            "label.comments.fine",
            "../registry/label.comments.fine.md",
        ),
        ("docs/handbook/a.md", "handbook/a.md", "term.agreement", "../glossary.md#term.agreement"),
        ("docs/handbook/a.md", "handbook/a.md", "../../policies/glossary.yaml", "../glossary.md"),
        ("docs/handbook/a.md", "handbook/a.md", "https://example.org", "https://example.org"),
        ("docs/handbook/a.md", "handbook/a.md", "#here", "#here"),
        ("docs/handbook/a.md", "handbook/a.md", "../glossary.md", "../glossary.md"),
        (
            "docs/handbook/a.md",
            "handbook/a.md",
            "../../labelcharter.yaml",
            "https://forge.example/small/forum/edit/main/labelcharter.yaml",
        ),
        ("docs/handbook/a.md", "handbook/a.md", "../../nowhere.md", None),
        ("docs/handbook/a.md", "handbook/a.md", "../../../outside.md", None),
    ],
)
def test_links_written_for_files_lead_to_pages(
    forum: Path, path: str, page: str, target: str, expected: str | None
) -> None:
    here = edition(forum)
    pages = Pages(pages_of_elements(here), frozenset({"glossary.md"}))
    assert lead(here, pages, path, page, target) == expected


def test_code_is_not_searched_for_links(forum: Path) -> None:
    here = edition(forum)
    pages = Pages(pages_of_elements(here), frozenset())
    text = "`[a](b.md)` and\n\n~~~\n[c](d.md)\n~~~\n"
    assert published(here, pages, "docs/x.md", "x.md", text) == text
    assert pages.unknown == []


def test_a_link_to_nowhere_is_reported_with_its_line(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    replace(root / "docs/handbook/annotators.md", "In code", "See [this](gone.md).\n\nIn code")
    with pytest.raises(
        CannotGenerate, match=r"docs/handbook/annotators.md:7: `gone.md` is not on the site"
    ):
        generate(load_repository(root), Timelines())


def test_a_body_keeps_its_markdown_and_loses_its_html() -> None:
    body = "# T\n\n<div>\n*a* <https://x.org> `<b>`\n<!-- note -->\n```\n<i>\n```\n"
    assert without_title(body).startswith("\n\n<div>")
    assert without_html(body) == ("# T\n\n&lt;div>\n*a* <https://x.org> `<b>`\n\n```\n<i>\n```\n")


def test_anchors_of_headings_are_those_of_the_renderer() -> None:
    from markdown.extensions.toc import slugify

    for heading in ("Everything else", "When to stop, and pass it on!", "Über alles", "a - b"):
        assert anchor_of(heading) == slugify(heading, "-")
