"""Rules of annotation tables: found when a table is read or audited, explained here (codes T1)."""

from __future__ import annotations

from labelcharter.checks.rule import Rule

_SPLIT = "To a machine `Toxic` and `toxic ` are two labels, and every rate is split between them."

TABLE_RULES = (
    Rule(
        "T101", "error", "A table is a file that can be opened: .csv, .csv.gz or .parquet.",
        "The form is read from the name; a guess from the content lets one file be read two ways.",
        "ratings.txt", "ratings.csv",
    ),
    Rule(
        "T102", "error", "A compressed table does not expand beyond reason.",
        "A file of 200 kB can expand to gigabytes and stop the machine that reads it.",
        "a gzip file that grows a thousandfold", "a gzip file that grows tenfold",
    ),
    Rule(
        "T103", "error", "Tables are UTF-8.",
        "In another encoding group names change letters, and one group becomes two.",
        "a table saved as Latin-1", "the same table saved as CSV UTF-8",
    ),
    Rule(
        "T104", "error", "No NUL characters.",
        "They end a text for some readers and not for others.", "a NUL inside an id",
        "the id without it",
    ),
    Rule(
        "T105", "error", "A table names its columns in the first line and has at least one row.",
        "An audit of nothing would look like an audit that found nothing.", "an empty file",
        "item_id,annotator_id,label and a row",
    ),
    Rule(
        "T106", "error", "Columns are separated by commas.",
        "A separator that is guessed moves columns when the guess is wrong.",
        "item;annotator;label",
        "item,annotator,label",
    ),
    Rule(
        "T107", "error", "Column names are distinct.",
        "Readers keep both under invented names, and the audit takes one of them.",
        "item,label,label", "item,label,label_second",
    ),
    Rule(
        "T108", "error", "Every row has as many cells as the header.",
        "With a cell more in each row, common readers shift every column and say nothing.",
        "a,b / 1,2,3", "a,b / 1,2",
    ),
    Rule(
        "T109", "error", "A quote that opens is closed.",
        "Everything up to the next quote becomes one cell, and the rows in it disappear.",
        '1,"two', '1,"two"',
    ),
    Rule(
        "T110", "error", "A table is whole and is a table.",
        "A file cut short by a failed download holds the first groups and not the last.",
        "a gzip file that ends in the middle", "the whole file",
    ),
    Rule(
        "T111", "error", "Column names have no hidden characters or spaces around them.",
        "A name that looks like `label` and is another makes the column seem missing.",
        "`label ` with a space", "`label`",
    ),
    Rule(
        "T113", "error", "A cell holds one value.",
        "A list in a cell is several ratings in one row, and the counts are wrong.",
        "a Parquet column of lists", "one row for each rating",
    ),
    Rule("T121", "error", "A value is written in one way.", _SPLIT, "Toxic, toxic", "toxic, toxic"),
    Rule("T122", "error", "Values have no hidden characters or spaces around them.", _SPLIT,
         "`toxic ` with a space", "`toxic`"),
    Rule(
        "T123", "error", "Labels and groups are those that are declared.",
        "An unknown label is a slip, a state, or of another version; none may be counted.",
        "2, where 0 and 1 are declared", "--state 2, or 2 declared as a state",
    ),
    Rule(
        "T124", "error", "A trait has one value a person or an item.",
        "A person in two groups is counted against themselves.",
        "annotator 7 from Singapore and from Australia", "annotator 7 from Singapore",
    ),
    Rule(
        "T126", "error", "A column of labels or groups has few different values.",
        "A column of texts or ids bound by mistake makes a group of every person.",
        "--label text", "--label label",
    ),
    Rule(
        "T127", "error", "Grades of a scale are numbers, or have a declared order.",
        "Without an order nobody can say how far two labels lie apart.",
        "low, high as --scale interval",
        "1, 2 as --scale interval",
    ),
    Rule(
        "T128", "error", "Times can be put in order.",
        "Which of two ratings by one person came first decides which one counts.", "11/12/26",
        "2026-12-11T09:30:00Z",
    ),
    Rule(
        "T129", "error", "A rating names a version that the taxonomy has had.",
        "Ratings under a version that never was cannot be compared with what its guideline said.",
        "2.0.1, where the taxonomy went from 2.0.0 to 2.1.0", "2.1.0",
    ),
    Rule(
        "T130", "error", "Of several guideline versions in a table, one is audited, and is named.",
        "Two ratings of an item by one person under two versions would count as two people.",
        "versions 1.0.0 and 2.0.0, and nothing said", "audited: 2.0.0",
    ),
)  # fmt: skip
