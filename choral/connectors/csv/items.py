"""From rows to what they say: customers, orders with their lines, products; a row that cannot be taken says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from choral.connectors.csv import convert
from choral.connectors.csv.convert import Unreadable
from choral.connectors.csv.fields import FIELDS, tells_of_somebody
from choral.connectors.csv.rows import Row
from choral.connectors.values import ColumnFound, Kind, Reading, Refused
from choral.core.clock import to_datetime
from choral.core.errors import InvalidInput
from choral.core.identifiers import normalise
from choral.core.ids import key64, pseudonym
from choral.core.money import Money, check_currency, minor_digits

_encode = msgspec.json.Encoder(decimal_format="number").encode
_IDENTIFIERS = {"user_id": "user", "card": "card", "email": "email", "phone": "phone"}
_LINE = ("product_id", "product_name", "category", "quantity", "price", "line_total", "discount")
_PAPER = frozenset({"first_name", "last_name", "name", "street", "postal_code", "city", "birthday"})
_TRAIT = "trait:"


@dataclass(frozen=True)
class Item:
    """A customer, an order or a product: its key within the file, a hash of what is said, the rows that say it.

    `ids` are identifiers as "kind:value" with plain values; `body` is what becomes an event or a row of a dataset.
    """

    key: str
    content: int
    rows: tuple[int, ...]
    ids: tuple[str, ...]
    body: dict[str, Any] = field(hash=False)
    cells: tuple[tuple[str, ...], ...] = ()

    def refused(self, code: str, words: str) -> list[Refused]:
        """Its rows, refused for this reason."""
        cells = self.cells or ((),) * len(self.rows)
        return [Refused(row, code, words, one) for row, one in zip(self.rows, cells, strict=True)]


Cells = dict[str, Any]
Taken = Item | Refused


class Reader:
    """Reads cells by the mapping of a draft. `region` is where telephone numbers without a country code are read,
    `secret` keys the numbers of rows that have none."""

    def __init__(
        self, kind: Kind, reading: Reading, columns: Sequence[ColumnFound], region: str, secret: bytes
    ) -> None:
        self.secret = secret
        self.heads = [one.head for one in columns]
        self.currency = reading.currency
        self._reading = reading
        self._region = region
        types = {one.key: one.type for one in FIELDS[kind]}
        self._columns = [(one.place, one.field, types.get(one.field, "text")) for one in columns if one.field]
        self._required = [one.key for one in FIELDS[kind] if one.required]

    def cells(self, row: Row) -> Cells | Refused:
        """The values of a row by field, empty cells left out."""
        if row.problem:
            return Refused(row.number, "broken_row", f"The row cannot be divided: {row.problem}.", tuple(row.cells))
        found: Cells = {}
        for place, name, kind in self._columns:
            text = _bare(row.cells[place].strip())
            if not text:
                continue
            try:
                found[name] = self._value(kind, text)
            except Unreadable as problem:
                return Refused(row.number, f"bad_{kind}", f"{name}: {problem}.", tuple(row.cells))
        for name in self._required:
            if name not in found:
                return Refused(row.number, "missing_value", f"{name} is empty.", tuple(row.cells))
        return found

    def day(self, at: int) -> str:
        """The day a moment of the file is on where it was written: a birthday must not move to the day before."""
        return to_datetime(at).astimezone(ZoneInfo(self._reading.time_zone)).date().isoformat()

    def raw(self, row: Row, field: str) -> str:
        """A cell as it stands, "" where the row has none."""
        place = next((place for place, name, _ in self._columns if name == field), None)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def _value(self, kind: str, text: str) -> object:
        if kind in ("money", "number"):
            return convert.number(text, self._reading)
        if kind == "moment":
            return convert.moment(text, self._reading)
        if kind in ("email", "phone") and normalise(kind, text, self._region) is None:
            raise Unreadable(f"“{text[:40]}” is no {'e-mail address' if kind == 'email' else 'telephone number'}")
        return text[:2_000]


def customers(reader: Reader, rows: Iterator[Row], at: int) -> Iterator[Taken]:
    """One customer a row. `at` is when it was said (µs UTC): the time of the import."""
    for row in rows:
        cells = reader.cells(row)
        if isinstance(cells, Refused):
            yield cells
            continue
        ids = _ids(cells) or _paper_id(cells, reader.secret)
        if not ids:
            yield Refused(row.number, "nobody", "The row names nobody: number, card, e-mail and phone are empty.",
                          tuple(row.cells))  # fmt: skip
            continue
        traits = {name.removeprefix(_TRAIT): value for name, value in cells.items()}
        for name in ("created_at", "birthday", "consent_at"):
            if name in traits:
                traits[name] = reader.day(traits[name])
        body = {"traits": traits, "at": at}
        yield Item(ids[0], key64(_encode(traits).decode()), (row.number,), ids, body, (tuple(row.cells),))


def products(reader: Reader, rows: Iterator[Row], at: int) -> Iterator[Taken]:
    """One product a row."""
    for row in rows:
        cells = reader.cells(row)
        if isinstance(cells, Refused):
            yield cells
            continue
        if "cost" in cells:
            if cells["cost"] < 0:
                yield Refused(row.number, "below_zero", f"“{cells['cost']}” is below zero.", tuple(row.cells))
                continue
            cells["cost"] = Money.of(cells["cost"], reader.currency).minor
        yield Item(cells["product_id"], content_of(cells), (row.number,), (), dict(cells), (tuple(row.cells),))


def order(reading: Reading, rows: Sequence[tuple[int, Cells]]) -> Item | tuple[str, str]:
    """The order some rows tell together, or the code and the words of why they do not."""
    first = rows[0][1]
    for name in ("total", "currency", "at"):
        if len({cells.get(name) for _, cells in rows if name in cells}) > 1:
            return "rows_differ", f"The rows of order {first['order_id']} do not agree about {name}."
    try:
        currency = check_currency(str(first.get("currency") or reading.currency))
    except InvalidInput as problem:
        return problem.code, str(problem)
    lines = [line for _, cells in rows if (line := _line(cells))]
    total = first.get("total")
    if total is None:
        if any("total" not in line for line in lines) or not lines:
            return "no_amount", f"Order {first['order_id']} has no total, and its lines do not add up to one."
        total = sum((line["total"] for line in lines), Decimal(0))
    total = round(total, minor_digits(currency))
    body: dict[str, Any] = {
        "refund": total < 0, "at": first["at"], "channel": first.get("channel"),
        "properties": {
            "order_id": first["order_id"], "total": abs(total), "currency": currency,
            **({"store_id": first["store_id"]} if "store_id" in first else {}),
            **({"products": [_signed(line, total < 0) for line in lines]} if lines else {}),
        },
    }  # fmt: skip
    ids = _ids(first)
    numbers = tuple(number for number, _ in rows)
    return Item(str(first["order_id"]), key64(_encode([body, ids]).decode()), numbers, ids, body)


def event_line(item: Item, kind: Kind) -> bytes:
    """The event of a customer or an order, in Choral's own words, with an id that is always the same for it."""
    if kind == "customers":
        return _encode(
            {
                "name": "Customer Identified", "id": f"customer-{key64(item.key):x}-{item.content:x}",
                "at": item.body["at"], "ids": item.ids, "traits": item.body["traits"],
            }
        )  # fmt: skip
    name = "Order Refunded" if item.body["refund"] else "Order Completed"
    event = {
        "name": name, "id": f"order-{item.key}"[:400], "at": item.body["at"], "ids": item.ids,
        "properties": item.body["properties"],
    }  # fmt: skip
    if item.body["channel"]:
        event["channel"] = str(item.body["channel"]).strip().lower().replace(" ", "_")[:40]
    return _encode(event)


