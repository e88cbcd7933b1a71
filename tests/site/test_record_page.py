"""The pages of records, audits and findings, read from the built site with a real parser."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from forum import Parsed, make_forum, page, said
from rich_records import HIDDEN, REGION, rich_records

from labelcharter.registry.graph import Element
from labelcharter.registry.load import load_repository
from labelcharter.site.check_sections import Section, sections
from labelcharter.site.edition import Edition
from labelcharter.site.element_pages import element_page
from labelcharter.site.quantities import quantity
from labelcharter.site.source_links import Pages
from labelcharter.site.standing import standing_of
from labelcharter.site.timelines import Timelines
from labelcharter.site.trends import records_of, trends

RECORD = "registry/REC-0004"
PAGES = (RECORD, "registry/REC-0001", "registry/AUD-0002", "registry/FND-0002")
_PLANTED = "0.98765"  # a figure that a faulty record holds beside the word "suppressed"


@pytest.fixture(scope="module")
def edition(forum: Path) -> Edition:
    return Edition(load_repository(forum), Timelines())


@pytest.fixture(scope="module")
def record(edition: Edition) -> Element:
    return edition.graph.elements["REC-0004"]


def figures(site: Path, address: str) -> list[str]:
    """Every figure of a page as HTML."""
    html = (site / address / "index.html").read_text(encoding="utf-8")
    return re.findall(r"<figure.*?</figure>", html, re.DOTALL)


@pytest.mark.parametrize("address", PAGES)
def test_every_chart_has_a_title_a_description_and_the_same_rows_as_a_table(
    site: Path, address: str
) -> None:
    found = figures(site, address)
    assert found
    for figure in found:
        parsed = Parsed(figure)
        assert len(parsed.named("table")) == 1
        for chart in re.findall(r"<svg.*?</svg>", figure, re.DOTALL):
            svg = ElementTree.fromstring(chart)  # noqa: S314 - made a second ago by this test
            title, description = svg[0], svg[1]
            assert (title.tag, description.tag) == ("title", "desc")
            assert title.text
            assert description.text
            ids = svg.get("aria-labelledby", "").split()
            assert ids == [title.get("id"), description.get("id")]


@pytest.mark.parametrize("address", PAGES)
def test_no_id_is_given_twice_and_no_style_stands_in_the_text(site: Path, address: str) -> None:
    html = (site / address / "index.html").read_text(encoding="utf-8")
    article = Parsed(html[html.index("<article") : html.index("</article>")])
    ids = [attributes["id"] for _, attributes in article.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert not [tag for tag, attributes in article.elements if "style" in attributes]


def test_a_table_can_be_sorted_by_each_of_its_columns(site: Path) -> None:
    for figure in figures(site, RECORD):
        parsed = Parsed(figure)
        assert "data-sort" in parsed.named("table")[0]
        heads, cells = parsed.named("th"), parsed.named("td")
        assert len(cells) % len(heads) == 0
        assert all(head.get("scope") == "col" for head in heads)


def test_a_page_begins_with_verdicts_in_words_then_leads_to_each_question(site: Path) -> None:
    text = said(page(site, RECORD))
    order = [
        "Not enough evidence Alentejo minus Stockholm",
        "Withheld Jämtland Härjedalen minus Stockholm",
        "On this page",
        "How to read the figures¶ Verdicts",
        "What was counted",
        "Whom does each way of making the reference label serve",
        "To compute it again",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_the_contents_lead_to_every_section(site: Path) -> None:
    parsed = page(site, RECORD)
    ids = {attributes.get("id") for _, attributes in parsed.elements}
    html = (site / RECORD / "index.html").read_text(encoding="utf-8")
    listed = re.search(r'<ul class="lc-contents">.*?</ul>', html, re.DOTALL)
    assert listed
    targets = [a["href"].removeprefix("#") for a in Parsed(listed[0]).named("a")]
    assert len(targets) >= 10
    assert set(targets) <= ids


def test_terms_are_explained_once_and_only_where_they_are_used(site: Path) -> None:
    rich, plain = said(page(site, RECORD)), said(page(site, "registry/REC-0001"))
    for words in (
        "Judge by q, not by p.",
        "It is not the chance that the groups are alike",
        "A figure inside that range shows nothing about the groups",
        "It says nothing about what other annotators would answer.",
    ):
        assert rich.count(words) == 1
    assert "Judge by q" not in plain
    assert "what other annotators would answer" not in plain


def test_given_these_votes_leads_to_its_explanation_where_it_appears(site: Path) -> None:
    marked = [f for f in figures(site, RECORD) if 'href="#reading-votes"' in f]
    assert len(marked) == 4
    assert all("True-positive rate" in figure for figure in marked)


def test_what_chance_gives_is_drawn_told_and_put_into_the_table(site: Path) -> None:
    gap = next(f for f in figures(site, RECORD) if "True-positive rate, gap between groups." in f)
    assert gap.count('class="lc-chance" cx') == 2
    assert "expected if group meant nothing" in gap
    assert "if group meant nothing 22.5 points (20.1 to 24.9 points)" in gap
    assert "If group meant nothing" in gap[gap.index("<thead") :]


def test_every_check_says_its_basis_its_family_and_what_it_does_not_show(site: Path) -> None:
    text = said(page(site, RECORD))
    assert "nothing about whose comments are hidden." in text
    assert "Basis. A choice of this project, for tests. Family of tests. Exploratory" in text
    assert "Not computed, because no items were labeled under both versions" in text


def test_a_hidden_group_leaves_no_number_anywhere_on_the_page(site: Path) -> None:
    """Its rows hold words only: no digit in any cell but the tolerated range, no sort value."""
    html = (site / RECORD / "index.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    hidden = [r for r in rows if re.search(r'data-label="Group">(?:Jämtland|Southern Sav)', r)]
    assert len(hidden) >= 10
    for cells in hidden:
        text = re.sub(r"fewer than 10 annotators in this group|95 % interval", "", cells)
        assert not re.search(r"\d", re.sub(r"<[^>]+>", "", text))
        assert set(re.findall(r'data-value="([^"]*)"', text)) <= {""}


def test_a_hidden_group_has_no_mark_in_any_chart(site: Path) -> None:
    for figure in figures(site, RECORD):
        for chart in re.findall(r"<svg.*?</svg>", figure, re.DOTALL):
            withheld = len(re.findall(r">withheld</text>", chart))
            names = len(re.findall(r'class="lc-name"', chart))
            marks = len(re.findall(r'class="lc-point', chart))
            if "lc-forest" in chart and "cannot be estimated" not in chart and names == 17:
                assert marks == names - withheld


def plant(found: Any) -> None:
    """Put a figure beside every "suppressed", as only a faulty record would hold it."""
    shown = {"value": 0.98765, "low": 0.98765, "high": 0.98765, "n": 98765}
    if isinstance(found, dict):
        if found.get("state") == "suppressed":
            found.update(shown)
        if isinstance(found.get("estimate"), dict) and found["estimate"]["state"] == "suppressed":
            found.update(why=f"it is {_PLANTED}", p=0.98765, q=0.98765)
            found["verdict"] = found.get("verdict") and "breached"
            found["expected"] = {**shown, "state": "estimated", "reason": ""}
    for value in found.values() if isinstance(found, dict) else found:
        if isinstance(value, dict | list):
            plant(value)


def test_even_a_record_that_holds_a_hidden_figure_gives_nothing_away(tmp_path: Path) -> None:
    """Scale, order, sort values, sentences and descriptions are the same as without it."""
    clean, faulty = tmp_path / "clean", tmp_path / "faulty"
    for root in (clean, faulty):
        root.mkdir()
        make_forum(root, rich=True)
    path = faulty / "audits/second/records/REC-0004.json"
    made = json.loads(path.read_text(encoding="utf-8"))
    plant(made)
    path.write_text(f"{json.dumps(made, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    assert _PLANTED in path.read_text(encoding="utf-8")
    editions = [Edition(load_repository(root), Timelines()) for root in (clean, faulty)]
    for name in ("REC-0004", "AUD-0002", "FND-0002"):
        without, holding = (
            element_page(e, Pages({}, frozenset()), e.graph.elements[name]) for e in editions
        )
        assert "98765" not in holding
        assert holding == without


def test_gaps_ratios_and_checks_have_one_shape(edition: Edition, record: Element) -> None:
    found = {s.anchor: s for s in sections(edition, record)}
    gaps = found["gaps-label-rate-gap"].series[0]
    assert gaps.range == "−10 to 10 points"
    assert gaps.sentence.startswith("Breached: Alentejo minus Stockholm.")
    assert found["check-impact-ratio"].series[0].scale.logarithmic
    assert found["check-drift"].series == ()


def by_title(section: Section) -> dict[str, list[str]]:
    return {s.title: [e.name for e in s.entries] for s in section.series}


def test_a_chart_stands_for_one_trait_quantity_and_subject(
    edition: Edition, record: Element
) -> None:
    gold = next(s for s in sections(edition, record) if s.anchor == "check-gold-policy")
    charts = by_title(gold)
    assert len(charts["True-positive rate: one group’s votes"]) == 16
    assert charts["True-positive rate, gap between groups"] == ["One group’s votes", "All votes"]


def test_the_group_in_a_rows_own_words_is_its_name(edition: Edition, record: Element) -> None:
    """The groups of a row may be everybody whose votes stand in it."""
    rows = [
        {**gold_row(), "about": f"pooled majority: {group}", "groups": ["R01", "R02", "R11"]}
        for group in ("R02", "R11")
    ] + [{**gold_row(), "about": f"majority of Skåne: {group}"} for group in ("R02", "R11")]
    charts = by_title(asked(edition, record, rows))
    assert charts == {
        "True-positive rate: pooled majority": ["Alentejo", "Skåne"],
        "True-positive rate: majority of Skåne": ["Alentejo", "Skåne"],
    }


def test_single_rows_about_many_things_share_a_chart(edition: Edition, record: Element) -> None:
    rows = [{**gold_row(), "about": about} for about in ("Dawid-Skene", "balanced votes")]
    assert list(by_title(asked(edition, record, rows)).values()) == [
        ["Dawid-Skene", "Balanced votes"]
    ]
    pairs = [{**gold_row(), "groups": [a, "R13"]} for a in ("R01", "R02")]
    both = by_title(asked(edition, record, [*rows, *pairs]))
    assert list(both.values()) == [
        ["Dawid-Skene", "Balanced votes"],
        ["the Åland Islands and the archipelago and Stockholm", "Alentejo and Stockholm"],
    ]


def test_ids_and_codes_in_a_records_sentences_become_titles(
    edition: Edition, record: Element
) -> None:
    answer = {"notes": ["positive is `insult`", "attribute.region: 60 permutations"]}
    section = asked(edition, record, [gold_row()], **answer)
    assert section.notes == (
        "Positive is “Insult”.",
        "“Region of the annotator”: 60 permutations.",
    )


def gold_row() -> dict[str, Any]:
    answer = next(c for c in rich_records()[-1]["result"]["checks"] if c["check"] == "gold-policy")
    found: dict[str, Any] = dict(answer["rows"][0])
    assert found["attribute"] == REGION
    return found


def asked(edition: Edition, record: Element, rows: list[dict[str, Any]], **more: Any) -> Section:
    """The section of a record that holds these rows only."""
    groups = [{"attribute": REGION, "value": v} for v in ("R01", "R02", "R11", "R13")]
    check = {"check": "made-up", "title": "A question", "rows": rows, **more}
    result = {"groups": groups, "checks": [check]}
    (section,) = sections(edition, replace(record, data={**record.data, "result": result}))
    return section


EXCESS = "gap between groups, beyond what chance gives"


@pytest.mark.parametrize(
    ("name", "title", "unit"),
    [
        ("tpr", "True-positive rate", "%"),
        (
            "tpr-gap-excess",
            "True-positive rate, gap between groups, beyond what chance gives",
            "points",
        ),
        ("tpr-own-votes-left-out", "True-positive rate, own votes left out", "%"),
        ("something-nobody-knows", "Something nobody knows", ""),
        ("refusal-rate", "Refusal rate", "%"),
        ("refusal-rate-gap", "Refusal rate gap", "points"),
        ("alpha-gap", "Agreement (Krippendorff’s alpha), gap between groups", ""),
    ],
)
def test_a_quantity_that_nobody_told_us_of_has_words_too(name: str, title: str, unit: str) -> None:
    assert (quantity(name).title, quantity(name).scale.unit) == (title, unit)


def test_a_ratio_has_a_scale_of_ratios_whatever_it_is_called() -> None:
    assert quantity("odds-ratio").scale.logarithmic
    assert quantity("impact-ratio-to-best").joint == " over "
    assert not quantity("ration-rate").scale.logarithmic


def test_an_audit_with_several_records_shows_each_gate_from_record_to_record(
    edition: Edition, site: Path
) -> None:
    audit = edition.graph.elements["AUD-0002"]
    assert [r.id for r in records_of(edition, audit)] == ["REC-0002", "REC-0003", "REC-0004"]
    first = trends(edition, "registry/AUD-0002.md", audit)[0]
    assert first.title == "Regions call comments an insult about equally often"
    assert "Alentejo minus Stockholm: not enough evidence, then not enough evidence" in (
        first.sentence
    )
    text = said(page(site, "registry/AUD-0002"))
    assert "The newest differs from the one before it: other data, version 1.1.1 of the" in text


def test_the_table_of_a_trend_marks_a_record_that_is_another_thing(edition: Edition) -> None:
    audit = edition.graph.elements["AUD-0002"]
    rows = trends(edition, "registry/AUD-0002.md", audit)[0].rows
    alentejo = [row for row in rows if row.group == "Alentejo minus Stockholm"]
    assert [row.verdict_words for row in alentejo] == [
        "Breached",
        "Not enough evidence",
        "Not enough evidence",
    ]
    assert [row.note for row in alentejo] == ["", "", "other data, version 1.1.1 of the labels"]


def test_an_audit_with_one_record_shows_no_trend(edition: Edition, site: Path) -> None:
    audit = edition.graph.elements["AUD-0001"]
    assert trends(edition, "registry/AUD-0001.md", audit) == ()
    assert "From record to record" not in said(page(site, "registry/AUD-0001"))


def test_a_finding_shows_its_own_group_over_all_records(site: Path) -> None:
    (figure,) = [f for f in figures(site, "registry/FND-0002") if "lc-trend" in f]
    assert figure.count('class="lc-point"') == 3
    assert figure.count('class="lc-joint"') == 1
    assert figure.count('class="lc-break"') == 1
    assert "Skåne" not in figure


def test_a_finding_says_what_the_newest_record_makes_of_it(edition: Edition) -> None:
    finding = edition.graph.elements["FND-0002"]
    standing = standing_of(edition.graph, finding)
    assert standing is not None
    assert standing.words in ("opened", "still open", "not settled")
    text = element_page(edition, Pages({}, frozenset()), finding)
    assert standing.sentence in text[: text.index("The figure behind it")]
    without_gate = {key: value for key, value in finding.data.items() if key != "gate"}
    assert standing_of(edition.graph, replace(finding, data=without_gate)) is None


def test_a_record_of_every_shape_stays_light(site: Path) -> None:
    """About 200 figures in 26 charts: what a phone loads, and what it costs on the way."""
    html = (site / RECORD / "index.html").read_bytes()
    assert len(html) < 300_000
    assert len(gzip.compress(html)) < 40_000


def test_figures_stay_out_of_the_search(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    texts = [e["text"] for e in index["docs"] if e["location"].startswith(f"{RECORD}/")]
    assert any("A choice of this project" in text for text in texts)
    assert not [text for text in texts if "Alentejo" in text]


def test_the_fixture_hides_what_the_tests_look_for() -> None:
    assert set(HIDDEN) == {"R07", "R12"}
    text = json.dumps(rich_records())
    assert text.count('"suppressed"') > 20
    assert "Made-up figures" in text
