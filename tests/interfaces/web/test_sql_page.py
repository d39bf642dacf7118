"""The analyst's SELECT: answered, kept with a way back, and shut in: no files, network, writing or endless memory."""

from __future__ import annotations

import re
from typing import Any

import pytest

from choral import Shop
from tests.interfaces.web.test_console_lists import text_of


def test_a_select_is_answered_with_the_figures_of_the_shop_and_as_a_file_without_formulas(
    console: Shop, sign_in: Any
) -> None:
    client = sign_in("analyst")
    asked = "SELECT sum(total) AS whole, '=1+1' AS risky FROM orders"
    page = text_of(client.post("/measure/sql", {"query": asked}))
    whole = console.analytics.sql("SELECT sum(total) AS whole FROM orders").rows()[0]["whole"]
    assert f"{whole:,}" in page
    file = client.post("/measure/sql", {"query": asked, "export": "csv"})
    rows = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert rows == ["whole,risky", f"{whole},'=1+1"]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE orders", "SELECT 1; SELECT 2", "COPY orders TO '/tmp/x.csv'", "ATTACH '/etc/passwd' AS x",
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM 'https://example.com/a.csv'", "SET enable_external_access = true", "INSTALL httpfs",
        "PRAGMA database_list", "CREATE TABLE x AS SELECT 1", "nonsense",
    ],
)  # fmt: skip
def test_ways_around_are_refused_with_a_way_out(console: Shop, sign_in: Any, query: str) -> None:
    answer = sign_in("analyst").post("/measure/sql", {"query": query})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "root:" not in answer.content.decode()


def test_a_query_that_would_eat_the_machine_is_stopped_and_the_shop_goes_on(
    console: Shop, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("choral.interfaces.web.pages.sql.sql._SECONDS", 2.0)
    client = sign_in("analyst")
    endless = client.post("/measure/sql", {"query": "SELECT count(*) FROM range(100000000000) a, range(100000000) b"})
    assert endless.status_code == 422
    greedy = client.post("/measure/sql", {"query": "SELECT repeat('x', 1000000000) || i FROM range(100) t(i)"})
    assert greedy.status_code == 422
    assert client.get("/measure/sql").status_code == 200


def test_a_query_is_kept_shared_and_removed_with_a_way_back(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    kept = client.post("/measure/sql/keep", {"name": "By store", "query": "SELECT 42 AS answer"}, follow=True)
    assert "SELECT 42 AS answer" in kept.content.decode()
    assert "By store" not in client_text(sign_in("owner"))
    removal = re.search(r'action="(/measure/sql/[^"]+/remove)"', kept.content.decode())
    assert removal is not None
    gone = client.post(removal[1], follow=True)
    back = re.search(r'action="(/measure/sql/[^"]+/restore)"', gone.content.decode())
    assert back is not None
    assert "SELECT 42 AS answer" in client.post(back[1], follow=True).content.decode()
    client.post(removal[1])


def test_who_may_not_ask_in_sql_cannot(console: Shop, sign_in: Any) -> None:
    assert sign_in("agent").get("/measure/sql").status_code == 403


def client_text(client: Any) -> str:
    return text_of(client.get("/measure/sql"))
