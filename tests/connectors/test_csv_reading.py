"""Files are read as they are: encodings, delimiters, decimal commas, dates, heads in three languages, rubbish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral.connectors.csv import convert, sniff
from choral.connectors.csv.fields import guess_fields, guess_kind
from choral.connectors.values import Reading
from choral.core.clock import to_datetime

ROWS = "numéro;prénom;montant\n1;Zoé;1.234,50\n2;Noël;7,00\n"


def reading(decimal: str = ".", dates: str = "dmy", zone: str = "Europe/Paris") -> Reading:
    return Reading("utf-8", ",", True, decimal, dates, "EUR", zone)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    raw = (ROWS * 20).encode(encoding)
    assert raw.decode(sniff.encoding(raw)).lstrip("\ufeff") == ROWS * 20


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_others_stand_in_quotes(sign: str) -> None:
    text = "\n".join(sign.join(['"a,b;c|d"', "x", f"{number}"]) for number in range(20))
    assert sniff.delimiter(text) == sign


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,50", "2,00"], ","),
        (["1.50"], "."),
        (["1.234,50"], ","),
        (["1,234.50"], "."),
        (["12"], "."),
        (["€ 3,20"], ","),
    ],
)
def test_the_decimal_mark_is_found(cells: list[str], mark: str) -> None:
    assert sniff.decimal(cells) == mark


@pytest.mark.parametrize(
    ("cells", "order"),
    [(["03/02/2026", "15/02/2026"], "dmy"), (["02/15/2026"], "mdy"), (["2026-02-15"], "ymd"), (["01/02/2026"], "dmy")],
)
def test_the_order_of_dates_is_found(cells: list[str], order: str) -> None:
    assert sniff.dates(cells) == order


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,50", ",", "1234.50"), ("1,234.50", ".", "1234.50"), ("1 234,5 €", ",", "1234.5"),
        ("(12.00)", ".", "-12"),
        ("12.00-", ".", "-12"), ("$3.99", ".", "3.99"), ("-0,5", ",", "-0.5"), ("1'234.50 CHF", ".", "1234.50"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, mark: str, value: str) -> None:
    assert convert.number(text, reading(mark)) == pytest.approx(convert.Decimal(value))


@pytest.mark.parametrize("text", ["cheap", "1.2.3,4,5", "NaN", "Infinity", "1e5", "--1", "12 apples", "=1+1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(convert.Unreadable):
        convert.number(text, reading())


@pytest.mark.parametrize(
    ("text", "order", "utc"),
    [
        ("03/02/2026", "dmy", "2026-02-02T23:00:00+00:00"), ("02/03/2026 14:05", "mdy", "2026-02-03T13:05:00+00:00"),
        ("2026-07-01T10:00:00Z", "dmy", "2026-07-01T10:00:00+00:00"), ("1.7.26", "dmy", "2026-06-30T22:00:00+00:00"),
        ("2026-07-01 10:00:00.5+02:00", "dmy", "2026-07-01T08:00:00.500000+00:00"),
        ("2/3/2026 2:05 PM", "mdy", "2026-02-03T13:05:00+00:00"),
    ],
)  # fmt: skip
def test_moments_are_read_in_the_shops_zone_unless_they_say_theirs(text: str, order: str, utc: str) -> None:
    assert to_datetime(convert.moment(text, reading(dates=order))).isoformat() == utc


@pytest.mark.parametrize("text", ["31/02/2026", "2026-13-01", "soon", "45", "0/0/0", "2026-01-01T25:00"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(convert.Unreadable):
        convert.moment(text, reading())


@given(st.text(max_size=40))
def test_any_cell_is_a_value_or_says_why_not(text: str) -> None:
    for read in (convert.number, convert.moment):
        try:
            read(text, reading())
        except convert.Unreadable as problem:
            assert str(problem)


@given(st.binary(max_size=2_000))
def test_any_bytes_can_be_looked_at(raw: bytes) -> None:
    text = raw.decode(sniff.encoding(raw), "replace")
    assert sniff.delimiter(text) in sniff.DELIMITERS


@pytest.mark.parametrize(
    ("heads", "kind", "fields"),
    [
        (["Order ID", "Date", "Email", "Total"], "orders", ["order_id", "at", "email", "total"]),
        (["N° de commande", "Date", "Client", "Montant total"], "orders", ["order_id", "at", "user_id", "total"]),
        (["Numero ordine", "Data", "Importo"], "orders", ["order_id", "at", "total"]),
        (["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
         "orders",
         ["order_id", "product_id", "product_name", "quantity", "at", "price", "user_id", ""]),
        (["Prénom", "Nom", "Courriel", "Téléphone"], "customers", ["first_name", "last_name", "email", "phone"]),
        (["Nome", "Cognome", "Indirizzo email", "Cellulare"], "customers",
         ["first_name", "last_name", "email", "phone"]),
        (["SKU", "Name", "Brand"], "products", ["product_id", "name", "brand"]),
    ],
)  # fmt: skip
def test_heads_are_understood_in_three_languages(heads: list[str], kind: str, fields: list[str]) -> None:
    assert guess_kind(heads) == kind
    assert guess_fields(kind, heads) == fields  # type: ignore[arg-type]
