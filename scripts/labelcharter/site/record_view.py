"""A record's page as a whole: its parts in order, and the list of them that leads there."""

from __future__ import annotations

from dataclasses import dataclass

from labelcharter.registry.graph import Element
from labelcharter.site.check_sections import Section, sections
from labelcharter.site.edition import Edition
from labelcharter.site.figures import Facet, facets
from labelcharter.site.gates import GateChart, gate_charts
from labelcharter.site.reading_notes import Note, reading_notes
from labelcharter.site.record_tables import Table, tables
from labelcharter.site.rendering import lower_first


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contents: where it leads, its words, its verdicts by number."""

    anchor: str
    title: str
    tally: tuple[tuple[str, str, int], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """Everything that the page of a record shows, read from the record and computed nowhere."""

    gates: tuple[GateChart, ...]
    facets: tuple[Facet, ...]
    sections: tuple[Section, ...]  # those with figures
    not_computed: tuple[Section, ...]
    questions: Table | None
    tables: tuple[Table, ...]
    reading: tuple[Note, ...]

    @property
    def contents(self) -> tuple[Line, ...]:
        """The parts of the page that answer something, in their order."""
        found = [Line("gates", "The gates, one by one")] if self.gates else []
        found += [
            Line(f"by-{number}", f"By {lower_first(facet.title)}", note=facet.counted)
            for number, facet in enumerate(self.facets, 1)
        ]
        found += [Line(s.anchor, s.title, s.tally, s.figures) for s in self.sections]
        if self.not_computed:
            found.append(Line("not-computed", "Asked, and not computed"))
        found += [Line(f"table-{n}", table.title) for n, table in enumerate(self.tables, 1)]
        return tuple(found)


def record_view(edition: Edition, page: str, record: Element) -> RecordView:
    """The whole of a record, for its page."""
    gates = gate_charts(edition, page, record)
    by_trait = facets(edition, record)
    asked = sections(edition, record)
    made = tables(edition, page, record)
    series = (*(g.series for g in gates), *(s for facet in by_trait for s in facet.series))
    return RecordView(
        gates,
        by_trait,
        tuple(s for s in asked if s.series),
        tuple(s for s in asked if not s.series),
        next((table for table in made if table.name == "questions"), None),
        tuple(table for table in made if table.name != "questions"),
        reading_notes(series, asked),
    )
