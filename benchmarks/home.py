"""A shop of any size for benchmarks: events made up by DuckDB, taken in the public way, then consumer, lake and marts.

    python -m benchmarks.home FOLDER [--events 1000000] [--json]

One customer for 25 events, some much busier than others; cards, e-mails, telephones and browsers; orders of one to
eight lines in 40 stores and on the web, page and product views, mailings by post to a part of the customers. The
same number of events gives the same shop. Nothing in it is about a real person.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.report import show
from choral import Shop, open_shop
from choral.events.lake.datasets import Datasets
from choral.home import Home

CAMPAIGNS = 12
_PAGE = 50_000
_FIRST = "Anna Luc Éloïse Marco Giulia Noah Emma Léo Chiara Paul Zoé Hugo".split()
_STEMS = "Mart Bern Dub Ross Ferr Leg Mor Gir Lef Ric Bian Gall Cost Faur".split()
_ENDS = "in ard ois i ari rand eau aud èvre ci chi o a e".split()

# `dice` falls in [0, 1): what happens; `who`: to whom; `spin`: a whole number for everything else. The year is 2025.
_EVENTS = """
WITH numbered AS (
  SELECT n, hash(n * 3 + 0) / 18446744073709551616.0 AS dice, (hash(n * 3 + 1) % 1000000007)::BIGINT AS spin,
         CASE WHEN n < $people THEN n
              ELSE floor($people * pow(hash(n * 3 + 2) / 18446744073709551616.0, 1.7))::BIGINT END AS who,
         1735689600000000 + (n * (31536000000000 / $total))::BIGINT AS happened
  FROM range($start, $stop) AS t(n)),
bought AS (
  SELECT *, list_transform(range(1 + spin % 8), lambda i: {
           'product_id': 'p' || ((spin * 31 + i * 977) % 4000), 'quantity': 1 + (spin + i) % 3,
           'total': 0.9 + (spin * 7 + i * 131) % 2400 / 100.0}) AS products
  FROM numbered)
