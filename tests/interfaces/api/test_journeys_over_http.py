"""Journeys over HTTP: the same answers as in Python, their people by pages, and people kept as an audience once."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from api_program import Program

from choral import Shop
from choral.analytics.journeys.door import CohortQuery, FunnelQuery, PathQuery
from choral.core.clock import DAY
from choral.customers.consumer import consume
from choral.events.lake import writer

START = 1_764_000_000_000_000  # µs UTC, in November 2025
FUNNEL = "step=Page%20Viewed&step=Order%20Completed&window_days=3"


def _walked(shop: Shop, people: int = 12) -> None:
    """Everybody looks at a page; every third buys the day after, and again two months later."""
    web = shop.events.create_source("Web", "web", "web")
    events: list[dict[str, object]] = []
    for n in range(1, people + 1):
        events.append({"name": "Page Viewed", "id": f"v{n}", "at": START + n * DAY, "ids": [f"card:w{n}"]})
        sold = {"name": "Order Completed", "ids": [f"card:w{n}"], "amount": 500, "currency": "EUR"}
        waits = (1, 61) if n % 3 == 0 else ()
        events += [{**sold, "id": f"o{n}-{wait}", "at": START + (n + wait) * DAY} for wait in waits]
    assert not shop.events.accept(web, events).refused
    consume(shop.home, shop.log)
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())


def test_http_answers_what_python_answers(owner: Program, shop: Shop) -> None:
    _walked(shop)
    journeys = shop.analytics.journeys
    funnel = owner.get(f"/api/v1/journeys/funnel?{FUNNEL}").json()
    asked = FunnelQuery(("Page Viewed", "Order Completed"), 3)
    assert [step["customers"] for step in funnel["steps"]] == [12, 4]
    assert [step["customers"] for step in funnel["steps"]] == [step.customers for step in journeys.funnel(asked).steps]
    paths = owner.get("/api/v1/journeys/paths?depth=2&backwards=true&end=order").json()
    found = journeys.paths(PathQuery(depth=2, backwards=True, end="order"))
    assert [(link["source"], link["target"], link["customers"]) for link in paths["links"]] == [
        (link.source, link.target, link.customers) for link in found.links
    ]
    cohorts = owner.get("/api/v1/journeys/cohorts?measure=orders").json()
    assert [one["values"] for one in cohorts["cohorts"]] == [
        list(one.values) for one in journeys.cohorts(CohortQuery(measure="orders")).cohorts
    ]
    compared = owner.get("/api/v1/journeys/paths/difference?segment=value:champions&other=").json()
    assert compared["other"]["customers"] == 12
    assert owner.get("/api/v1/journeys/steps").json()["channels"] == ["web"]
    assert owner.get("/api/v1/journeys/sequences").json()["of_customers"] == 12


def test_the_people_of_a_figure_come_by_pages(owner: Program, shop: Shop) -> None:
    _walked(shop)
    seen: list[str] = []
    after = ""
    while True:
        page = owner.get(f"/api/v1/journeys/funnel/customers?{FUNNEL}&at=0&lost=true&limit=3{after}").json()
        assert page["count"] == 8
        seen += page["data"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 8
    node = quote("0:web")
    assert owner.get(f"/api/v1/journeys/paths/customers?node={node}").json()["count"] == 12
    begins = shop.analytics.journeys.cohorts().cohorts[0]
    cell = f"begins={begins.begins.isoformat()}"
    assert owner.get(f"/api/v1/journeys/cohorts/customers?{cell}").json()["count"] == begins.size
    assert owner.get("/api/v1/journeys/cohorts/customers").status_code == 404
    assert owner.get("/api/v1/journeys/paths/customers?node=9:x").status_code == 404


def test_people_are_kept_as_an_audience_once(owner: Program, shop: Shop) -> None:
    _walked(shop)
    path, body = f"/api/v1/journeys/funnel/customers?{FUNNEL}&at=1", {"name": "Bought at once"}
    made = owner.send("POST", path, body, once="a")
    assert (made.status_code, made.json()["row"]["fixed"]) == (201, True)
    assert owner.send("POST", path, body, once="a").json() == made.json()
    assert [one.key for one in shop.customers.audiences.list()] == ["bought-at-once"]
    assert shop.customers.audiences.count("bought-at-once") == 4
    nobody = f"/api/v1/journeys/funnel/customers?{FUNNEL}&at=1&lost=true&since=2030-01-01"
    assert owner.send("POST", nobody, body).json()["code"] == "nobody_in_list"


def test_what_cannot_be_asked_is_refused_with_its_reason(
    owner: Program, program: Callable[[str], Program], shop: Shop
) -> None:
    _walked(shop, 1)
    assert owner.get("/api/v1/journeys/funnel?step=a|b|c|d|e").json()["code"] == "wrong_step"
    assert owner.get("/api/v1/journeys/paths?segment=value:best").json()["code"] == "no_such_segment"
    assert owner.get("/api/v1/journeys/paths?depth=11").status_code == 422
    kept = program("agent").send("POST", f"/api/v1/journeys/funnel/customers?{FUNNEL}", {"name": "x"})
    assert kept.status_code == 403
