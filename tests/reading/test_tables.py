"""Annotation tables: every trap that silently changes a figure, and its harmless twin."""

from __future__ import annotations

import gzip
import io

import pytest

from labelcharter.reading import table_bytes
from labelcharter.reading.diagnostic import Place
from labelcharter.reading.tables import Table, TableRefused, read_table


def texts(table: Table, name: str) -> list[str | None]:
    column = table.columns[name]
    return [column.values[code] if code >= 0 else None for code in column.codes]


def refused(data: bytes, path: str = "t.csv") -> list[tuple[str, int, int, str]]:
    with pytest.raises(TableRefused) as refusal:
        read_table(data, path)
    return [(p.code, p.place.line, p.place.column, p.message) for p in refusal.value.problems]


def test_every_cell_is_text_as_it_stands() -> None:
    table = read_table(b"id,n\n007,1e5\n7,1.10\n9007199254740993,TRUE\n", "t.csv")
    assert texts(table, "id") == ["007", "7", "9007199254740993"]
    assert texts(table, "n") == ["1e5", "1.10", "TRUE"]


def test_groups_called_na_none_and_null_are_groups_and_a_blank_is_missing() -> None:
    table = read_table(b"g,x\nNA,1\nNone,1\nnull,1\nnan,1\n,1\n  ,1\n", "t.csv")
    assert texts(table, "g") == ["NA", "None", "null", "nan", None, None]


def test_one_field_too_many_in_every_row_is_one_error_at_the_first_row() -> None:
    assert refused(b"a,b\n1,2,3\n4,5,6\n") == [
        ("T108", 2, 5, "every row has 3 fields, the header names 2")
    ]


def test_long_short_and_blank_rows_are_all_shown_with_their_lines() -> None:
    found = refused(b"a,b\n1,2\n1,2,3\n1\n\n1,2\n")
    assert [(code, line, column) for code, line, column, _ in found] == [
        ("T108", 3, 5),
        ("T108", 4, 1),
        ("T108", 5, 1),
    ]


def test_blank_lines_at_the_end_are_no_rows_and_no_fault() -> None:
    assert read_table(b"a,b\n1,2\n\n\n", "t.csv").rows == 1


def test_blank_lines_at_the_end_are_no_fault_across_blocks_of_rows() -> None:
    data = b"a,b\n" + b"1,2\n" * 1023 + b"\n" * 2000
    assert read_table(data, "t.csv").rows == 1023
    assert refused(data + b"3,4\n")[0][:2] == ("T108", 1025)


def test_of_many_bad_rows_ten_are_listed_and_the_rest_counted() -> None:
    found = refused(b"a,b\n" + b"1,2\n1,2,3\n1\n" * 40)
    assert len(found) == 22
    assert "and 30 more rows with too many fields" in [message for *_, message in found]
    assert "and 30 more rows with too few fields" in [message for *_, message in found]


def test_a_line_break_inside_a_quoted_field_is_text_and_lines_stay_right() -> None:
    good = b'a,b\n"x\ny",2\n3,4\n'
    assert texts(read_table(good, "t.csv"), "a") == ["x\ny", "3"]
    assert refused(b'a,b\n"x\ny",2\n3,4,5\n')[0][:3] == ("T108", 4, 5)


def test_the_extra_field_is_shown_where_it_begins_behind_quotes() -> None:
    assert refused(b'a,b\n1,2\n"x,""y""",2,3\n')[0][:3] == ("T108", 3, 13)


def test_a_quote_that_does_not_end_is_shown_where_it_began() -> None:
    assert refused(b'a,b\n1,2\n3,"x\n4,5\n') == [
        ("T109", 3, 3, "the quote that begins here does not end")
    ]
    assert read_table(b'a,b\n1,2\n3,"x"\n4,5\n', "t.csv").rows == 3


def test_text_after_a_closing_quote_is_shown_where_the_field_began() -> None:
    found = refused(b'a,b\n1,2\n3,"x"y\n4,5\n')
    assert found == [("T109", 3, 3, "text follows the end of the quoted field that begins here")]


