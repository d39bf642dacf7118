"""How a file is to be read, found out from its first 256 KiB: encoding, delimiter, head, numbers, dates. Pure."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from io import StringIO

from charset_normalizer import from_bytes

from choral.connectors.csv.fields import guess_fields
from choral.connectors.values import DateOrder, Decimal

SAMPLE = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The spellings a spreadsheet in western Europe writes; anything else a person chooses by hand.
_LIKELY = ["cp1252", "latin_1", "mac_roman", "iso8859_15", "cp850"]
_COMMA = re.compile(
    r"^[-+]?\s?[^\d\s]{0,3}\s?\d{1,3}(?:[. \u00a0\u202f']\d{3})*,\d{1,4}\s?[^\d\s]{0,3}$|^[-+]?\d+,\d{1,4}$"
)
_POINT = re.compile(
    r"^[-+]?\s?[^\d\s]{0,3}\s?\d{1,3}(?:[, \u00a0\u202f']\d{3})*\.\d{1,4}\s?[^\d\s]{0,3}$|^[-+]?\d+\.\d{1,4}$"
)
_DAY = re.compile(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:\D|$)")


def encoding(sample: bytes) -> str:
    """By its mark, as UTF-8 when it is valid, as UTF-16 by its zeros, else by what the letters look like."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if sample[1::2].count(0) > len(sample) * 0.3:
        return "utf-16-le"
    if sample[::2].count(0) > len(sample) * 0.3:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    best = from_bytes(sample[:65_536], cp_isolation=_LIKELY).best()
    return best.encoding if best else "cp1252"


def delimiter(text: str) -> str:
    """The sign that divides the lines into the most columns, equally many in each."""
    best, found = (0.0, 0), ","
    for one in DELIMITERS:
        widths = Counter(len(row) for row in rows_of(text, one)[:200] if row)
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = (times / widths.total() if width > 1 else 0.0, width)
        if score > best:
            best, found = score, one
    return found


def rows_of(text: str, sign: str) -> list[list[str]]:
    """The rows of a text; broken quoting ends the last row."""
    try:
        return list(csv.reader(StringIO(text.replace("\0", ""), newline=""), delimiter=sign))
    except csv.Error:
        return [line.split(sign) for line in text.split("\n")]


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it is known by its words, or has no number where others do."""
    if not rows:
        return False
    first = list(rows[0])
    if any(guess_fields(kind, first).count("") < len(first) for kind in ("customers", "orders", "products", "spend")):
        return True
    if len(rows) < 2 or any(_is_number(cell) for cell in first):
        return False
    return any(_is_number(cell) for row in rows[1:20] for cell in row)


def decimal(cells: Sequence[str]) -> Decimal:
    """The decimal mark, by the numbers that show it; a point when none does."""
    commas = sum(1 for cell in cells if _COMMA.match(cell.strip()))
    points = sum(1 for cell in cells if _POINT.match(cell.strip()))
    return "," if commas > points else "."


def dates(cells: Sequence[str], otherwise: DateOrder = "dmy") -> DateOrder:
    """The order of day and month: a part above twelve is a day; `otherwise` when no date tells."""
    found: Counter[DateOrder] = Counter()
    for cell in cells:
        match = _DAY.match(cell.strip())
        if not match:
            continue
        first, second, _third = (int(part) for part in match.groups())
        if len(match.group(1)) == 4:
            found["ymd"] += 1
        elif first > 12 >= second:
            found["dmy"] += 1
        elif second > 12 >= first:
            found["mdy"] += 1
    return found.most_common(1)[0][0] if found else otherwise


def _is_number(cell: str) -> bool:
    return bool(re.match(r"^[-+]?[\d\s.,']*\d$", cell.strip()))
