"""Audiences in the terminal: made from a file, counted, listed, explained, exported."""

from __future__ import annotations

import json
from pathlib import Path

from choral import open_shop
from choral.customers.consumer import consume
from choral.events.lake import writer
from choral.home import Home
from tests.interfaces.cli.called import call

TWICE = {"who": {"is": "event", "event": "Order Completed", "test": {"how": "at_least", "values": [2]}}}


def sold(home: Home) -> str:
    """One customer who bought twice, one who bought once; the first one's id."""
    with open_shop(home.path) as shop:
        source = shop.events.create_source("till", "store", "till")
        sold = {"name": "Order Completed", "amount": 500, "currency": "EUR"}
        orders = [{"id": f"o{n}", "ids": [f"card:{1 + n // 2}"], **sold} for n in range(3)]
        assert not shop.events.accept(source, orders).refused
        consume(shop.home, shop.log)
        writer.flush(shop.home.lake, shop.log, shop.customers.status().position, lambda *_: ())
        return shop.customers.resolve(["card:1"])["card:1"]


def test_an_audience_is_made_counted_explained_and_exported_in_the_terminal(home: Home, tmp_path: Path) -> None:
    customer, file, where = sold(home), tmp_path / "twice.json", ("--home", str(home.path))
    file.write_text(json.dumps(TWICE), "utf-8")
    made = call("audience", "make", "Twice", str(file), *where)
    assert made.code == 0 and "Customers who bought at least 2 times." in made.out
    assert json.loads(call("audience", "count", "twice", "--json", *where).out)["members"] == 1
    page = json.loads(call("audience", "members", "twice", "--json", *where).out)
    assert [row["customer"]["id"] for row in page["rows"]] == [customer]
    assert "In." in call("audience", "why", "twice", customer, *where).out
    target = tmp_path / "twice.csv"
    assert call("audience", "export", "twice", "--to", str(target), *where).code == 0
    assert target.read_text("utf-8").splitlines()[1].startswith(customer)
    assert "1" in call("audience", "overlap", "twice", "twice", *where).out
    assert "Twice" in call("audience", "list", *where).out


def test_a_bad_file_of_conditions_says_where(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"who": {"is": "seen", "which": "never"}}', "utf-8")
    answer = call("audience", "make", "Bad", str(file), "--home", str(home.path), "--json")
    assert answer.error["code"] == "invalid_condition" and answer.error["details"]["path"] == "who.which"
