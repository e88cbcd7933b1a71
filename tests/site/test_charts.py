"""Charts as parsed SVG, and one golden file of each kind; `make bless` renews those."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from forum import Parsed

from labelcharter.site.axis import Drawn, Scale, axis_of
from labelcharter.site.drawing import wrapped
from labelcharter.site.forest import Row, forest
from labelcharter.site.share_bars import shares
from labelcharter.site.trend_plot import Column, Panel, Point, trend

GOLDEN = Path(__file__).parent / "golden"
SHARE, GAP, RATIO = Scale("%"), Scale("points", neutral=0.0), Scale(logarithmic=True, neutral=1.0)


def drawn(value: float, half: float = 0.05) -> Drawn:
    return Drawn(value, value - half, value + half)


def row(name: str, value: float | None, **more: object) -> Row:
    figure = None if value is None else drawn(value)
    return Row(name, figure, "withheld", **more)  # type: ignore[arg-type] # fields of a Row


def plot(*rows: Row, scale: Scale = SHARE) -> Parsed:
    return Parsed(forest("p", "Title", "Description.", rows, scale))


def length_of(path: str) -> list[float]:
    """Where each rectangle of a band starts and how wide it is."""
    return [float(n) for part in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", path) for n in part]


def band_of(parsed: Parsed) -> str:
    return next(p["d"] for p in parsed.named("path") if p["class"] == "lc-band")


def test_every_dot_lies_on_one_scale() -> None:
    places = [float(c["cx"]) for c in plot(*(row(n, v) for n, v in DOTS)).named("circle")]
    assert places == sorted(places)
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.11)


DOTS = (("Sweden", 0.4), ("Portugal", 0.5), ("Finland", 0.6))


def test_a_chart_names_and_describes_itself() -> None:
    (root,) = plot(row("Sweden", 0.4)).named("svg")
    assert root["role"] == "img"
    assert root["aria-labelledby"] == "p-t p-d"
    assert "Description." in plot(row("Sweden", 0.4)).text


def test_a_withheld_row_has_words_and_no_geometry() -> None:
    marks = ("circle", "line", "path", "polygon", "rect")
    with_it = plot(row("Sweden", 0.4), row("Iceland", None), row("Finland", 0.6))
    without = plot(row("Sweden", 0.4), row("Finland", 0.6))
    assert "Iceland" in with_it.text
    assert "withheld" in with_it.text
    for mark in marks:
        assert len(with_it.named(mark)) == len(without.named(mark))
    paths = [p["d"].count("M") for p in with_it.named("path")]
    assert paths == [p["d"].count("M") for p in without.named("path")]


def test_limits_and_chance_of_a_withheld_row_do_not_move_the_scale() -> None:
    plain = forest("p", "t", "d", [row("a", 0.4), row("b", None)], SHARE)
    loaded = row("b", None, limits=(0.9, None), expected=drawn(0.95), verdict="breached")
    assert forest("p", "t", "d", [row("a", 0.4), loaded], SHARE) == plain


def test_a_row_that_cannot_be_estimated_says_why_in_words() -> None:
    reason = "cannot be estimated: nobody in this group has a reference label"
    text = plot(row("Sweden", 0.4), Row("Åland", None, reason)).text
    assert " ".join(text.split()).count("cannot be estimated:") == 1
    assert "reference label" in text


@pytest.mark.parametrize(
    ("limits", "to_the_left", "to_the_right"),
    [((-0.1, 0.1), False, False), ((None, 0.1), True, False), ((-0.1, None), False, True)],
)
def test_the_band_lies_between_the_limits_or_runs_to_the_open_end(
    limits: tuple[float | None, float | None], *, to_the_left: bool, to_the_right: bool
) -> None:
    wide = Row("a", Drawn(0.02, -0.3, 0.3), "", limits=limits)
    start, width = length_of(band_of(plot(wide, scale=GAP)))[:2]
    assert (start == 18.0) is to_the_left
    assert (start + width == pytest.approx(382.0)) is to_the_right


def test_the_good_side_of_a_single_limit_is_always_seen() -> None:
    _, width = length_of(band_of(plot(row("a", 0.4, limits=(0.667, None)))))[:2]
    assert width > 20


def test_rows_with_other_limits_have_other_bands() -> None:
    two = plot(row("a", 0.4, limits=(0.3, None)), row("b", 0.5, limits=(0.5, None)))
    first, _, second, _ = length_of(band_of(two))
    assert first < second


def test_what_chance_gives_is_a_second_quieter_mark_on_the_same_row() -> None:
    parsed = plot(row("a", 0.4, expected=drawn(0.2, 0.02)))
    classes = [c["class"] for c in parsed.named("circle")]
    assert classes == ["lc-point", "lc-chance"]
    point, chance = parsed.named("circle")
    assert float(chance["cx"]) < float(point["cx"])
    assert float(chance["r"]) < float(point["r"])


def test_half_and_double_are_equally_far_from_one() -> None:
    axis = axis_of([Drawn(v, None, None) for v in (0.5, 2.0)], (), RATIO, 0.0, 100.0)
    assert axis.at(1.0) - axis.at(0.5) == pytest.approx(axis.at(2.0) - axis.at(1.0))


def test_an_interval_down_to_zero_is_an_arrow_on_a_scale_of_ratios() -> None:
    parsed = plot(Row("a", Drawn(0.4, 0.0, 0.9), ""), scale=RATIO)
    assert [p["class"] for p in parsed.named("polygon")] == ["lc-interval-end"]
    whole = plot(Row("a", Drawn(0.4, 0.3, 0.9), ""), scale=RATIO)
    assert whole.named("polygon") == []


def test_an_open_end_is_an_arrow_too() -> None:
    parsed = plot(row("b", 0.5), Row("a", Drawn(0.4, 0.3, None), ""))
    assert [p["class"] for p in parsed.named("polygon")] == ["lc-interval-end"]


def test_marks_of_every_scale_have_room() -> None:
    for span in (0.003, 0.04, 0.31, 1.0, 7.0, 160.0):
        axis = axis_of([Drawn(span, 0.0, span)], (), Scale(), 0.0, 364.0)
        assert 2 <= len(axis.marks) <= 8
        assert axis.holds(span)
    for far in (1.02, 1.5, 4.0, 30.0, 500.0):
        axis = axis_of([Drawn(far, None, None)], (), RATIO, 0.0, 364.0)
        places = [axis.at(m) for m in axis.marks]
        assert axis.holds(far)
        assert all(b - a > 20 for a, b in pairwise(places))


def test_a_scale_of_shares_stays_between_none_and_all() -> None:
    axis = axis_of([Drawn(0.9, 0.02, 0.99)], [(None, 0.05), (0.98, None)], SHARE, 0, 1)
    assert (axis.low, axis.high) == (0.0, 1.0)


def test_a_verdict_is_a_sign_beside_the_value() -> None:
    text = plot(row("a", 0.4, verdict="breached"), row("b", 0.5, verdict="met")).text
    assert "✕ 40.0 %" in text
    assert "✓ 50.0 %" in text


def test_a_plot_without_any_figure_is_not_drawn() -> None:
    assert forest("p", "x", "d", [row("a", None)], SHARE) == ""


def test_equal_figures_still_have_a_scale() -> None:
    parsed = plot(Row("a", Drawn(0.5, None, None), ""), Row("b", Drawn(0.5, None, None), ""))
    assert len(parsed.named("circle")) == 2
    assert "nan" not in parsed.text


def test_names_in_pictures_are_inert() -> None:
    parsed = plot(row("<script>alert(1)</script>", 0.5))
    assert not parsed.named("script")
    assert "<script>" in parsed.text


def test_long_names_stay_whole() -> None:
    name = "People who live in the Autonomous Region of Madeira and speak Portuguese"
    lines = [t for t in plot(row(name, 0.5)).text.split("\n") if t]
    assert re.sub(r"\s+", "", name) in re.sub(r"\s+", "", "".join(lines))
    assert wrapped("Donaudampfschifffahrt" * 3, 200)[0].endswith("-")


def estimate(value: float | None) -> dict[str, object]:
    if value is None:
        nothing = dict.fromkeys(("value", "low", "high", "n"))
        return {**nothing, "state": "suppressed", "reason": "too few"}
    ends = {"low": value - 0.02, "high": value + 0.02}
    return {"value": value, **ends, "n": 40, "state": "estimated", "reason": ""}


def group(insult: float | None, unsure: float | None = 0.1) -> dict[str, object]:
    other = None if insult is None else 1 - insult
    return {
        "rates": {"insult": estimate(insult), "fine": estimate(other)},
        "missing": {"unsure": estimate(unsure)},
    }


TITLES = {"insult": "Insult", "fine": "Fine", "unsure": "Unsure"}


def test_a_group_with_a_withheld_share_has_no_bar() -> None:
    named = [("Sweden", group(0.3)), ("Iceland", group(None)), ("Finland", group(0.4))]
    made = shares("s", named, TITLES, "insult")
    assert made is not None
    parsed = Parsed(made.svg)
    assert len(parsed.named("rect")) == 2 * 3  # two labels and one state, twice
    assert made.sentence.endswith("Withheld, and without a bar: Iceland.")
    assert "Iceland: withheld" in parsed.text


def test_one_withheld_label_hides_the_bar_because_the_rest_would_give_it_away() -> None:
    partly = group(0.3)
    partly["rates"] = {"insult": estimate(0.3), "fine": estimate(None)}
    made = shares("s", [("Sweden", group(0.4)), ("Iceland", partly)], TITLES, "insult")
    assert made is not None
    assert len(Parsed(made.svg).named("rect")) == 3


def test_the_parts_of_a_bar_carry_their_number_and_fill_it() -> None:
    made = shares("s", [("Sweden", group(0.3))], TITLES, "insult")
    assert made is not None
    parsed = Parsed(made.svg)
    labels = [float(r["width"]) for r in parsed.named("rect") if "lc-part" in r["class"]]
    assert sum(labels) == pytest.approx(400 - 2)
    assert [t for t in ("1", "2") if t in parsed.text] == ["1", "2"]
    assert made.legend == ("Insult", "Fine")


def test_withheld_states_have_no_bar_and_leave_the_labels() -> None:
    made = shares("s", [("Sweden", group(0.3, None))], TITLES, "insult")
    assert made is not None
    assert [r["class"] for r in Parsed(made.svg).named("rect")] == [
        "lc-part lc-shade-0",
        "lc-part lc-shade-1",
    ]


def test_nothing_to_show_is_no_chart() -> None:
    assert shares("s", [("Iceland", group(None))], TITLES, "insult") is None


COLUMNS = (Column("2026-03-31", False), Column("2026-06-30", True), Column("2026-09-30", False))


def moving(*values: float | None) -> tuple[Point, ...]:
    return tuple(
        Point(None if v is None else drawn(v), "withheld", "met", (None, 0.5)) for v in values
    )


def trended(*panels: Panel) -> Parsed:
    return Parsed(trend("t", "Title", "Description.", COLUMNS, panels, SHARE))


def test_only_records_of_the_same_table_and_version_are_joined() -> None:
    parsed = trended(Panel("Sweden", moving(0.3, 0.4, 0.35)))
    kinds = [line["class"] for line in parsed.named("line")]
    assert kinds.count("lc-joint") == 1
    assert kinds.count("lc-break") == 1


def test_a_record_with_a_withheld_figure_has_a_word_and_nothing_else() -> None:
    parsed = trended(Panel("Sweden", moving(0.3, None, 0.35)))
    assert len(parsed.named("circle")) == 2
    assert [line["class"] for line in parsed.named("line")].count("lc-joint") == 0
    assert parsed.text.count("withheld") == 1


def test_a_group_that_is_withheld_in_every_record_has_one_line_of_words() -> None:
    parsed = trended(Panel("Sweden", moving(0.3, 0.3, 0.3)), Panel("IS", moving(None, None, None)))
    assert "withheld in every record" in parsed.text
    assert len(parsed.named("circle")) == 3


def test_a_trend_without_any_figure_is_not_drawn() -> None:
    assert trend("t", "t", "d", COLUMNS, [Panel("a", moving(None, None, None))], SHARE) == ""


GAPS = (
    row("Finland minus Sweden", 0.12, limits=(-0.1, 0.1), verdict="breached", expected=drawn(0.01)),
    row("Portugal minus Sweden", -0.03, limits=(-0.1, 0.1), verdict="met"),
    row("Iceland minus Sweden", None, limits=(-0.1, 0.1), verdict="insufficient-evidence"),
    Row("Norway minus Sweden", None, "cannot be estimated: nobody there has a label"),
    row("Everybody", 0.02, whole=True),
)
RATIOS = (
    Row("Finland over Sweden", Drawn(0.62, 0.5, 0.78), "", limits=(0.8, 1.25), verdict="breached"),
    Row("Portugal over Sweden", Drawn(0.2, 0.0, 0.6), "", limits=(0.8, 1.25)),
    Row("Iceland over Sweden", None, "withheld", limits=(0.8, 1.25)),
)
BARS = [("Sweden", group(0.3)), ("Iceland", group(None)), ("Everybody", group(0.34))]
_SHARES = shares("s", BARS, TITLES, "insult")
CHARTS = {
    "gaps": forest("p", "Gaps", "Two sentences.", GAPS, GAP),
    "ratios": forest("p", "Ratios", "Two sentences.", RATIOS, RATIO),
    "shares": _SHARES.svg if _SHARES else "",
    "trend": trend(
        "t",
        "Trend",
        "Two sentences.",
        COLUMNS,
        [Panel("Sweden", moving(0.3, 0.4, 0.6)), Panel("Iceland", moving(0.2, None, 0.3))],
        SHARE,
    ),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_drawn_as_it_was_agreed(kind: str) -> None:
    path = GOLDEN / f"{kind}.svg"
    made = f"{str(CHARTS[kind]).replace('><', '>' + chr(10) + '<')}\n"
    if os.environ.get("LABELCHARTER_BLESS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_has_no_style_colour_or_script_of_its_own(kind: str) -> None:
    for _, attributes in Parsed(CHARTS[kind]).elements:
        assert not {"style", "fill", "stroke", "onload", "href"} & set(attributes)
