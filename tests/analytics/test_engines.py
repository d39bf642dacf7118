"""The same analysis on a Dask cluster, with a scheduler and two worker processes, gives the same answers."""

from __future__ import annotations

import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.door import Analytics
from choral.analytics.engine import spans
from choral.core.errors import Unavailable


def test_a_cluster_answers_as_this_process_does(shop: Shop, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [
        order(f"card:{n % 40}", f"2024-{1 + n % 6:02}-{1 + n % 28:02}T10:00:00Z", n % 17, store=str(n % 3))
        for n in range(300)
    ]
    fill(shop, [*events, *(touch(f"card:{n}", "2023-12-30T10:00:00Z", "web", "Page Viewed") for n in range(20))])
    monkeypatch.setenv("CHORAL_ENGINE_URL", cluster)
    far = Analytics(shop.home, shop.log)
    near = shop.analytics
    try:
        assert far.as_of() == near.as_of()
        assert far.overview() == near.overview()
        assert far.sales("week", "store") == near.sales("week", "store")
        assert far.orders(limit=20) == near.orders(limit=20)
        assert (far.rfm(), far.slipping()) == (near.rfm(), near.slipping())
        assert far.products() == near.products()
    finally:
        far.close()


def test_a_cluster_that_does_not_answer_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", 1)])
    monkeypatch.setenv("CHORAL_ENGINE_URL", "tcp://127.0.0.1:9")
    with pytest.raises(Unavailable, match="does not answer"):
        Analytics(shop.home, shop.log).as_of()


def test_buckets_are_taken_together_only_while_their_rows_fit() -> None:
    assert spans([3, 3, 3, 9, 1], most=6) == [range(0, 2), range(2, 3), range(3, 4), range(4, 5)]
    assert spans([1] * 16) == [range(0, 16)]


def test_many_small_spans_answer_as_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, [order(f"card:{n % 40}", f"2024-03-{1 + n % 28:02}T10:00:00Z", n % 17) for n in range(200)])
    whole = (
        shop.analytics.orders(limit=30),
        shop.analytics.rfm(),
        shop.analytics.overview(),
        shop.analytics.products(),
    )
    monkeypatch.setattr("choral.analytics.engine._ROWS_AT_ONCE", 1)
    monkeypatch.setattr("choral.analytics.engine.spans", lambda rows: spans(rows, 1))
    apart = Analytics(shop.home, shop.log)
    assert (apart.orders(limit=30), apart.rfm(), apart.overview(), apart.products()) == whole
    apart.close()