def content_of(said: Cells) -> int:
    """A hash of what is said, to know the same again."""
    return key64(_encode(said).decode())


def _bare(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running a cell: corrected files of refused rows have it."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") and len(text) > 1 else text


def _ids(cells: Cells) -> tuple[str, ...]:
    return tuple(
        f"{kind}:{cells[name]}"
        for name, kind in _IDENTIFIERS.items()
        if name in cells and normalise(kind, str(cells[name])) is not None
    )


def _paper_id(cells: Cells, secret: bytes) -> tuple[str, ...]:
    """A number for a row without any, the same whenever it is imported; who it is, `customers.links` suggests.

    Keyed, since it is made of a name and an address and goes to the log.
    """
    if not tells_of_somebody("customers", cells):
        return ()
    said = [[name, " ".join(str(cells[name]).casefold().split())] for name in sorted(_PAPER & cells.keys())]
    return (f"user:paper-{pseudonym(secret, _encode(said).decode())}",)


def _line(cells: Cells) -> dict[str, Any]:
    if not any(name in cells for name in _LINE if name != "discount"):
        return {}
    line: dict[str, Any] = {
        name: cells[name] for name in ("product_id", "category", "quantity", "discount") if name in cells
    }
    if "product_name" in cells:
        line["name"] = cells["product_name"]
    if "line_total" in cells:
        line["total"] = cells["line_total"]
    elif "price" in cells:
        line["total"] = round(cells["price"] * cells.get("quantity", Decimal(1)), 4)
    return line


def _signed(line: dict[str, Any], refund: bool) -> dict[str, Any]:
    """A refund is told in positive amounts."""
    if not refund:
        return line
    return {key: -value if key in ("quantity", "total") and isinstance(value, Decimal) else value
            for key, value in line.items()}  # fmt: skip
