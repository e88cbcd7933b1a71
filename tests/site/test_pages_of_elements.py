import json
from pathlib import Path

import pytest
from forum import make_forum, page, said

from labelcharter.registry.kinds import KINDS
from labelcharter.registry.load import load_repository
from labelcharter.site.addresses import address_of, index_of, url_of
from labelcharter.site.generate import generate
from labelcharter.site.timelines import Timelines


def test_every_element_and_every_kind_has_its_page(forum: Path, site: Path) -> None:
    for element in load_repository(forum).graph.elements.values():
        address = address_of(element)
        parsed = page(site, url_of(address.page))
        assert element.title in said(parsed), element.id
        if address.anchor:
            assert address.anchor in {a.get("id") for _, a in parsed.elements}
    for kind in KINDS.values():
        assert (site / url_of(index_of(kind)) / "index.html").is_file()


def test_the_first_screen_says_what_it_is_its_state_whom_to_ask_and_what_changed(
    site: Path,
) -> None:
    text = said(page(site, "registry/label.comments.insult"))
    head = text[: text.index("What counts, and what does not")]
    for part in (
        "Label",
        "label.comments.insult",
        "active",
        "The comment demeans people",
        "Whom to ask Ethics seat",
        "11 April 2026: taxonomy: say what being read",
    ):
        assert part in head


def test_content_links_history_and_source_follow_in_this_order(site: Path) -> None:
    text = said(page(site, "registry/label.comments.insult"))
    order = (
        "What counts, and what does not",
        "Hard cases",
        "Examples",
        "Near misses",
        "When to pass it on",
        "What this is linked to",
        "History",
        "Where this page comes from",
    )
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "taxonomies/comments/taxonomy.yaml, line 7" in text


def test_history_shows_fields_in_the_schemas_words_old_and_new(site: Path) -> None:
    text = said(page(site, "registry/label.comments.insult"))
    history = text[text.index("History") :]
    assert (
        "Definition before The comment demeans people because of who they are, whether or not"
        in history
    )
    assert (
        "after The comment demeans people because of who they are, even when they never" in history
    )
    assert "Decision A floor for agreement in every country DEC-0001" in history
    assert "Version: 1.1.0 → 1.1.1" in said(page(site, "registry/taxonomy.comments"))


def test_edit_links_open_the_file_at_the_line(site: Path) -> None:
    links = [a.get("href") for a in page(site, "registry/label.comments.insult").named("a")]
    assert (
        "https://forge.example/small/forum/edit/main/taxonomies/comments/taxonomy.yaml#L7" in links
    )


def test_no_id_stands_without_its_title(site: Path) -> None:
    parsed = page(site, "registry/FND-0001")
    text = said(parsed)
    for identifier, title in (
        ("DEC-0001", "A floor for agreement"),
        ("AUD-0001", "Ratings of the spring"),
    ):
        assert f"{title}" in text[: text.index(identifier)]


def test_a_number_never_stands_without_interval_and_n(site: Path) -> None:
    parsed = page(site, "registry/REC-0001")
    text = said(parsed)
    assert "Breached 0.412 0.330 to 0.494 16" in text
    assert "Lowest: Finland, 0.412 (0.330 to 0.494, n 16)." in text
    assert "Sweden 30.1 % 27.0 to 33.2 % 44" in text
    assert "computed for 31 March 2026" in text


def test_a_withheld_group_has_words_and_no_geometry(forum: Path, site: Path) -> None:
    html = (site / "registry/REC-0001/index.html").read_text(encoding="utf-8")
    plot = html[html.index('<svg class="lc-chart lc-forest"') :]
    plot = plot[: plot.index("</svg>")]
    assert plot.count("<circle") == 3  # Sweden, Portugal, Finland; Iceland is withheld
    assert plot.count(">withheld<") == 1
    assert "IS: withheld" in plot
    assert html.count('data-value=""') >= 2  # nothing to sort it by either