def test_a_quote_in_the_middle_of_a_plain_field_is_text() -> None:
    assert texts(read_table(b'a,b\n5" pipe,2\n', "t.csv"), "a") == ['5" pipe']


def test_shape_faults_before_a_broken_quote_are_shown_with_it() -> None:
    assert [f[:3] for f in refused(b'a,b\n1\n2,3\n4,"\n')] == [("T108", 2, 1), ("T109", 4, 3)]


def test_columns_with_one_name_are_refused_and_both_places_shown() -> None:
    with pytest.raises(TableRefused) as refusal:
        read_table(b"y,x,y\n1,2,3\n", "t.csv")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.place) == ("T107", Place("t.csv", 1, 5))
    assert problem.related[0].place == Place("t.csv", 1, 1)


def test_one_column_without_a_name_is_a_row_index_and_two_are_refused() -> None:
    assert read_table(b",a\n0,1\n", "t.csv").rows == 1
    assert refused(b",a,\n0,1,2\n")[0][0] == "T107"


def test_a_space_that_nobody_sees_in_a_column_name_is_refused() -> None:
    assert refused(b"item, label\n1,2\n")[0][:3] == ("T111", 1, 6)
    assert read_table(b"item,label\n1,2\n", "t.csv").names == ("item", "label")


@pytest.mark.parametrize(
    ("separator", "name"), [(b";", "semicolons"), (b"\t", "tabs"), (b"|", "bars")]
)
def test_another_separator_is_named_and_never_guessed(separator: bytes, name: str) -> None:
    (found,) = refused(b"a" + separator + b"b\n1" + separator + b"2\n")
    assert found[:3] == ("T106", 1, 2)
    assert name in found[3]


def test_a_byte_order_mark_and_windows_line_ends_are_read_correctly() -> None:
    table = read_table(b"\xef\xbb\xbfitem,label\r\n1,toxic\r\n2,fine\r\n", "t.csv")
    assert table.names == ("item", "label")
    assert texts(table, "label") == ["toxic", "fine"]
    assert table.places([(1, "label")]) == [Place("t.csv", 3, 3)]


def test_a_nul_is_refused_at_its_place() -> None:
    assert refused(b"a,b\n1,2\n1,x\0y\n")[0][:3] == ("T104", 3, 4)


def test_a_byte_that_is_not_utf8_is_refused_at_its_place() -> None:
    latin = "a,b\n1,é\n2,café\n".encode("latin-1")
    assert refused(latin)[0][:3] == ("T103", 2, 3)
    assert refused("a,b\n1,é\n".encode() + b"2,caf\xe9\n")[0][:3] == ("T103", 3, 6)
    assert texts(read_table("a,b\n1,é\n".encode(), "t.csv"), "b") == ["é"]


def test_utf16_is_named() -> None:
    assert refused("a,b\n1,2\n".encode("utf-16"))[0] == ("T103", 1, 1, "the file is UTF-16")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n1,2\n", "the first line is blank"),
        (b"a,b\n", "the table has a header and no rows"),
    ],
)
def test_a_table_with_nothing_in_it_says_so(data: bytes, message: str) -> None:
    assert refused(data) == [("T105", 1, 1, message)]


def test_the_format_is_taken_from_the_name_alone() -> None:
    packed = gzip.compress(b"a,b\n1,2\n")
    assert refused(packed, "t.csv")[0][0] in ("T103", "T104")
    assert read_table(packed, "t.csv.gz").rows == 1
    assert refused(b"a,b\n1,2\n", "t.tsv")[0][0] == "T101"
    assert refused(b"a,b\n1,2\n", "t.csv.gz")[0][0] == "T110"


def test_a_gzip_file_that_is_cut_short_is_refused() -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 5000)
    assert refused(packed[:-20], "t.csv.gz")[0][0] == "T110"


