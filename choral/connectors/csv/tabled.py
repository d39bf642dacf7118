"""A file's cells as columns of text, whole and at once: for what is measured in a file and is no event of the shop."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pyarrow
import pyarrow.csv

from choral.connectors.csv import drafts, sniff
from choral.connectors.csv.place import Place
from choral.connectors.values import Decimal
from choral.core.errors import InvalidInput

_NUMBERS = 2_000  # cells looked at for the decimal mark
_SHOWN = 20


@dataclass(frozen=True)
class Tabled:
    """The columns by their heads, every cell a text; the decimal mark of its numbers; rows that could not be divided:
    how many, and the numbers of the first (the first row below the head is 1)."""

    table: pyarrow.Table
    decimal: Decimal
    undivided: int
    first: tuple[int, ...]


def tabled(place: Place, import_id: str) -> Tabled:
    """See `Connectors.tabled`."""
    draft = drafts.draft(place, import_id)
    reading = draft.reading
    heads = [one.head for one in draft.columns]
    if len(set(heads)) < len(heads) or "" in heads:
        raise InvalidInput("heads_not_clear", "Two columns have the same head, or one has none.",
                           fix="Give each column a name of its own in the first row.", status=422)  # fmt: skip
    undivided, guard = list[int](), threading.Lock()

    def skip(row: pyarrow.csv.InvalidRow) -> str:
        with guard:
            undivided.append(row.number or 0)
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            place.data(import_id),
            read_options=pyarrow.csv.ReadOptions(
                column_names=heads, skip_rows=1 if reading.header else 0, encoding=reading.encoding
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=reading.delimiter, newlines_in_values=True, invalid_row_handler=skip
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(heads, pyarrow.string()), strings_can_be_null=False
            ),
        )
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise InvalidInput(
            "not_a_table", "This file cannot be read as a table.", f"{error}"[:300],
            "Save the sheet as CSV (UTF-8) and drop that file.", 422,
        )  from error  # fmt: skip
    return Tabled(table, _decimal(table), len(undivided), tuple(one for one in undivided[:_SHOWN] if one))


def _decimal(table: pyarrow.Table) -> Decimal:
    each = max(1, _NUMBERS // max(1, table.num_columns))
    cells = [cell for column in table.columns for cell in column.slice(0, each).to_pylist()]
    return sniff.decimal([cell for cell in cells if cell])