def test_made_up_data_are_marked_wherever_their_figures_stand(site: Path) -> None:
    for address in ("registry/REC-0001", "registry/AUD-0001", "registry/FND-0001"):
        assert "Made-up data." in said(page(site, address))
    assert "Made-up data." in said(page(site, "registry/objective.equal-care"))
    assert "Made-up data." not in said(page(site, "registry/label.comments.fine"))


def test_the_notice_stands_on_every_page(site: Path) -> None:
    for html in site.rglob("index.html"):
        assert "An example for tests: nobody lives here." in html.read_text(encoding="utf-8")


def test_a_decision_shows_options_votes_and_dissent(site: Path) -> None:
    text = said(page(site, "registry/DEC-0001"))
    assert "A floor of 0.5 in each country chosen" in text
    assert "2 for, 1 against" in text
    assert "With this many annotators the floor cannot be judged in Finland." in text
    assert "The forum hides what a majority calls an insult." in text


def test_a_governed_page_is_published_once(site: Path) -> None:
    assert not (site / "decisions/DEC-0001-floor").exists()
    assert not (site / "training/first-day").exists()
    assert (site / "handbook/annotators/index.html").is_file()


def test_a_guideline_leads_to_its_labels_and_back(site: Path) -> None:
    guideline = page(site, "registry/guideline.comments")
    assert "Label pages: Insult" in said(guideline)
    links = [a.get("href") for a in page(site, "registry/label.comments.insult").named("a")]
    assert "../guideline.comments/#insults" in links


def test_glossary_terms_are_listed_where_they_are_used(site: Path) -> None:
    links = [a.get("href") for a in page(site, "registry/objective.equal-care").named("a")]
    assert "../../glossary/#term.annotator" in links


def test_the_graph_is_there_for_programs(forum: Path, site: Path) -> None:
    graph = json.loads((site / "api/graph.json").read_text(encoding="utf-8"))
    assert graph["format_version"] == 1
    assert len(graph["commit"]) == 40
    by_id = {e["id"]: e for e in graph["elements"]}
    assert set(by_id) == set(load_repository(forum).graph.elements)
    label = by_id["label.comments.insult"]
    assert label["page"] == "registry/label.comments.insult/"
    assert {"field": "objectives[0]", "id": "objective.equal-care"} in label["links"]
    assert {"field": "labels[0]", "id": "FND-0001"} not in label["links"]
    assert {"field": "labels[0]", "id": "FND-0001"} in label["linked_from"]
    assert json.loads((site / "schemas/label.schema.json").read_text())["title"] == "Label"


@pytest.mark.parametrize("address", ["", "changes"])
def test_the_newest_changes_are_told_by_commit(site: Path, address: str) -> None:
    text = said(page(site, address))
    assert text.index("say what being read has to do with it") < text.index("the first labels")
    assert "Changed: Label Insult label.comments.insult" in text
    assert "ana@example.org" not in text


RETIRED = """status: retired
    retired_because: It moved with the panel.
    replaced_by: metric.alpha
    renamed_from: metric.gap"""


def test_a_retired_element_keeps_its_page_and_says_what_took_its_place(tmp_path: Path) -> None:
    root = make_forum(tmp_path)
    path = root / "policies/metrics.yaml"
    path.write_text(RETIRED.join(path.read_text().rsplit("status: active", 1)))
    tree = generate(load_repository(root), Timelines()).tree
    text = " ".join(tree["registry/metric.rate-gap.md"].decode().split())
    assert "It moved with the panel." in text
    assert 'In its place: <span class="lc-kind">Metric</span> <a href="../metric.alpha/"' in text
    assert "Known before as <code>metric.gap</code>" in text


def test_links_and_history_stay_out_of_the_search(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    texts = {entry["location"]: entry["text"] for entry in index["docs"]}
    label = "registry/label.comments.insult/"
    assert "demeans people" in texts[label]
    assert not {f"{label}#links", f"{label}#history", f"{label}#origin"} & set(texts)
    assert not [t for t in texts.values() if "say what being read has to do with it" in t]
