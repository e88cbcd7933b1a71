"""A made-up table of ratings of any size, the same on every machine.

Four labels, 3 to 7 ratings an item, traits of annotators with 16 groups in all, a group of data
subjects, and gold on a tenth of the items. Annotators grow with the square root of the ratings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

TRAITS = {
    "gender": ("f", "m", "x"),
    "age": ("18-29", "30-44", "45-64", "65+"),
    "ethnicity": ("A", "B", "C", "D", "E"),
    "region": ("east", "north", "south", "west"),
}
LABELS = ("hate", "none", "offensive", "unclear")
SUBJECTS = ("s1", "s2", "s3", "s4", "s5")
SEED = 20261124


def write_ratings(folder: Path, rows: int, suffix: str) -> Path:
    """About so many rows as CSV or Parquet; the same rows for either."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    table = pa.table(columns(rows))
    path = folder / f"ratings-{rows}{suffix}"
    if suffix == ".parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        plain = pa.table(
            {n: c.cast(pa.string()) for n, c in zip(table.column_names, table.columns, strict=True)}
        )
        pyarrow.csv.write_csv(
            plain, path, pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")
        )
    return path


def columns(rows: int) -> dict[str, Any]:
    """The columns, as dictionary-encoded text."""
    import pyarrow as pa

    random = np.random.RandomState(SEED)
    items, annotators = rows // 5, int(rows**0.5)
    each = random.randint(3, 8, items)
    item = np.repeat(np.arange(items), each)
    # the k-th rating of an item goes to another annotator than the ones before it
    start, step = random.randint(0, annotators, items), random.randint(1, annotators // 8, items)
    turn = np.arange(len(item)) - np.repeat(np.cumsum(each) - each, each)
    rater = (start[item] + step[item] * turn) % annotators
    truth = random.choice(4, items, p=(0.15, 0.6, 0.2, 0.05))
    accuracy = np.clip(random.normal(0.75, 0.1, annotators), 0.3, 0.98)
    right = random.random_sample(len(item)) < accuracy[rater]
    label = np.where(right, truth[item], random.choice(4, len(item), p=(0.2, 0.4, 0.3, 0.1)))
    has_gold = random.random_sample(items) < 0.1
    groups = {
        name: random.choice(len(g), annotators, p=_shares(len(g))) for name, g in TRAITS.items()
    }
    subject = random.choice(len(SUBJECTS), items, p=_shares(len(SUBJECTS)))

    def text(codes: Any, values: Any, missing: Any = None) -> Any:
        codes = pa.array(codes.astype(np.int32), mask=missing)
        return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string()))

    return {
        "item_id": text(item, [f"i{n}" for n in range(items)]),
        "annotator_id": text(rater, [f"a{n}" for n in range(annotators)]),
        "label": text(label, LABELS),
        **{name: text(codes[rater], TRAITS[name]) for name, codes in groups.items()},
        "subject": text(subject[item], SUBJECTS),
        "gold": text(truth[item], LABELS, ~has_gold[item]),
    }


def _shares(groups: int) -> Any:
    """Unequal: the first has the most, the last still one in twenty or so."""
    shares = 0.6 ** np.arange(groups)
    return shares / shares.sum()
