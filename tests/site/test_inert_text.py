import markdown
from forum import Parsed
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from labelcharter.site.escape import front_matter, inert, metadata, one_line, paragraphs, safe_url
from labelcharter.site.sanitise import sanitised

EXTENSIONS = [
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "sane_lists",
    "tables",
    "toc",
    "pymdownx.details",
    "pymdownx.quotes",
    "pymdownx.superfences",
]
VECTORS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "[click](javascript:window.pwned=1)",
    "text { onclick=window.pwned=1 }",
    "{: onmouseover=window.pwned=1 }",
    "``` js\nwindow.pwned=1\n```",
    "a | b\n--|--\n<b>c</b> | d",
    "</title><script>window.pwned=1</script>",
    "{{ 7 * 7 }} {% include 'x' %}",
    "<iframe srcdoc='<script>window.pwned=1</script>'>",
    "@@body@@",
    "&lt;script&gt;",
)


@given(st.text(max_size=60))
@example("1. first")
@example("# heading")
@example("a_b_c *d*")
def test_inert_text_reads_as_it_was_written_and_makes_no_element(text: str) -> None:
    html = markdown.markdown(f"## x{inert(text)}", extensions=EXTENSIONS)
    parsed = Parsed(html)
    assert [tag for tag, _ in parsed.elements] == ["h2"]
    assert " ".join(parsed.text.split()) == " ".join(f"x{one_line(text)}".split())


@given(st.text(max_size=60))
def test_inert_text_never_leaves_an_attribute(text: str) -> None:
    (found,) = Parsed(f'<p title="{inert(text)}">').elements
    assert found == ("p", {"title": one_line(text)})


def test_known_vectors_are_shown_and_not_obeyed() -> None:
    for vector in VECTORS:
        html = markdown.markdown(f"<div>{inert(vector)}</div>", extensions=EXTENSIONS)
        parsed = Parsed(html)
        assert [tag for tag, _ in parsed.elements] == ["div"], vector
        assert parsed.text.strip() == one_line(vector)


def test_paragraphs_part_at_blank_lines_only() -> None:
    assert paragraphs("one\ntwo\n\nthree") == "<p>one two</p><p>three</p>"


@given(st.text(max_size=60))
def test_a_title_holds_nothing_that_opens_a_tag_even_after_one_layer_is_taken_off(
    text: str,
) -> None:
    shown = metadata(text)
    assert not set('<>"') & set(shown)
    assert [tag for tag, _ in Parsed(f"<b>{_less_one_layer(shown)}</b>").elements] == ["b"]


def _less_one_layer(title: str) -> str:
    """What the theme's `striptags` makes of a title: tags gone, one layer of escaping gone."""
    return Markup(title).striptags()  # noqa: S704 - the theme does exactly this


def test_a_title_stripped_of_one_layer_cannot_close_the_title_element() -> None:
    for vector in VECTORS:
        once = _less_one_layer(metadata(vector))
        html = Parsed(f"<title>{once}</title><p>after</p>")
        assert [tag for tag, _ in html.elements] == ["title", "p"], vector


def test_front_matter_is_read_back_as_it_was_given() -> None:
    import yaml

    fields = {"title": metadata('A "quoted": title\n---\nx: y'), "hide": ["toc"]}
    block = front_matter(fields)
    assert yaml.safe_load(block.strip("-\n")) == fields


def test_only_addresses_that_lead_somewhere_are_links() -> None:
    assert safe_url("https://example.org/a?b=c") == "https://example.org/a?b=c"
    for bad in (
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.org",
        "https://a b",
        "http://[",
        "https://x/'onclick='",
    ):
        assert safe_url(bad) == ""


def test_sanitised_html_keeps_tables_figures_and_anchors() -> None:
    kept = (
        '<h2 id="a">T<a class="headerlink" href="#a" title="x">¶</a></h2>'
        '<table class="lc-t" data-sort=""><tbody><tr><td data-label="x" data-value="1">1</td></tr>'
        "</tbody></table>"
        '<svg viewBox="0 0 1 1" role="img"><title>t</title><circle cx="1" cy="1" r="1"></circle>'
        "</svg>"
        "<details><summary>s</summary><p>p</p></details>"
    )
    assert sanitised(kept) == kept


def test_sanitised_html_has_no_vector_left() -> None:
    html = sanitised(
        "<p onclick='x()'>a</p><script>b</script><a href='javascript:c'>c</a><img src=x onerror=d>"
        "<iframe src=e></iframe><form action=f><input></form><style>g{}</style><svg onload=h>"
        "<script>i</script></svg><a href='data:text/html,j'>j</a>"
        "<math><mi xlink:href='javascript:k'>k</mi></math><base href=l>"
    )
    parsed = Parsed(html)
    assert {tag for tag, _ in parsed.elements} <= {"p", "a", "img", "svg"}
    for _, attributes in parsed.elements:
        assert not [n for n in attributes if n.startswith("on")]
        assert not attributes.get("href", "").startswith(("javascript:", "data:"))
