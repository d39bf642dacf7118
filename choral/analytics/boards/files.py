"""A board as a file: CSV, an Excel workbook with its charts, or pages to print (PDF: `printing.py`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Literal

import xlsxwriter
from django.utils.translation import gettext

from choral.analytics.boards import labels
from choral.analytics.boards.printing import pdf
from choral.analytics.boards.values import BoardShown, CardShown
from choral.analytics.metrics.values import Figures, MetricSeries

FileKind = Literal["csv", "xlsx", "pdf"]
TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_CHARTS = {"line": "line", "bar": "column", "stack": "column", "rows": "bar"}
_NUMBERS = {"money": "#,##0.00", "count": "#,##0", "share": "0.0%", "number": "#,##0.00"}


def made(kind: FileKind, shown: BoardShown) -> bytes:
    """The board as a file of a kind, in the language that is active."""
    makers: dict[str, Callable[[BoardShown], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "pdf": pdf}
    return makers[kind](shown)


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_RISKY) else text


def as_csv(shown: BoardShown) -> bytes:
    """One row a figure: card, part, first day, value, value before; money in major units."""
    file = io.StringIO()
    write = csv.writer(file)
    heads = ("Card", "Part", "From", "To", "Value", "Before", "Currency")
    write.writerow([gettext(head) for head in heads])
    for title, found, part in _parts(shown):
        name, currency = labels.part_name(found, part), found.currency if found.metric.unit == "money" else ""
        spans = [(found.since, found.until, part.value, part.before)]
        spans += [
            (period.start, period.end, value, part.earlier[at] if part.earlier else None)
            for at, (period, value) in enumerate(zip(found.periods, part.values, strict=True))
        ]
        for since, until, value, before in spans:
            numbers = [labels.plain(found, value), labels.plain(found, before)]
            write.writerow([inert(title), inert(name), since, until, *numbers, currency])
    return b"\xef\xbb\xbf" + file.getvalue().encode()  # the mark by which Excel knows UTF-8


def as_xlsx(shown: BoardShown) -> bytes:
    """A first sheet with the figures of all days, and a sheet a card with its numbers and a chart of them."""
    file = io.BytesIO()
    # Texts stay texts: names of parts come from outside.
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold, styles = book.add_format({"bold": True}), {}
    styles = {unit: book.add_format({"num_format": number}) for unit, number in _NUMBERS.items()}
    first = book.add_worksheet(_sheet_name(labels.board_name(shown.board), 0))
    first.set_column(0, 1, 30)
    first.set_column(2, 4, 16)
    first.write_row(0, 0, [gettext(head) for head in ("Card", "Part", "Value", "Before", "Currency")], bold)
    for at, (title, found, part) in enumerate(_parts(shown), 1):
        first.write_row(at, 0, [title, labels.part_name(found, part)])
        for column, value in ((2, part.value), (3, part.before)):
            if value is not None:
                first.write_number(at, column, labels.plain(found, value) or 0.0, styles[found.metric.unit])
        first.write_string(at, 4, found.currency if found.metric.unit == "money" else "")
    for number, card in enumerate((one for one in shown.cards if one.figures), 1):
        _sheet(book, number, card, bold, styles)
    book.close()
    return file.getvalue()


def _sheet(book: Any, number: int, card: CardShown, bold: Any, styles: dict[str, Any]) -> None:
    found = card.figures
    assert found is not None  # only cards with figures are asked for
    title, parts = labels.card_title(card.card, found.metric), found.series or (found.total,)
    name = _sheet_name(title, number)
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 14)
    sheet.write_row(0, 0, [gettext("From"), *(labels.part_name(found, part) for part in parts)], bold)
    date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, period in enumerate(found.periods, 1):
        sheet.write_datetime(at, 0, period.start, date_format)
        for column, part in enumerate(parts, 1):
            value = labels.plain(found, part.values[at - 1])
            if value is not None:
                sheet.write_number(at, column, value, styles[found.metric.unit])
    if not found.periods:
        return
    kind = _CHARTS.get(card.card.kind, "line")
    options = {"type": kind} | ({"subtype": "stacked"} if card.card.kind == "stack" and found.metric.adds_up else {})
    chart = book.add_chart(options)
    last = len(found.periods)
    for column in range(1, len(parts) + 1):
        chart.add_series({
            "name": [name, 0, column], "categories": [name, 1, 0, last, 0], "values": [name, 1, column, last, column],
        })  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_size({"width": 720, "height": 360})
    sheet.insert_chart(1, len(parts) + 2, chart)


def _parts(shown: BoardShown) -> Iterator[tuple[str, Figures, MetricSeries]]:
    for card in shown.cards:
        if card.figures is not None:
            title = labels.card_title(card.card, card.figures.metric)
            for part in card.figures.series or (card.figures.total,):
                yield title, card.figures, part


def _sheet_name(title: str, number: int) -> str:
    """A name Excel takes: unlike the others, at most 31 characters, none of []:*?/\\ ."""
    bare = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title).strip()
    return f"{number} {bare}"[:31].strip()
