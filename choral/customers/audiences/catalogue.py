"""The catalogue as conditions on what was bought need it: department, category and brand of each product."""

from __future__ import annotations

from functools import lru_cache

import duckdb

from choral.customers.audiences.matchers import Catalogue, Product
from choral.events.lake.datasets import Datasets


def catalogue(lake: str) -> Catalogue:
    """Every product by its id; read again only after an import changed it."""
    return _read(lake, Datasets(lake).version("products"))


def version(lake: str) -> int:
    """The version of the catalogue, -1 before there is one."""
    found = Datasets(lake).version("products")
    return -1 if found is None else found


@lru_cache(maxsize=2)
def _read(lake: str, version: int | None) -> Catalogue:
    if version is None:
        return {}
    first = "row_number() OVER (PARTITION BY product_id ORDER BY department, category, name) = 1"
    with duckdb.connect() as database:
        rows = database.sql(
            f"SELECT product_id, department, category, brand FROM {Datasets(lake).scan('products')} QUALIFY {first}"  # noqa: S608
        ).fetchall()
    return {row[0]: Product(*row[1:]) for row in rows}
