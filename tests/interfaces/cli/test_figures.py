"""The figures of the console in the terminal, and files imported and taken back there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from choral.home import Home
from tests.interfaces.cli.called import call
from tests.interfaces.worker.worked import settle, working

DAY = 86_400_000_000
FIRST = 1_767_258_000_000_000  # 2026-01-01 10:00 in Paris


def order(number: int, card: str, day: int, revenue: float) -> str:
    return json.dumps(
        {
            "id": f"o{number}", "name": "Order Completed", "ids": [f"card:{card}"], "channel": "store",
            "at": FIRST + day * DAY, "properties": {
                "order_id": f"o{number}", "revenue": revenue, "currency": "EUR", "store_id": "7",
                "products": [{"product_id": "p1", "quantity": 1, "price": revenue}],
            },
        }
    )  # fmt: skip


@pytest.fixture
def sold(cafe: Home) -> Home:
    """A shop with five orders of two cards: 10, 20, 30, 40 in January and 50 in February."""
    lines = [order(n, "a" if n % 2 else "b", 31 if n == 5 else n, 10.0 * n) for n in range(1, 6)]
    with working(cafe) as worker:
        assert call("send", given="\n".join(lines).encode()).code == 0
        settle(cafe, worker)
    return cafe


def test_sales_are_those_of_the_orders(sold: Home) -> None:
    told = call("sales", "--json").json
    assert (told["total"]["amount"], told["total"]["orders"]) == (15_000, 5)
    said = call("sales", "--by", "month", "--split", "store").out
    assert "100.00" in said and "50.00" in said and "5 orders, 150.00 EUR" in said
    assert call("sales", "--since", "2026-01-03", "--until", "2026-01-04", "--json").json["total"]["amount"] == 5_000
    assert call("sales", "--since", "soon").code == 2


def test_customers_are_sorted_by_recency_frequency_and_value(sold: Home) -> None:
    assert call("rfm", "--json").json["customers"] == 2
    assert "segment" in call("rfm").out
    segment = call("rfm", "--json").json["segments"][0]["key"]
    assert call("rfm", "--segment", segment, "--json").code == 0
    assert call("rfm", "--slipping").out.strip() == "Nobody."


def test_campaigns_are_none_where_there_were_none(sold: Home) -> None:
    assert call("campaigns", "--json").json == []
    assert call("campaigns").out.strip() == "No campaigns yet."
    assert call("campaigns", "23").code == 3


def test_sql_reads_and_only_reads(sold: Home) -> None:
    told = call("sql", "select count(*) as n, sum(total) as cents from order_lines", "--json").json
    assert [(row["n"], int(row["cents"])) for row in told] == [(5, 15_000)]
    assert "n" in call("sql", "select count(*) as n from orders").out
    assert call("sql", "select 1 as x from orders where false").out.strip() == "No rows."
    for wrong in ("drop table orders", "select * from read_csv('/etc/passwd')", "selekt"):
        answer = call("sql", wrong, "--json")
        assert answer.code == 4, wrong
        assert answer.error["fix"]


def test_orders_are_exported(sold: Home) -> None:
    rows = call("export", "orders").out.splitlines()
    assert len(rows) == 6 and "order_id" in rows[0]
    assert (
        sum(
            json.loads(line)["amount"] == "50.00"
            for line in call("export", "orders", "--format", "jsonl").out.splitlines()
        )
        == 1
    )


def test_an_empty_shop_has_figures_too(cafe: Home) -> None:
    for command in (["sales"], ["campaigns"], ["rfm"], ["rfm", "--slipping"], ["export", "orders"], ["import", "list"]):
        assert call(*command).code == 0, command
        assert call(*command, "--json").code == 0, command


def test_a_file_is_tried_imported_and_taken_back(cafe: Home, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("Carte;Prénom;E-mail\nc1;Zoé;zoe@x.fr\nc2;Luc;luc@x.fr\nc3;Max;not-a-mail\n", "utf-8")
    tried = call("import", "run", str(file), "--dry-run", "--json").json
    assert (tried["draft"]["reading"]["delimiter"], tried["dry_run"]["rows"]) == (";", 3)
    assert "Nothing has happened" in call("import", "run", str(file), "--dry-run").out
    assert call("status", "--json").json["log"]["head"] == 0

    done = call("import", "run", str(file), "--json").json
    assert (done["state"], done["new"], done["refused_rows"]) == ("done", 2, 1)
    refused = tmp_path / "refused.csv"
    assert call("import", "refused", done["id"], "--to", str(refused)).code == 0
    assert "not-a-mail" in refused.read_text("utf-8-sig") and "zoe" not in refused.read_text("utf-8-sig")
    assert "not-a-mail" in call("import", "refused", done["id"]).out
    with working(cafe) as worker:
        settle(cafe, worker)
        assert call("customers", "find", "zoe@x.fr", "--json").json
        assert call("import", "show", done["id"], "--json").json["id"] == done["id"]
        assert "clients.csv" in call("import", "list").out
        assert call("import", "undo", done["id"]).code == 0
        settle(cafe, worker)
        assert call("customers", "find", "zoe@x.fr", "--json").json == []


def test_a_file_that_is_no_table_is_refused_with_what_to_do(cafe: Home, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    assert call("import", "run", str(tmp_path / "empty.csv"), "--json").error["code"] == "empty_file"
    (tmp_path / "two.csv").write_text("card,email\nc1,a@x.fr\n")
    wrong = call("import", "run", str(tmp_path / "two.csv"), "--map", "Nope=email", "--json")
    assert (wrong.code, wrong.error["code"]) == (4, "no_such_column")
    assert call("import", "undo", "nope").code == 3
    assert call("import", "run", str(tmp_path / "nowhere.csv")).code == 2


def test_orders_imported_by_mistake_leave_no_trace_in_the_figures(sold: Home, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id,date,card,total,currency\nX1,2026-01-05,c9,100.00,EUR\nX2,2026-01-06,a,5.00,EUR\n")
    with working(sold) as worker:
        done = call("import", "run", str(file), "--json").json
        settle(sold, worker)
        assert call("sales", "--json").json["total"]["amount"] == 15_000 + 10_500
        call("import", "undo", done["id"])
        settle(sold, worker)
        assert call("sales", "--json").json["total"]["amount"] == 15_000
        assert call("rfm", "--json").json["customers"] == 2
