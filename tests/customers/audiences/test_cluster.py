"""An audience counted on a Dask cluster, with a scheduler and two worker processes, holds the same people."""

from __future__ import annotations

import pytest

from choral import Shop
from choral.customers.audiences import tree
from choral.customers.audiences.tree import Definition
from choral.customers.consumer import consume
from choral.events.lake import writer

TWICE = tree.Happened("Order Completed", test=tree.Test("at_least", (2,)))
SAID = Definition(tree.All((TWICE, tree.Not(tree.Channel("web")), tree.Total("events", tree.Test("at_most", (9,))))))


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_cluster_counts_the_same_people_as_this_process(
    shop: Shop,
    cluster: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = shop.events.create_source("till", "store", "till")
    orders = [
        {"id": f"o{n}", "name": "Order Completed", "ids": [f"card:{1 + n * n % 57}"], "amount": 500, "currency": "EUR",
         "channel": "web" if n % 11 == 0 else "store"}
        for n in range(200)
    ]  # fmt: skip
    assert not shop.events.accept(source, orders).refused
    while consume(shop.home, shop.log):
        pass
    writer.flush(shop.home.lake, shop.log, shop.customers.status().position, lambda *_: ())
    audiences = shop.customers.audiences
    here = audiences.preview(SAID)
    audiences.close()
    audiences.reading._engine = cluster
    audiences.reading.__dict__.pop("_cluster", None)
    there = audiences.preview(SAID)
    assert here.people > 0 and (there.people, there.parts, there.sample) == (here.people, here.parts, here.sample)
    audiences.reading._cluster.close()  # type: ignore[union-attr]
