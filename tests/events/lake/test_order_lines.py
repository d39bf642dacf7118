"""What an order's lines say, however the client spelled them; lines always sum to the order's amount."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lake_log import START, append, fresh_log, order, read
from lake_log import flush as flush_lake

from choral.core.event import Event, encode_lines
from choral.events.lake.amounts import minor_units
from choral.events.lake.rows import order_line_rows, placed
from choral.events.store import Stored


def lines(*events: Event) -> list[dict[str, object]]:
    stored = Stored(1, len(events), "till", START, encode_lines(list(events)))
    found: list[dict[str, object]] = order_line_rows(placed([stored], 0, len(events), ())).to_pylist()
    return found


def said(event: Event, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(line[column] for column in columns) for line in lines(event)]


def test_a_line_says_what_was_bought_where_and_for_how_much() -> None:
    bought = order(1, [{"product_id": "a", "name": "Tea", "quantity": 2, "total": 4.98, "discount": 0.5}], 498)
    (line,) = lines(bought)
    assert {name: line[name] for name in line if name not in ("at", "month")} == {
        "position": 1, "line": 1, "order_id": "o1", "channel": "store", "store_id": "4", "subject": "card:1",
        "returned": False, "product_id": "a", "name": "Tea", "category": None, "quantity": 2.0, "total": 498,
        "discount": 50, "currency": "EUR", "source": "till",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("product", "total", "quantity"),
    [
        ({"product_id": "a", "price": 2.49, "quantity": 3}, 747, 3.0),
        ({"product_id": "a", "price": "2.49"}, 249, 1.0),
        ({"product_id": "a", "price": 3.99, "quantity": 0.335}, 134, 0.335),
        ({"product_id": "a", "total": 0, "price": 5}, 0, 1.0),
        ({"product_id": "a"}, 0, 1.0),
        ({"product_id": "a", "total": "much", "price": None, "quantity": "two"}, 0, 0.0),
        ({"product_id": "a", "total": {"net": 4}, "quantity": [1]}, 0, 0.0),
        ({"product_id": "a", "price": 10**400, "quantity": 10**400}, 0, 0.0),
        ({"product_id": "a", "price": 9e12, "quantity": 9e12}, 0, 9e12),
        ({"product_id": "a", "total": True, "price": 1.5, "quantity": 2}, 300, 2.0),
    ],
)
def test_what_is_not_stated_follows_from_price_and_quantity_and_nonsense_counts_nothing(
    product: dict[str, object], total: int, quantity: float
) -> None:
    assert said(order(1, [product]), "total", "quantity") == [(total, quantity)]


def test_a_refund_has_negative_lines_so_that_sums_are_net() -> None:
    refund = order(2, [{"product_id": "a", "quantity": 1, "total": 2.49}], 249, name="Order Refunded")
    assert said(refund, "returned", "quantity", "total") == [(True, -1.0, -249)]


def test_shipping_or_a_missing_list_is_carried_by_a_line_without_product() -> None:
    assert said(order(1, [{"product_id": "a", "total": 10}], 1490), "line", "product_id", "total") == [
        (1, "a", 1000), (0, None, 490),
    ]  # fmt: skip
    assert said(order(1, None, 1490), "line", "product_id", "total") == [(0, None, 1490)]
    assert said(order(1, [], 500, name="Order Refunded"), "line", "total") == [(0, -500)]


@pytest.mark.parametrize("products", ["none", 7, {"product_id": "a"}, [1, "b", None], [[{"product_id": "a"}]]])
def test_products_of_any_shape_never_stop_the_writer(products: object) -> None:
    assert said(order(1, products, 500), "product_id", "total") == [(None, 500)]


def test_of_a_mixed_list_what_can_be_read_is_kept() -> None:
    mixed = [{"product_id": 12, "total": 1.0}, "junk", {"sku": "b", "total": 2}]
    assert said(order(1, mixed, 300), "product_id", "total") == [("12", 100), ("b", 200)]


def test_ids_of_any_type_become_text() -> None:
    assert said(order(1, [{"product_id": 42.0}], store_id=7.0, order_id=9), "product_id", "store_id", "order_id") == [
        ("42", "7", "9")
    ]


def test_currencies_without_cents_are_not_given_any() -> None:
    assert minor_units([1200, 12.5, 1.2345], ["JPY", "EUR", "KWD"]) == [1200, 1250, 1234]


def test_a_fraction_of_a_cent_is_rounded_half_to_even_from_the_written_digits() -> None:
    assert minor_units([1.005, 1.015, "2.675", 1.0049], ["EUR"] * 4) == [100, 102, 268, 100]


def test_what_is_no_number_is_none() -> None:
    assert minor_units([None, float("inf"), float("nan"), "x", 1e300, [], "12"], ["EUR"] * 7) == [
        None, None, None, None, None, None, 1200,
    ]  # fmt: skip


@given(st.lists(st.decimals(min_value=-100_000, max_value=100_000, places=2), min_size=1, max_size=50))
def test_cents_sent_as_doubles_are_read_exactly(values: list[Decimal]) -> None:
    expected = [int((value * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) for value in values]
    assert minor_units([float(value) for value in values], ["EUR"] * len(values)) == expected


product = st.fixed_dictionaries(
    {}, optional={name: st.one_of(st.floats(-1e4, 1e4), st.integers(-99, 99), st.text(max_size=4), st.none())
                  for name in ("product_id", "price", "quantity", "total", "discount")},
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.lists(product, max_size=5), st.one_of(st.none(), st.integers(-(10**6), 10**6))), max_size=6)
)
def test_lines_always_sum_to_the_amount_of_their_order(
    orders: list[tuple[list[dict[str, object]], int | None]],
) -> None:
    events = [order(number, products, amount) for number, (products, amount) in enumerate(orders)]
    found = lines(*events) if events else []
    for position, (_, amount) in enumerate(orders, 1):
        if amount is not None:
            assert sum(int(str(line["total"])) for line in found if line["position"] == position) == amount


def test_orders_reach_the_lake_with_their_lines(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, order(1, [{"product_id": "a", "total": 1}, {"product_id": "b", "total": 2}], 300))
    flush_lake(lake, log)
    assert read(lake, "order_lines", "line, product_id, total") == [(1, "a", 100), (2, "b", 200)]
