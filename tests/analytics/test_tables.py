"""The analyst's tables are the console's figures, and a SELECT of one's own reaches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import dataset, fill, order, touch

from choral import Shop
from choral.core.errors import InvalidInput


@pytest.fixture
def filled(shop: Shop) -> Shop:
    dataset(shop, "stores", {"store_id": "1", "name": "<b>High</b> Street"})
    fill(
        shop,
        [
            order("card:a", "2024-03-01T10:00:00Z", 10, 2), order("card:b", "2024-03-02T10:00:00Z", 5, store="2"),
            touch("card:a", "2024-03-03T10:00:00Z", "web", "Page Viewed"),
        ],
    )  # fmt: skip
    return shop


def test_tables_come_as_arrow_polars_and_pandas_with_described_columns(filled: Shop) -> None:
    for name in filled.tables.names:
        table = getattr(filled.tables, name)
        assert table.to_arrow().num_rows == table.to_polars().height == len(table.to_pandas()) == table.count()
        assert all(table.columns.values()), name
    orders = filled.tables.orders
    assert [row["total"] for row in orders.rows()] == [1200, 500] and len(orders.head(1)) == 1
    assert orders.filter("total > 600").count() == 1
    assert orders.sql("SELECT sum(total) AS s FROM this").rows() == [{"s": 1700}]
    assert "orders" in repr(orders) and orders.explain()
    assert "&lt;b&gt;" in filled.tables.stores._repr_html_()
    assert filled.tables.events.count() == 3


def test_the_figures_are_those_of_the_console(filled: Shop) -> None:
    said = filled.sql("select store_id, sum(total) as sales from orders group by 1 order by 2 desc limit 5").rows()
    found = filled.analytics.sales("week", "store")
    assert [(row["store_id"], row["sales"]) for row in said] == [(one.key, one.amount) for one in found.series]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM orders", "SELECT 1; SELECT 2", "COPY orders TO '/tmp/x.csv'", "SET memory_limit = '90GB'",
        "ATTACH '/tmp/other.db'", "INSTALL httpfs", "PRAGMA database_list", "CREATE TABLE t AS SELECT 1", "", "SELEC 1",
        "SELECT * FROM (SELECT 1) LIMIT 0; DROP VIEW orders; --",
    ],
)  # fmt: skip
def test_only_one_select_is_taken(filled: Shop, query: str) -> None:
    with pytest.raises(InvalidInput):
        filled.analytics.sql(query).rows()
    assert filled.tables.orders.count() == 2


@pytest.mark.parametrize(
    "source",
    ["read_text('{home}/shop.toml')", "'{home}/secret.key'", "read_blob('{home}/secret.key')", "glob('{home}/*')",
     "read_csv('/etc/passwd')", "read_parquet('http://127.0.0.1:9/x.parquet')", "'{home}/books.db'"],
)  # fmt: skip
def test_a_select_reads_no_file_and_no_network(filled: Shop, source: str) -> None:
    place = source.format(home=filled.home.path)
    with pytest.raises(InvalidInput) as refused:
        filled.analytics.sql(f"SELECT * FROM {place}").rows()
    assert refused.value.code == "sql_refused"
    assert Path(filled.home.path, "secret.key").exists()


def test_a_select_that_takes_too_long_is_stopped(filled: Shop) -> None:
    query = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range % 7 = b.range % 11"
    with pytest.raises(InvalidInput) as stopped:
        filled.analytics.sql(query, seconds=0.5).rows()
    assert stopped.value.code == "took_too_long"


def test_an_answer_has_at_most_as_many_rows_as_allowed(filled: Shop) -> None:
    assert len(filled.analytics.sql("SELECT * FROM range(1000)", most=10).rows()) == 10


def test_pictures_are_drawn_from_the_same_answers(filled: Shop) -> None:
    values = filled.plot.sales(by="day").to_dict()["data"]["values"]
    assert [(row["day"], row["sales"]) for row in values] == [
        ("2024-03-01", 12.0), ("2024-03-02", 5.0), ("2024-03-03", 0.0),
    ]  # fmt: skip
    assert filled.plot.sales(split="store").to_dict()["encoding"]["color"]["field"] == "series"
    assert len(filled.plot.rfm().to_dict()["data"]["values"]) == 25
    assert filled.plot.paths().to_dict()["data"]["values"]
