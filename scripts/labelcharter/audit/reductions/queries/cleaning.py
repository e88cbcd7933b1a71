"""The cleaning rule of `tables.cleaning` as queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.reductions.queries.held_table import ROW, HeldTable, Refused, coded
from labelcharter.audit.reductions.queries.times import is_plain, moment
from labelcharter.audit.reductions.source import Trait
from labelcharter.audit.tables import exclusions
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import NO_LABEL, Excluded
from labelcharter.audit.tables.faults import faults_in, label_order
from labelcharter.reading.tables import TableRefused

Expression = Any  # of Ibis


@dataclass(frozen=True, slots=True)
class HeldRatings:
    """What the rule left, as an Ibis table with one row an answer.

    Columns: item, annotator (ids as the database has them), code (among `answers`), gold and
    prediction (among the labels, -1 without), g0, g1, … (the group of each trait, -1 without).
    `most` is the largest number of answers to one item, `times` how often each answer was given.
    """

    rows_of: Expression
    answers: tuple[str, ...]
    labels: tuple[str, ...]
    traits: tuple[Trait, ...]
    excluded: tuple[Excluded, ...]
    most: int
    times: Mapping[int, int]


def clean_held(held: HeldTable, bindings: Bindings) -> HeldRatings:
    """Bind and clean. Raises TableRefused with every fault in the values, or Refused."""
    if faults := faults_in(held, bindings):
        raise TableRefused(faults)
    _refuse_times(held, bindings)
    labels = label_order(held, bindings)
    answers = (*labels, *bindings.states, NO_LABEL)
    traits = tuple(_traits(held, bindings))
    excluded: list[Excluded] = []
    rows = held.keep(_bound(held, bindings, answers, traits))
    rows = _with_ids(rows, bindings, excluded)
    rows = _once(rows, held, bindings, excluded)
    rows, most = _with_what_is_known_of_items(rows, held)
    if bindings.version is not None:
        rows = _of_audited_version(rows, held, bindings, excluded)
    times = _tallied(rows, "code")
    for code, state in enumerate(bindings.states, start=len(labels)):
        if code in times:
            excluded.append(Excluded(exclusions.no_label(state), times[code]))
    if blank := times.get(len(answers) - 1):
        excluded.append(Excluded(exclusions.missing("label", bindings.label), blank))
    return HeldRatings(rows, answers, labels, traits, tuple(excluded), most, times)


def _refuse_times(held: HeldTable, bindings: Bindings) -> None:
    for text in held.columns[bindings.time].values if bindings.time else ():
        if not is_plain(text):
            raise Refused(
                f"column `{bindings.time}` of {held.path} has the time `{text}`, which this engine "
                "does not read; write 2026-01-31T09:30:00Z, or use the engine pandas"
            )


def _traits(held: HeldTable, bindings: Bindings) -> list[Trait]:
    found = []
    for attribute, side, name in bindings.groups:
        states = {*bindings.states, *bindings.attribute_states.get(attribute, ())}
        values = tuple(sorted(set(held.columns[name].values) - states))
        found.append(Trait(attribute, side, values))
    return found


def _bound(
    held: HeldTable, bindings: Bindings, answers: Sequence[str], traits: Sequence[Trait]
) -> Expression:
    """The columns of HeldRatings, and beside them version, moment and row where there are any."""
    import ibis

    labels = answers[: len(answers) - 1 - len(bindings.states)]
    blank = len(answers) - 1
    columns = {
        "item": held.key(bindings.item),
        "annotator": held.key(bindings.annotator),
        "code": coded(held.text(bindings.label), answers[:-1], blank),
    }
    for role in ("gold", "prediction"):
        name = getattr(bindings, role)
        columns[role] = (
            ibis.literal(-1, "int32") if name is None else coded(held.text(name), labels)
        )
    for number, (trait, (_, _, name)) in enumerate(zip(traits, bindings.groups, strict=True)):
        columns[f"g{number}"] = coded(held.text(name), trait.values)
    if bindings.version is not None:
        columns["version"] = coded(held.text(bindings.version), _versions(held, bindings))
    if bindings.time is not None:
        columns["moment"] = moment(held.text(bindings.time))
    if held.ordered:
        columns[ROW] = held.rows_of[ROW]
    bound = held.rows_of.select(**columns)
    return _with_numbered_items(bound, held) if held.ordered else bound


def _with_numbered_items(rows: Expression, held: HeldTable) -> Expression:
    """Items by a whole number, which an embedded database groups and joins in half the memory."""
    import ibis

    ids = rows.select("item").distinct().mutate(number=ibis.row_number())
    joined = rows.left_join(held.keep(ids), "item")
    return joined.select(item=joined.number, **{n: joined[n] for n in rows.columns if n != "item"})


def _versions(held: HeldTable, bindings: Bindings) -> tuple[str, ...]:
    return tuple(sorted(held.columns[str(bindings.version)].values))


def _with_ids(rows: Expression, bindings: Bindings, excluded: list[Excluded]) -> Expression:
    ids = ("item", "annotator")
    (missing,) = (
        rows.agg(**{name: rows[name].isnull().sum() for name in ids}).to_pyarrow().to_pylist()
    )
    for name in ids:
        if missing[name]:
            reason = exclusions.missing(name, getattr(bindings, name))
            excluded.append(Excluded(reason, int(missing[name])))
    return rows.filter(rows.item.notnull() & rows.annotator.notnull())


def _once(
    rows: Expression, held: HeldTable, bindings: Bindings, excluded: list[Excluded]
) -> Expression:
    """Of several rows with the same item and annotator (and version), the one that counts."""
    import ibis

    keys = ["item", "annotator", *(["version"] if "version" in rows.columns else [])]
    pairs = rows.group_by(keys).agg(times=rows.count(), low=rows.code.min(), high=rows.code.max())
    pairs = pairs.filter(pairs.times > 1)
    repeated, conflicting = _numbers(
        pairs.agg(a=(pairs.times - 1).sum(), b=(pairs.low != pairs.high).sum())
    )
    if not repeated:
        return rows
    excluded.append(Excluded(exclusions.repeated(bindings), repeated, conflicting=conflicting))
    if not held.ordered:
        _refuse_ambiguous(rows, keys, held, bindings)
    order = [name for name in ("moment", ROW) if name in rows.columns]
    if not held.ordered:
        order += [name for name in rows.columns if name not in (*keys, *order)]
    turn = ibis.row_number().over(
        group_by=[rows[k] for k in keys], order_by=[_blanks_last(rows[o]) for o in order]
    )
    rows = rows.mutate(turn=turn)
    return held.keep(rows.filter(rows.turn == 0).drop("turn"))


def _refuse_ambiguous(
    rows: Expression, keys: Sequence[str], held: HeldTable, bindings: Bindings
) -> None:
    """Without an order of rows, of rows that differ the first must be known by its time."""
    import ibis

    if "moment" in rows.columns:
        turn = ibis.dense_rank().over(
            group_by=[rows[k] for k in keys], order_by=_blanks_last(rows.moment)
        )
        rows = rows.mutate(turn=turn)
        rows = rows.filter(rows.turn == 0).drop("turn")
    told = [name for name in rows.columns if name not in (*keys, "moment")]
    spans: dict[str, Expression] = {}
    for name in told:
        spans |= {f"low_{name}": rows[name].min(), f"high_{name}": rows[name].max()}
    each = rows.group_by(keys).agg(**spans)
    differs = each[f"low_{told[0]}"] != each[f"high_{told[0]}"]
    for name in told[1:]:
        differs |= each[f"low_{name}"] != each[f"high_{name}"]
    (ambiguous,) = _numbers(each.agg(a=differs.sum()))
    if ambiguous:
        same = "" if bindings.time is None else f" at the same `{bindings.time}`"
        raise Refused(
            f"{held.path}: {ambiguous:,} pairs of item and annotator have repeated rows that "
            f"differ{same}. Which of them counts cannot be known, since the rows of this database "
            "have no order: name a column of times, or leave the repeats out"
        )


def _blanks_last(column: Expression) -> Expression:
    return column.asc(nulls_first=False)


def _with_what_is_known_of_items(rows: Expression, held: HeldTable) -> tuple[Expression, int]:
    """Gold and prediction on every row of their item; the largest number of rows of an item."""
    known = ("gold", "prediction")
    spans = {"times": rows.count()}
    for name in known:
        spans |= {f"low_{name}": rows[name].min(), f"high_{name}": rows[name].max()}
    each = rows.group_by("item").agg(**spans)
    most, *patchy = _numbers(
        each.agg(
            most=each.times.max(),
            **{name: (each[f"low_{name}"] != each[f"high_{name}"]).sum() for name in known},
        )
    )
    for name, items in zip(known, patchy, strict=True):
        if items:
            rows = rows.mutate(**{name: rows[name].max().over(group_by=rows.item)})
    return (held.keep(rows) if any(patchy) else rows), most


def _of_audited_version(
    rows: Expression, held: HeldTable, bindings: Bindings, excluded: list[Excluded]
) -> Expression:
    versions = _versions(held, bindings)
    audited = bindings.audited_version or "".join(versions)  # several are a fault, T130
    times = _tallied(rows, "version")
    for code, version in enumerate(versions):
        if code in times and version != audited:
            excluded.append(Excluded(exclusions.another_version(version, audited), times[code]))
    if without := times.get(-1):
        reason = exclusions.missing("version", str(bindings.version))
        excluded.append(Excluded(reason, without))
    number = versions.index(audited) if audited in versions else len(versions)
    return rows.filter(rows.version == number)


def _tallied(rows: Expression, name: str) -> dict[int, int]:
    found = rows.group_by(name).agg(times=rows.count()).to_pyarrow().to_pylist()
    return {int(row[name]): int(row["times"]) for row in found}


def _numbers(one_row: Expression) -> list[int]:
    (row,) = one_row.to_pyarrow().to_pylist()
    return [int(value or 0) for value in row.values()]
