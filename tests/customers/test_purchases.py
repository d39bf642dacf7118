"""What people bought, line by line: complete, fresh, in the order of time, the same however it was read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from choral.books import Actor
from choral.customers import versions
from choral.customers.purchases import columns
from choral.customers.purchases.rows import Lines
from tests.customers.bought import DAYS, order, shopping, to_lake, town
from tests.customers.told import Told, append, event


def lines(told: Told, card: str) -> Lines:
    return told.customers.purchases.of(told.customers.identifiers(card)[1])


def products(told: Told, found: Lines) -> list[str]:
    shelf = told.customers.purchases.shelf()
    assert shelf is not None
    return [shelf.products.text(shelf.products.ids, code) for code in found.product]


def test_every_line_of_every_customer_is_there_with_its_amount(told: Told) -> None:
    town(told)
    assert told.customers.purchases.refresh()
    events = shopping()
    for person in (100, 101, 107, 133):
        mine = [one for one in events if one["ids"] == [f"card:{person}"]]
        found = lines(told, f"card:{person}")
        wanted = [one["product_id"] for event in mine for one in event["properties"]["products"]]
        assert products(told, found) == wanted
        assert int(found.total.sum()) == round(sum(one["properties"]["total"] for one in mine) * 100)
        assert list(found.at) == sorted(found.at)


def test_an_order_is_counted_the_moment_the_time_line_knows_it_though_the_files_do_not(told: Told) -> None:
    town(told)
    told.customers.purchases.refresh()
    before = len(lines(told, "card:103"))
    told.says("till", order("card:103", DAYS + 1, [("bread", 3, 3.6), ("never-seen", 1, 9.0)], "late"))
    found = lines(told, "card:103")
    assert len(found) == before + 2
    assert products(told, found)[-2:] == ["bread", ""]
    assert (found.quantity[-2], found.total[-2], found.total[-1]) == (3.0, 360, 900)
    to_lake(told.shop)
    told.customers.purchases.refresh()
    again = lines(told, "card:103")
    assert len(again) == before + 2, "counted twice when the files caught up"
    assert products(told, again)[-1] == "never-seen"


def test_without_any_files_yet_the_log_alone_answers(told: Told) -> None:
    told.says("till", order("card:1", 1, [("bread", 1, 1.2)], "a"))
    assert list(lines(told, "card:1").total) == [120]


def test_a_customers_identifiers_are_read_together_and_in_the_order_of_time(told: Told) -> None:
    told.says(
        "till",
        order("card:1", 1, [("bread", 1, 1.0)], "a"),
        order("user:ann", 2, [("bread", 1, 2.0)], "b"),
        order("card:1", 3, [("bread", 1, 3.0)], "c"),
        {"name": "Identifiers Linked", "ids": ["user:ann", "card:1"]},
    )
    to_lake(told.shop)
    told.customers.purchases.refresh()
    assert list(lines(told, "card:1").total) == [100, 200, 300]


def test_a_refund_takes_away_what_it_gave_back(told: Told) -> None:
    back = order("card:1", 2, [("bread", 1, 1.2)], "a") | {"name": "Order Refunded"}
    told.says("till", order("card:1", 1, [("bread", 1, 1.2)], "a"), back)
    to_lake(told.shop)
    told.customers.purchases.refresh()
    found = lines(told, "card:1")
    assert int(found.total.sum()) == 0 and list(found.returned) == [False, True]


def test_made_anew_the_files_have_the_same_bytes(told: Told) -> None:
    town(told)
    told.customers.purchases.refresh()
    folder = _folder(told)
    before = {file.name: file.read_bytes() for file in folder.glob("*.arrow")}
    versions.drop(columns.root(told.shop.home.lake))
    assert told.customers.purchases.refresh()
    assert {file.name: file.read_bytes() for file in _folder(told).glob("*.arrow")} == before
    assert not told.customers.purchases.refresh(), "nothing has changed"


def test_a_withdrawn_source_is_no_longer_among_the_purchases(told: Told) -> None:
    told.says("till", order("card:1", 1, [("bread", 1, 1.2)], "a"))
    told.says("old", order("card:1", 2, [("bread", 1, 7.0)], "b"))
    to_lake(told.shop)
    told.customers.purchases.refresh()
    assert len(lines(told, "card:1")) == 2
    append(told.shop, "choral", [event(10**6, name="Source Withdrawn", properties={"source": "old"})])
    told.consume()
    to_lake(told.shop)
    told.customers.purchases.refresh()
    assert list(lines(told, "card:1").total) == [120]


def test_stores_and_channels_are_told_by_name(told: Told) -> None:
    town(told)
    told.customers.purchases.refresh()
    shelf = told.customers.purchases.shelf()
    assert shelf is not None and shelf.manifest.stores == ("s1",) and shelf.manifest.channels == ("store",)
    assert np.all(lines(told, "card:100").store == 0)


def _folder(told: Told) -> Path:
    found = columns.current(told.shop.home.lake)
    assert found is not None
    return found.folder


def test_an_erased_customer_is_in_no_file_of_the_purchases_and_the_others_are_as_before(told: Told) -> None:
    town(told, people=6)
    told.customers.purchases.refresh()
    before = lines(told, "card:102").total.sum()
    assert b"card:103" in _bytes(told)
    privacy = told.customers.privacy
    privacy.erase("card:103", Actor("member:1"), minutes=0)
    assert privacy.work(told.shop.make_figures_anew) == 1
    assert b"card:103" not in _bytes(told), "the worker may be slow to sort anew: until then there is nothing"
    assert told.customers.purchases.refresh(), "the lake has changed, though no event was added"
    assert b"card:103" not in _bytes(told)
    assert lines(told, "card:102").total.sum() == before


def _bytes(told: Told) -> bytes:
    root = columns.root(told.shop.home.lake)
    return b"".join(file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file())
