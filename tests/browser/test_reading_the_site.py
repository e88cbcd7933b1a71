import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

PAGES = (
    "",
    "handbook/annotators/",
    "guidelines/",
    "objectives/",
    "decisions/",
    "audits/",
    "registry/",
    "glossary/",
    "changes/",
    "decisions/log/",
    "guidelines/since/taxonomy.comments/",
    "registry/label.comments.insult/",
    "registry/objective.equal-care/",
    "registry/taxonomy.comments/",
    "registry/guideline.comments/",
    "registry/DEC-0001/",
    "registry/AUD-0001/",
    "registry/REC-0001/",
    "registry/REC-0004/",
    "registry/AUD-0002/",
    "registry/FND-0001/",
    "registry/FND-0002/",
    "registry/ACT-0001/",
    "registry/attribute.country/",
    "registry/council/",
    "registry/standard.fair-act/",
    "registry/escalation.threat/",
    "registry/gate.agreement-floor/",
    "registry/playbook.wrong-hiding/",
    "registry/training.first-day/",
    "registry/labels/",
)


def test_the_chain_can_be_walked_from_home_to_the_decision(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".lc-lineage a", has_text="Equal care").click()
    expect(page.locator("h1")).to_contain_text("Equal care in every country")
    page.locator(".lc-strip a", has_text="Label").click()
    page.locator("#links-label a", has_text="Insult").click()
    expect(page.locator(".lc-lead")).to_contain_text("demeans people because of who they are")
    page.locator(".lc-strip a", has_text="Decision").click()
    page.locator("#links-decision a", has_text="A floor").first.click()
    expect(page.locator("h1")).to_contain_text("A floor for agreement in every country")
    expect(page.locator("#votes")).to_be_visible()
    page.locator(".lc-lead").wait_for()


def test_an_annotator_finds_the_guideline_and_a_hard_case(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".md-tabs a", has_text="Guidelines").click()
    page.get_by_role("link", name="Read the guideline").click()
    page.locator(".lc-about a", has_text="Insult").click()
    expect(page.locator("#edge-cases + p + .lc-table")).to_contain_text(
        "old insult about themselves"
    )


def test_search_finds_a_label_by_its_definition(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".md-search__input").click()
    page.keyboard.type("demeans people who they are")
    found = page.locator(".md-search-result__item", has_text="Insult").first
    found.locator("a").first.click()
    expect(page).to_have_url(re.compile(r"/registry/label\.comments\.insult/"))


def test_search_finds_an_element_by_its_id(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".md-search__input").click()
    page.keyboard.type("FND-0001")
    first = page.locator(".md-search-result__item").first
    expect(first).to_contain_text("Finland reads the guideline less alike")


def test_a_table_is_sorted_by_keyboard_and_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}registry/REC-0001/")
    figure = page.locator("#by-1-alpha")
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    table = figure.locator("table")
    groups = table.locator("tbody td:first-child")
    head = table.locator("th", has_text="Figure")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert groups.all_text_contents() == ["Finland", "Everybody", "Portugal", "Sweden", "IS"]
    page.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert groups.all_text_contents() == ["Sweden", "Portugal", "Everybody", "Finland", "IS"]


def test_a_long_table_is_filtered_and_says_how_many_rows_are_left(page: Page, address: str) -> None:
    page.goto(f"{address}registry/")
    page.evaluate("document.querySelector('.lc-table').dataset.filter = ''")
    page.add_script_tag(url=f"{address}assets/labelcharter/labelcharter.js")
    box = page.locator(".lc-filter")
    kinds = page.locator("tbody tr").count()
    assert kinds > 20
    box.locator("input").fill("quality gate")
    expect(box.locator("output")).to_have_text(re.compile(rf"^\d of {kinds} rows$"))
    expect(page.locator("tbody tr:visible").first).to_contain_text("uality gate")
    box.locator("input").fill("")
    expect(page.locator("tbody tr:visible")).to_have_count(kinds)


def test_the_changes_are_filtered_by_kind_and_days_without_one_go(page: Page, address: str) -> None:
    page.goto(f"{address}changes/")
    page.evaluate(
        """() => { const body = document.querySelector(".lc-landings tbody");
        for (let i = 0; i < 8; i += 1) body.append(body.rows[0].cloneNode(true)); }"""
    )
    page.add_script_tag(url=f"{address}assets/labelcharter/labelcharter.js")
    box = page.locator(".lc-filter")
    first, last = page.locator(".lc-day").first, page.locator(".lc-day").last
    box.locator("input").fill("added:")
    expect(first).to_be_hidden()
    expect(last).to_be_visible()
    box.locator("input").fill("")
    expect(first).to_be_visible()


