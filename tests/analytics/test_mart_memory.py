"""The marts are made when memory is short: one thread does what several did not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_shop import fill, order

from choral import Shop
from choral.analytics import duck
from choral.analytics.marts import current


def test_marts_that_do_not_fit_with_all_threads_are_made_by_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _out_of_memory_while(monkeypatch, lambda statements: "SET threads = 1" not in statements)
    fill(shop, [order("card:1", "2026-03-01T10:00:00Z", 5.0)])
    assert "SET threads = 1" in asked
    made = current(shop.home.lake)
    assert made is not None and made.folder.is_dir()
    assert shop.analytics.sales().total.orders > 0


def test_marts_that_never_fit_say_what_did_not_and_leave_nothing_lying_about(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _out_of_memory_while(monkeypatch, lambda statements: True)
    with pytest.raises(duckdb.OutOfMemoryException, match="CREATE TEMP TABLE orders"):
        fill(shop, [order("card:1", "2026-03-01T10:00:00Z", 5.0)])
    assert not list(Path(shop.home.lake.removeprefix("file://")).glob("marts/building-*"))


def _out_of_memory_while(monkeypatch: pytest.MonkeyPatch, short: Any) -> list[str]:
    run, asked = duck.run, []

    def scarce(database: duckdb.DuckDBPyConnection, sql: str, params: duck.Params | None = None) -> None:
        asked.append(sql)
        if sql.startswith("CREATE TEMP TABLE orders") and short(asked):
            raise duckdb.OutOfMemoryException("failed to pin block")
        run(database, sql, params)

    monkeypatch.setattr(duck, "run", scarce)
    return asked
