"""Journeys as pictures of a notebook: one call each, with what the door answers."""

from __future__ import annotations

import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.journeys.door import FunnelQuery


def test_one_call_makes_each_picture(shop: Shop) -> None:
    pytest.importorskip("altair", reason="the notebook extra is not installed")
    fill(
        shop,
        [
            touch("card:a", "2024-01-01T10:00:00Z", "email"), order("card:a", "2024-01-02T10:00:00Z", 5),
            order("card:a", "2024-02-02T10:00:00Z", 5), order("card:b", "2024-02-20T10:00:00Z", 5),
        ],
    )  # fmt: skip
    plot = shop.analytics.plot
    ways = plot.paths().to_dict()
    assert {row["path"] for row in ways["data"]["values"]} == {"email → order:store", "order:store"}
    funnel = plot.funnel(FunnelQuery(("Message Sent", "Order Completed"))).to_dict()
    assert [row["customers"] for row in funnel["data"]["values"]] == [1, 1]
    cells = plot.cohorts().to_dict()["data"]["values"]
    assert [(row["cohort"], row["after"], row["value"]) for row in cells] == [("2024-01-01", 1, 1)]