def test_every_page_names_the_feed_of_changes(page: Page, address: str) -> None:
    for path in ("", "registry/label.comments.insult/", "decisions/log/"):
        page.goto(address + path)
        link = page.locator('head link[type="application/atom+xml"]')
        found = page.request.get(link.evaluate("e => e.href"))
        assert found.ok
        assert "<feed" in found.text()


def test_the_colours_can_be_switched_and_stay(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address)
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    before = body.evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_title("Switch to the dark colours").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    assert body.evaluate("e => getComputedStyle(e).backgroundColor") != before
    page.goto(f"{address}glossary/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    wide = {}
    for path in PAGES:
        page.goto(address + path)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[path] = found
    assert wide == {}


def test_on_a_phone_a_row_of_a_table_names_its_columns(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}registry/label.comments.insult/")
    cell = page.locator("#edge-cases + p + .lc-table td").first
    content = cell.evaluate("e => getComputedStyle(e, '::before').content")
    assert content == '"Case"'
    assert cell.evaluate("e => getComputedStyle(e).display") == "grid"


def test_the_picture_of_the_chain_is_walked_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".lc-node").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Equal care in every country")


def test_every_page_is_whole_without_script(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(f"{address}registry/REC-0001/")
        expect(page.locator("#by-1-alpha table tbody tr")).to_have_count(5)
        expect(page.locator(".lc-forest").first).to_be_visible()
        page.goto(f"{address}registry/label.comments.insult/")
        expect(page.locator("#history")).to_be_visible()


def test_motion_stops_where_it_is_not_wanted(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    seconds = page.locator(".md-search__input").evaluate(
        "e => parseFloat(getComputedStyle(e).transitionDuration)"
    )
    assert seconds < 0.001


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_a_record_is_read_from_its_verdicts_to_a_figure_and_what_it_means(
    page: Page, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}registry/REC-0004/")
    expect(page.locator(".lc-verdicts li").first).to_contain_text("Alentejo minus Stockholm")
    page.locator(".lc-contents a", has_text="fit every region").click()
    expect(page.locator("#check-gold-policy")).to_be_in_viewport()
    figure = page.locator("#check-gold-policy-2")
    expect(figure.locator("svg")).to_be_visible()
    colours = figure.locator("svg").evaluate(
        """svg => {
          const paint = (mark, what) => getComputedStyle(svg.querySelector(mark))[what];
          const ground = getComputedStyle(document.body).backgroundColor;
          return [ground, paint(".lc-name", "fill"), paint("circle.lc-point", "fill"),
                  paint("path.lc-band", "fill"), paint("line.lc-chance", "stroke")];
        }"""
    )
    assert len(set(colours)) == len(colours)  # nothing is drawn in the colour of its ground
    written = figure.locator("svg text").first.evaluate("e => e.getBoundingClientRect().height")
    assert written > 11  # a chart's text stays readable on a phone
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(figure.locator("tbody tr")).to_have_count(2)
    expect(figure.locator("tbody tr").first).to_be_visible()
    figure.locator("figcaption a", has_text="Given these votes").click()
    expect(page.locator("#reading-votes")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_of_no_chart_leaves_its_figure(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    for path in ("registry/REC-0004/", "registry/AUD-0002/", "registry/REC-0001/"):
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        outside = page.evaluate(
            """[...document.querySelectorAll("svg.lc-chart text")].filter(text => {
              const [a, b] = [text, text.ownerSVGElement].map(e => e.getBoundingClientRect());
              return a.left < b.left - 3 || a.right > b.right + 3;
            }).map(text => text.textContent)"""
        )
        assert outside == []


def test_a_chart_overlaps_none_of_its_own_words(page: Page, address: str) -> None:
    page.goto(f"{address}registry/REC-0004/")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    overlapping = page.evaluate(
        """[...document.querySelectorAll("svg.lc-chart")].flatMap(svg => {
          const texts = [...svg.querySelectorAll("text")];
          const boxes = texts.map(text => text.getBoundingClientRect());
          return texts.flatMap((text, i) => boxes.slice(i + 1).some(b =>
            b.left < boxes[i].right - 2 && boxes[i].left < b.right - 2 &&
            b.top < boxes[i].bottom - 6 && boxes[i].top < b.bottom - 6) ? [text.textContent] : []);
        })"""
    )
    assert overlapping == []


def test_in_print_every_table_is_there(page: Page, address: str) -> None:
    page.goto(f"{address}registry/REC-0001/")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#by-1-alpha table")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.locator("#by-1-alpha table")).to_be_hidden()
