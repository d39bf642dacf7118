"""The verdict on an event: kept, worth so much, or refused with a sentence that names the field."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral.events.schema import SCHEMAS, judge


def verdict(name: str, **properties: object) -> tuple[str | None, str, int | None, str | None, int]:
    return judge(name, json.dumps(properties).encode())


def test_a_price_written_as_text_is_a_price() -> None:
    assert verdict("Product Viewed", product_id="42", price="9.90", value="9.90", currency="EUR") == (
        None, "", 990, "EUR", 1,
    )  # fmt: skip


def test_a_price_that_is_no_number_is_refused_and_the_field_is_named() -> None:
    refused = judge("Product Viewed", b'{"price":"cheap","currency":"EUR"}')
    assert refused.code == "wrong_type"
    assert "“price”" in refused.message and "a number" in refused.message and "“cheap”" in refused.message


@pytest.mark.parametrize(
    ("name", "properties", "field"),
    [
        ("Order Completed", {"products": [{"price": 1}, {"price": "x"}]}, "products[1].price"),
        ("Order Completed", {"products": ["sku-1"]}, "products[0]"),
        ("Order Completed", {"products": {"sku": 1}}, "products"),
        ("Order Completed", {"order_id": True}, "order_id"),
        ("Order Completed", {"currency": 978}, "currency"),
        ("Product Added", {"quantity": [1]}, "quantity"),
        ("Product List Filtered", {"filters": "red"}, "filters"),
        ("Chat Ended", {"bot": "perhaps"}, "bot"),
        ("Call Ended", {"duration_s": {"minutes": 3}}, "duration_s"),
    ],
)
def test_a_known_property_of_the_wrong_type_is_refused_by_name(
    name: str, properties: dict[str, object], field: str
) -> None:
    refused = verdict(name, **properties)
    assert refused[0] == "wrong_type" and f"“{field}”" in refused[1]


@pytest.mark.parametrize("properties", [b"[1]", b'"text"', b"17"])
@pytest.mark.parametrize("name", ["Order Completed", "Something Of Their Own"])
def test_properties_must_be_an_object(name: str, properties: bytes) -> None:
    assert judge(name, properties).code == "wrong_type"


def test_what_says_nothing_is_no_wrong_type() -> None:
    assert (
        verdict("Order Completed", revenue="", total=None, value=5, currency="EUR", products=[{"price": " "}])[2] == 500
    )


def test_ids_may_be_numbers_and_unknown_properties_anything() -> None:
    assert verdict("Product Viewed", product_id=42, ours={"a": [1, None, True]})[0] is None


def test_the_amount_is_the_revenue_else_the_total_else_the_value() -> None:
    assert verdict("Order Completed", revenue=1, total=2, value=3, currency="EUR")[2] == 100
    assert verdict("Order Completed", total=2, value=3, currency="EUR")[2] == 200
    assert verdict("Order Completed", value=3, currency="EUR")[2] == 300
    assert verdict("Order Completed", revenue=0, total=2, currency="EUR")[2] == 0


def test_an_amount_without_a_currency_is_in_the_shop_s_own() -> None:
    assert judge("Order Completed", b'{"revenue":1}', "JPY")[2:4] == (1, "JPY")
    assert judge("Order Completed", b'{"revenue":1,"currency":"EUR"}', "JPY")[2:4] == (100, "EUR")
    assert judge("Order Completed", b'{"revenue":1}')[2:4] == (None, None)
    assert judge("Balloon Popped", b'{"revenue":1}', "JPY")[2:4] == (None, None)


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 1250), ("eur", 1250), ("JPY", 12), ("KWD", 12_500)])
def test_the_currency_decides_how_many_minor_units_there_are(currency: str, minor: int) -> None:
    assert verdict("Order Completed", revenue=12.5, currency=currency)[2:4] == (minor, currency.upper())


def test_an_unknown_currency_is_refused_even_without_an_amount() -> None:
    assert verdict("Order Completed", revenue=1, currency="EURO")[0] == "unknown_currency"
    assert verdict("Product Viewed", price=1, currency="XXQ")[0] == "unknown_currency"


@pytest.mark.parametrize("revenue", ["inf", "nan", 1e300])
def test_an_amount_nobody_can_owe_is_refused(revenue: object) -> None:
    assert verdict("Order Completed", revenue=revenue, currency="EUR")[0] == "invalid_amount"


def test_a_number_of_hundreds_of_digits_is_refused_and_does_no_harm() -> None:
    assert judge("Order Completed", b'{"revenue":1e999,"currency":"EUR"}').code == "wrong_type"
    assert judge("Ours", b'{"revenue":1' + b"0" * 400 + b',"currency":"EUR"}').code is None


@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2))
def test_every_amount_of_cents_arrives_to_the_cent(amount: Decimal) -> None:
    sent = f'{{"revenue":{amount},"currency":"EUR"}}'.encode()
    assert judge("Order Completed", sent).amount == int(amount * 100)


def test_an_event_nobody_knows_is_kept_with_version_0() -> None:
    assert verdict("Balloon Popped", price="cheap", currency="XXQ", revenue="much") == (None, "", None, None, 0)
    assert verdict("Balloon Popped", revenue="12.5", currency="USD") == (None, "", 1250, "USD", 0)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_event_of_the_vocabulary_is_accepted_empty_and_has_a_version(name: str) -> None:
    assert judge(name, b"{}") == (None, "", None, None, SCHEMAS[name].VERSION)
