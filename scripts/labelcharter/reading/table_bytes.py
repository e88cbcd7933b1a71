"""The bytes of a table: opened, expanded within bounds, decoded as UTF-8, never sniffed."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO

from labelcharter.reading.diagnostic import Diagnostic, Place

LARGEST_EXPANSION = 100  # times its compressed size; real annotation tables reach 5 to 20
ALWAYS_ALLOWED = 50 << 20  # bytes that any gzip may expand to: small files compress unevenly
LONGEST_LINE = 8 << 20  # bytes


class Unreadable(Exception):
    """Raised inside the reading of a table, with what to show."""

    def __init__(self, *problems: Diagnostic) -> None:
        super().__init__(*problems)
        self.problems = problems


class _Expanded(gzip.GzipFile):
    """A gzip stream that closes the file beneath it, which GzipFile leaves open."""

    def __init__(self, beneath: BinaryIO) -> None:
        super().__init__(fileobj=beneath)
        self._beneath = beneath

    def close(self) -> None:
        super().close()
        self._beneath.close()


class _Watched(io.RawIOBase):
    """A byte stream that stops at a NUL, an endless line, or an expansion beyond `limit`."""

    def __init__(self, source: BinaryIO | gzip.GzipFile, path: str, limit: int | None) -> None:
        self._source, self._path, self._limit = source, path, limit
        self._total = self._lines = self._since_newline = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._source.close()
        super().close()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # a buffer is all we fill
        # typeshed asks for any writable buffer; io.BufferedReader hands over a memoryview
        try:
            block = self._source.read(len(buffer))
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Unreadable(
                Diagnostic(
                    "T110",
                    "error",
                    Place(self._path, self._lines + 1),
                    "the gzip file is damaged or cut short here",
                    "download or export it again",
                )
            ) from None
        if b"\0" in block:
            raise Unreadable(self._nul(block))
        self._total += len(block)
        if self._limit is not None and self._total > self._limit:
            raise Unreadable(
                Diagnostic(
                    "T102",
                    "error",
                    Place(self._path),
                    f"the gzip file expands to more than {LARGEST_EXPANSION} times its size",
                    "no table of ratings does that; expand it yourself to look, or say "
                    "--trust-compressed if it is right",
                )
            )
        newline = block.rfind(b"\n")
        self._lines += block.count(b"\n")
        self._since_newline = (
            self._since_newline + len(block) if newline < 0 else len(block) - newline
        )
        if self._since_newline > LONGEST_LINE:
            raise Unreadable(
                Diagnostic(
                    "T110",
                    "error",
                    Place(self._path, self._lines + 1),
                    f"this line is longer than {LONGEST_LINE >> 20} MiB",
                    "a table of ratings has short lines; is this another kind of file?",
                )
            )
        buffer[: len(block)] = block
        return len(block)

    def _nul(self, block: bytes) -> Diagnostic:
        at = block.index(b"\0")
        line = self._lines + block.count(b"\n", 0, at) + 1
        start = block.rfind(b"\n", 0, at) + 1
        column = len(block[start:at].decode("utf-8", "replace")) + 1
        if start == 0:
            column += self._since_newline  # the line began in an earlier block
        if self._total == 0 and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return utf16_fault(self._path)
        return Diagnostic(
            "T104",
            "error",
            Place(self._path, line, column),
            "a NUL character stands here",
            "the file is damaged, or is not text; export it again as UTF-8 CSV",
        )


def open_bytes(source: Path | bytes, path: str, trust_compressed: bool) -> io.BufferedReader:
    """The table's bytes, expanded if its name ends in .gz. Raises Unreadable."""
    try:
        file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise Unreadable(
            Diagnostic(
                "T101",
                "error",
                Place(path),
                f"the file cannot be opened ({error.strerror})",
                "check its name and its permissions",
            )
        ) from None
    raw: BinaryIO | gzip.GzipFile = file
    limit = None
    if path.endswith(".gz"):
        if not trust_compressed:
            size = len(source) if isinstance(source, bytes) else source.stat().st_size
            limit = max(ALWAYS_ALLOWED, LARGEST_EXPANSION * size)
        raw = _Expanded(file)
    return io.BufferedReader(_Watched(raw, path, limit), 1 << 20)


def text_of(stream: io.BufferedReader) -> io.TextIOWrapper:
    """Decoded strictly; a byte-order mark is dropped; line ends are left to the csv module."""
    return io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")


def encoding_fault(source: Path | bytes, path: str, error: UnicodeDecodeError) -> Diagnostic:
    """The place of the first byte that is not UTF-8; a second pass, line by line."""
    with open_bytes(source, path, True) as lines:
        for number, line in enumerate(lines, 1):
            if number == 1 and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                return utf16_fault(path)
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as found:
                column = len(line[: found.start].decode("utf-8").removeprefix("\ufeff")) + 1
                return Diagnostic(
                    "T103",
                    "error",
                    Place(path, number, column),
                    f"the file is not UTF-8: byte 0x{line[found.start]:02x} here has no meaning",
                    "save it as UTF-8 (in a spreadsheet: CSV UTF-8)",
                )
    raise error  # not reachable while both passes read the same bytes


def utf16_fault(path: str) -> Diagnostic:
    """What to say of a file that begins with a UTF-16 byte-order mark."""
    return Diagnostic(
        "T103",
        "error",
        Place(path),
        "the file is UTF-16",
        "save it as UTF-8 (in a spreadsheet: CSV UTF-8)",
    )