SELECT (CASE
  WHEN n < $people THEN to_json({'name': 'Customer Identified', 'id': 'e' || n, 'at': happened, 'channel': 'store',
    'ids': ['card:' || who, 'email:c' || who || '@example.com'],
    'traits': {'first_name': $first[1 + who % 12],
               'last_name': $stems[1 + (who // 12) % 14] || $ends[1 + (who // 168) % 14],
               'phone': '+336' || lpad(who::VARCHAR, 8, '0'), 'tier': ['gold', 'silver', 'none'][1 + who % 3]}})
  WHEN dice < 0.22 THEN to_json({'name': 'Order Completed', 'id': 'e' || n, 'at': happened,
    'channel': CASE WHEN who % 5 = 0 THEN 'web' ELSE 'store' END, 'ids': ['card:' || who],
    'properties': {'order_id': 'o' || n, 'store_id': CASE WHEN who % 5 > 0 THEN 's' || (who % 40) END,
                   'total': round(list_sum(list_transform(products, lambda p: p.total)), 2), 'currency': 'EUR',
                   'products': products}})
  WHEN dice < 0.48 THEN to_json({'name': 'Page Viewed', 'id': 'e' || n, 'at': happened, 'channel': 'web',
    'ids': ['anonymous:a' || who || '-' || (spin % 2)],
    'properties': {'path': '/shop/' || (spin % 500), 'title': 'Page ' || (spin % 500)}})
  WHEN dice < 0.78 THEN to_json({'name': 'Product Viewed', 'id': 'e' || n, 'at': happened, 'channel': 'web',
    'ids': CASE WHEN spin % 20 = 0 THEN ['card:' || who, 'anonymous:a' || who || '-0']
                ELSE ['anonymous:a' || who || '-0'] END,
    'properties': {'product_id': 'p' || (spin % 4000), 'price': 0.9 + spin % 2400 / 100.0, 'currency': 'EUR'}})
  WHEN dice < 0.94 THEN to_json({'name': 'Email Opened', 'id': 'e' || n, 'at': happened, 'channel': 'email',
    'ids': ['email:c' || who || '@example.com'], 'properties': {'campaign_id': 'mail' || (spin % 50)}})
  ELSE to_json({'name': 'Mail Piece Sent', 'id': 'e' || n, 'at': happened, 'channel': 'direct_mail',
    'ids': ['card:' || who],
    'properties': {'campaign_id': 'post' || least(floor(n * $campaigns / $total), $campaigns - 1)::BIGINT}})
END)::VARCHAR FROM bought ORDER BY n"""
_DATASETS = {
    "products": """SELECT 'p' || n AS product_id, 'Product ' || n AS name, 'Department ' || (n % 25) AS department,
        'Category ' || (n % 300) AS category, 'Brand ' || (n % 90) AS brand FROM range(4000) AS t(n)""",
    "stores": "SELECT 's' || n AS store_id, 'Store ' || n AS name FROM range(40) AS t(n)",
    "campaigns": f"""SELECT 'post' || n AS campaign_id, 'Post ' || n AS name, 'letter' AS kind,
        'direct_mail' AS channel, DATE '2025-01-01' + (n * {365 // CAMPAIGNS})::INTEGER AS starts,
        DATE '2025-01-28' + (n * {365 // CAMPAIGNS})::INTEGER AS ends FROM range({CAMPAIGNS}) AS t(n)""",
}


@dataclass(frozen=True)
class Took:
    """Seconds of filling a home: events on disk, then until every figure holds them."""

    accepted: float
    settled: float


def filled(folder: Path, events: int) -> Took:
    """A new home in `folder` with that many events in every figure."""
    from choral.interfaces.cli.loading import beside_worker, until_settled  # deferred: only when something is made

    home = Home.make(folder, name="A shop made up", time_zone="UTC")
    shop = open_shop(home.path)
    begun = time.perf_counter()
    try:
        with beside_worker(home) as worker:
            _put_datasets(home)
            _accept(shop, events)
            accepted = time.perf_counter()
            until_settled(home, worker, lambda stage, done, total: None)
    finally:
        shop.close()
    return Took(accepted - begun, time.perf_counter() - accepted)


def people_of(events: int) -> int:
    """How many customers a shop of so many events has; their cards are `card:0` and so on."""
    return max(20, events // 25)


def _accept(shop: Shop, events: int) -> None:
    source = shop.events.create_source("Made up", "web", "made-up")
    taken = shop.events.accept_lines(source, lines(events))
    if taken.refused or taken.accepted != events:
        first = taken.refused[0].message if taken.refused else "fewer than were made"
        raise SystemExit(f"{taken.accepted:,} of {events:,} events were accepted: {first}")


def lines(events: int) -> Iterator[bytes]:
    """The events as JSON lines, in the order in which they happened."""
    given = {"people": people_of(events), "total": events, "campaigns": CAMPAIGNS,
             "first": _FIRST, "stems": _STEMS, "ends": _ENDS}  # fmt: skip
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 1}) as database:
        for start in range(0, events, _PAGE):
            found = database.execute(_EVENTS, given | {"start": start, "stop": min(events, start + _PAGE)}).fetchall()
            yield from (line.encode() for (line,) in found)


def _put_datasets(home: Home) -> None:
    datasets = Datasets(home.lake)
    with duckdb.connect() as database:
        for name, sql in _DATASETS.items():
            datasets.put(name, database.sql(sql).to_arrow_reader(50_000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    took = filled(given.folder.resolve(), given.events)
    rows: list[dict[str, object]] = [
        {"what": "events on disk", "seconds": took.accepted, "events/s": given.events / took.accepted},
        {"what": "then, until every figure holds them", "seconds": took.settled, "events/s": ""},
    ]
    show(f"A shop of {given.events:,} events, {people_of(given.events):,} customers", rows, as_json=given.json)


if __name__ == "__main__":
    main()
