"""Journeys in the terminal: each question, its people, and the people kept as an audience."""

from __future__ import annotations

import json

from choral import open_shop
from choral.customers.consumer import consume
from choral.events.lake import writer
from choral.home import Home
from tests.interfaces.cli.called import call


def walked(home: Home) -> tuple[str, str]:
    """Two look at a page, the first of them buys an hour later and in the next month; their ids."""
    with open_shop(home.path) as shop:
        source = shop.events.create_source("web", "web", "web")
        sold = {"name": "Order Completed", "amount": 500, "currency": "EUR", "ids": ["card:1"]}
        events = [
            {"id": "a", "name": "Page Viewed", "ids": ["card:1"], "at": "2024-01-05T10:00:00Z"},
            {"id": "b", "name": "Page Viewed", "ids": ["card:2"], "at": "2024-01-06T10:00:00Z"},
            {"id": "c", "at": "2024-01-05T11:00:00Z", **sold}, {"id": "d", "at": "2024-02-05T11:00:00Z", **sold},
        ]  # fmt: skip
        assert not shop.events.accept(source, events).refused
        consume(shop.home, shop.log)
        writer.flush(shop.home.lake, shop.log, shop.customers.status().position, lambda *_: ())
        shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())
        known = shop.customers.resolve(["card:1", "card:2"])
        return known["card:1"], known["card:2"]


def test_every_question_of_journeys_is_answered_in_the_terminal(home: Home) -> None:
    bought, looked = walked(home)
    where = ("--home", str(home.path))
    funnel = json.loads(call("journeys", "funnel", "Page Viewed", "Order Completed", "--json", *where).out)
    assert [step["customers"] for step in funnel["steps"]] == [2, 1]
    assert "Page Viewed" in call("journeys", "funnel", *where).out
    lost = json.loads(
        call("journeys", "funnel", "Page Viewed", "Order Completed", "--at", "0", "--lost", "--json", *where).out
    )
    assert lost["rows"] == [looked]
    assert "2 customers, 1 of them" in call("journeys", "paths", *where).out
    assert "web" in call("journeys", "paths", "--passages", *where).out
    at_web = json.loads(call("journeys", "paths", "--node", "0:web", "--to", "1:order:web", "--json", *where).out)
    assert at_web["rows"] == [bought]
    cohorts = json.loads(call("journeys", "cohorts", "--json", *where).out)
    assert [one["values"] for one in cohorts["cohorts"]] == [[1, 1]]
    assert "2024-01-01" in call("journeys", "cohorts", *where).out
    back = json.loads(call("journeys", "cohorts", "--begins", "2024-01-01", "--periods", "1", "--json", *where).out)
    assert back["rows"] == [bought]
    assert json.loads(call("journeys", "sequences", "--json", *where).out)["rows"] == []
    assert "A correlation" in call("journeys", "sequences", *where).out
    assert json.loads(call("journeys", "sessions", "--json", *where).out)[0]["sessions"] == 4
    assert "web" in call("journeys", "sessions", *where).out


def test_people_of_a_figure_become_an_audience_in_the_terminal(home: Home) -> None:
    _, looked = walked(home)
    where = ("--home", str(home.path))
    kept = call("journeys", "funnel", "Page Viewed", "Order Completed", "--at", "0", "--lost", "--keep", "Lost", *where)
    assert kept.code == 0 and "1 customers" in kept.out
    page = json.loads(call("audience", "members", "lost", "--json", *where).out)
    assert [row["customer"]["id"] for row in page["rows"]] == [looked]


def test_a_wrong_step_says_how_steps_are_written(home: Home) -> None:
    answer = call("journeys", "funnel", "a|b|c|d|e", "--home", str(home.path), "--json")
    assert answer.error["code"] == "wrong_step"
