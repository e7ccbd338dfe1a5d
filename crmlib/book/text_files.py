"""Text files as rows: decoded by rule, and parted by commas and double quotation marks, with the line of each row.

The dialect is never guessed: what does not fit it is a fault with its line.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from crmlib.book.fault_table import Fault, Note

Row = tuple[int, list[str | None]]
"""Line of a row in its file, and its values."""
BOMS = (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}
_COMMON = range(0xB0, 0xD8)
"""First bytes of the 3,755 commonest characters in GB 2312 (level 1)."""
_LEAST_COMMON = 0.6


class FaultyText(Exception):
    """A text cannot be read at all; its fault."""

    def __init__(self, code: str, row: int | None = None, value: str | None = None, allowed: str = "") -> None:
        super().__init__(code)
        self.fault = Fault(code, "", row, value=value, allowed=allowed)


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Text of a file and the name of its encoding: as stated, else by its mark, UTF-8, or GB18030 that is Chinese.

    Raises
    ------
    FaultyText
        Where it is none of them.
    """
    encoding = encoding or next((name for mark, name in BOMS if content.startswith(mark)), None)
    try:
        if encoding:
            text, name = content.decode(encoding), NAMES.get(encoding, encoding)
        else:
            text, name = _told(content)
    except UnicodeError as error:
        said = (
            f"text in {NAMES.get(encoding, encoding)} ({error})"
            if encoding
            else "UTF-8, UTF-16 with its mark, or GB18030"
        )
        raise FaultyText("encoding", allowed=said) from None
    if "\0" in text:
        before = text.partition("\0")[0]
        raise FaultyText("nul_byte", before.count("\n") + 1, before[-20:].rpartition("\n")[2] or None, "text")
    return text.removeprefix("\ufeff"), name


def _told(content: bytes) -> tuple[str, str]:
    """Text in UTF-8, else in GB18030; UnicodeError where it is neither."""
    if content[:200].count(0) > len(content[:200]) / 4:
        raise UnicodeError("UTF-16 without its mark")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    if not _is_chinese(text):
        raise UnicodeError("not Chinese")
    return text, "GB18030"


def _is_chinese(text: str) -> bool:
    """Whether most characters are among the commonest; what another encoding wrote looks rare in this one."""
    signs = [sign for sign in text if sign >= "\u3400" and sign < "\uff00"]
    firsts = [sign.encode("gb2312", "ignore")[:1] for sign in signs]
    other = sum("\x80" <= sign < "\u2000" or "\ue000" <= sign < "\uf900" for sign in text)
    return sum(bool(first) and first[0] in _COMMON for first in firsts) >= _LEAST_COMMON * (len(signs) + other)


def rows_of(text: str, separator: str = ",") -> Iterator[Row]:
    """Rows of a text, each with the line where it begins.

    Raises
    ------
    FaultyText
        Where a quotation mark is not closed, or something stands behind one that is.
    """
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1
    try:
        for row in reader:
            yield line, [value or None for value in row]
            line = reader.line_num + 1
    except csv.Error:
        found = next((part for part in text.splitlines()[line - 1 : line]), "")
        raise FaultyText("quotes", line, found[:60], "every quotation mark is closed") from None


def separator_of(text: str) -> str | None:
    """What stands most often in a line of text beside commas: ``;``, a tab or ``|``; None where nothing does."""
    counts = {sign: len(re.findall(re.escape(sign), text)) for sign in ";\t|"}
    sign = max(counts, key=lambda sign: counts[sign])
    return sign if counts[sign] > text.count(",") else None


def notes_of(name: str, rows: list[Row]) -> Iterator[Note]:
    """That a file is not in UTF-8, and that values hold line breaks."""
    if name != "UTF-8":
        yield Note("encoding", detail=name)
    if broken := sum(any(value and "\n" in value for value in row) for _, row in rows):
        yield Note("line_breaks", count=broken)