def test_a_gzip_file_that_expands_too_far_is_refused_unless_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_bytes, "ALWAYS_ALLOWED", 1 << 16)
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 100_000)
    assert refused(packed, "t.csv.gz")[0][0] == "T102"
    assert read_table(packed, "t.csv.gz", trust_compressed=True).rows == 100_000


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_bytes, "LONGEST_LINE", 1 << 20)
    assert refused(b"a,b\n1,2\n1," + b"x" * (3 << 20))[0][:2] == ("T110", 3)


def test_a_file_that_is_not_there_is_a_diagnostic(tmp_path: object) -> None:
    from pathlib import Path

    with pytest.raises(TableRefused) as refusal:
        read_table(Path(str(tmp_path)) / "none.csv", "none.csv")
    assert refusal.value.problems[0].code == "T101"


def test_only_the_columns_asked_for_are_kept_and_the_shape_of_all_is_checked() -> None:
    table = read_table(b"a,b,c\n1,2,3\n", "t.csv", ["c", "unknown"])
    assert list(table.columns) == ["c"]
    assert table.names == ("a", "b", "c")
    with pytest.raises(TableRefused):
        read_table(b"a,b,c\n1,2\n", "t.csv", ["c"])


def test_the_place_of_a_cell_counts_code_points_and_lines_inside_quotes() -> None:
    data = 'item,text,label\n1,"é,\nü ""x""",a\n2,😀,b\n'.encode()
    table = read_table(data, "t.csv")
    assert table.places([(1, "label"), (0, "label"), (1, "item")]) == [
        Place("t.csv", 4, 5),
        Place("t.csv", 3, 10),
        Place("t.csv", 4, 1),
    ]


def test_a_file_and_its_bytes_read_alike(tmp_path: object) -> None:
    from pathlib import Path

    data = b"a,b\n1,2\n3,\n"
    file = Path(str(tmp_path)) / "t.csv"
    file.write_bytes(data)
    one, other = read_table(file, "t.csv"), read_table(data, "t.csv")
    assert one.sha256 == other.sha256
    assert texts(one, "b") == texts(other, "b") == ["2", None]


def parquet_bytes(columns: dict[str, object]) -> bytes:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_reads_as_text_with_nulls_missing_and_whole_numbers_exact() -> None:
    pa = pytest.importorskip("pyarrow")
    data = parquet_bytes(
        {
            "item": pa.array([9007199254740993, 7, None]),
            "group": pa.array(["NA", "", None]),
            "packed": pa.array(["x", "y", "x"]).dictionary_encode(),
            "empty": pa.array([None, None, None], pa.string()),
            "score": pa.array([0.5, float("nan"), 2.0]),
        }
    )
    table = read_table(data, "t.parquet")
    assert texts(table, "item") == ["9007199254740993", "7", None]
    assert texts(table, "group") == ["NA", None, None]
    assert texts(table, "packed") == ["x", "y", "x"]
    assert texts(table, "empty") == [None, None, None]
    assert texts(table, "score")[:2] == ["0.5", None]
    assert table.places([(2, "item")]) == [Place("t.parquet", 3, 1)]


def test_parquet_and_csv_of_one_table_read_alike() -> None:
    pa = pytest.importorskip("pyarrow")
    columns = {"a": pa.array(["x", "y", "x"]), "b": pa.array(["1", "2", "2"])}
    packed = read_table(parquet_bytes(columns), "t.parquet")
    plain = read_table(b"a,b\nx,1\ny,2\nx,2\n", "t.csv")
    assert [texts(packed, n) for n in "ab"] == [texts(plain, n) for n in "ab"]


def test_parquet_lists_in_cells_and_damaged_files_are_refused() -> None:
    pa = pytest.importorskip("pyarrow")
    assert refused(parquet_bytes({"a": pa.array([[1], [2]])}), "t.parquet")[0][0] == "T113"
    assert refused(b"PAR1 nonsense", "t.parquet")[0][0] == "T110"
    assert refused(parquet_bytes({"a": pa.array([], pa.string())}), "t.parquet")[0][0] == "T105"
