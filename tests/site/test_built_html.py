from pathlib import Path

import pytest

from labelcharter.site.built_html import faults_in

PAGE = "<html><head></head><body><article><h1 id='top'>T</h1>{}</article></body></html>"


def faults(tmp_path: Path, body: str, **more: str) -> list[str]:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text(PAGE.format("<h2 id='s'>S</h2>"))
    (tmp_path / "index.html").write_text(PAGE.format(body))
    for name, text in more.items():
        (tmp_path / name.replace("_", ".")).write_text(text)
    return list(faults_in(tmp_path, "https://example.org/forum/"))


@pytest.mark.parametrize(
    "body",
    [
        "<a href='a/'>x</a>",
        "<a href='a/#s'>x</a>",
        "<a href='#top'>x</a>",
        "<a href='a'>x</a>",
        "<a href='.'>x</a>",
        "<a href='https://elsewhere.org'>x</a>",
        "<a href='mailto:a@b.org'>x</a>",
        "<a href='/forum/a/#s'>x</a>",
        "<svg><a href='a/#s'><title>t</title></a></svg>",
        "<img src='data:image/png;base64,AAAA'>",
        "<a href='a/#'>x</a>",
    ],
)
def test_links_that_lead_somewhere_are_no_fault(tmp_path: Path, body: str) -> None:
    assert faults(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<a href='b/'>x</a>", "leads to no page"),
        ("<a href='a/#none'>x</a>", "no section"),
        ("<a href='#none'>x</a>", "no section"),
        ("<svg><a href='b/'><title>t</title></a></svg>", "leads to no page"),
        ("<img src='gone.png'>", "leads to no page"),
        ("<a href='../outside/'>x</a>", "leads to no page"),
        ("<img src='https://elsewhere.org/a.png'>", "from elsewhere"),
        ("<img src='//elsewhere.org/a.png'>", "from elsewhere"),
        ("<a href='javascript:x()'>x</a>", "runs or hides"),
        ("<a href=' JavaScript:x()'>x</a>", "runs or hides"),
        ("<a href='data:text/html,x'>x</a>", "runs or hides"),
        ("<p onclick='x()'>x</p>", "handler"),
        ("<script src='a/index.html'></script>", "<script> in the text"),
        ("<iframe src='a/'></iframe>", "<iframe> in the text"),
        ("<form action='a/'></form>", "<form> in the text"),
        ("<p id='top'>x</p>", "given twice"),
    ],
)
def test_each_fault_is_found_once_with_its_page(tmp_path: Path, body: str, why: str) -> None:
    found = [f for f in faults(tmp_path, body) if why in f]
    assert len(found) == 1
    assert found[0].startswith("index.html:1: ")


def test_a_script_that_other_pages_do_not_have_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    html = "<html><head><title>x</title><script>pwned()</script></head><body></body></html>"
    (tmp_path / "b" / "index.html").write_text(html)
    assert "b/index.html:1: a script that the home page does not have" in faults(tmp_path, "")


def test_a_style_sheet_that_loads_from_elsewhere_is_a_fault(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        "",
        x_css="a{background:url(https://elsewhere.org/a.png)} @import '//b.org/c.css';",
    )
    assert [f.partition(" loads ")[2] for f in found] == [
        "https://elsewhere.org/a.png from elsewhere",
        "//b.org/c.css from elsewhere",
    ]


def test_a_font_or_script_in_the_head_from_elsewhere_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "index.html").write_text(
        "<head><link rel='stylesheet' href='https://e.org/x.css'><link rel=canonical href='https://e.org/c/'>"
        "<script src='https://e.org/x.js'></script></head>"
    )
    assert len([f for f in faults(tmp_path, "") if "from elsewhere" in f]) == 2
