"""An audience of three event conditions and two traits over many people, beside a raw scan; and live membership.

    .venv/bin/python -m benchmarks.audiences [--people 1000000] [--events 10] [--followed 2000] [--json]

The columns are made up: each person has a card and a browser, events of six names over two years and three traits. The
raw scan reads the same columns of the same files and does nothing with them. Live: a shop of its own, `--followed`
events one by one, from the write to the log to the change of membership on disk.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow

from benchmarks.report import median, percentile, show
from choral import open_shop
from choral.books import SYSTEM
from choral.core.clock import DAY
from choral.core.event import Event, encode_lines
from choral.customers.audiences import counting, tree
from choral.customers.audiences.columns import Columns
from choral.customers.audiences.counting import Counting
from choral.customers.audiences.tree import Filter, Test, Window
from choral.customers.audiences.windows import Moment
from choral.customers.consumer import consume
from choral.events.lake import writer
from choral.events.store import Batch
from choral.home import Home

NOW = 1_760_000_000_000_000
Took = tuple[float, float]
EVENTS: tuple[tree.Condition, ...] = (
    tree.Happened("Order Completed", window=Window("last", 90), test=Test("at_least", (2,))),
    tree.Happened("Page Viewed", (Filter("path", Test("contains", ("/wine",))),), Window("last", 30)),
    tree.Sequence(tree.Step("Product Added"), tree.Step("Order Completed"), 48, False, Window("last", 60)),
)
TRAITS: tuple[tree.Condition, ...] = (
    tree.Trait("plan", Test("is", ("gold",))),
    tree.Trait("kids", Test("at_least", (1,))),
)
_WHOLE = ("the whole audience, nothing known before", "the same again, from bitmaps")
DEFINITION = tree.Definition(tree.Some((*EVENTS, tree.All(TRAITS))))
_TABLES = {
    "people": "SELECT range::INTEGER AS n, (range * 7919)::BIGINT AS customer, true AS known FROM range($people)",
    "ids": "SELECT range AS key, (range % $people)::INTEGER AS n,"
           " CASE WHEN range < $people THEN 'card' ELSE 'anonymous' END AS kind FROM range(2 * $people)",
    "events": """SELECT (hash(range) % (2 * $people))::BIGINT AS key, range + 1 AS position,
           $now - (hash(range, 1) % (730 * 86400000000))::BIGINT AS happened,
           ['Page Viewed', 'Page Viewed', 'Page Viewed', 'Product Added', 'Order Completed', 'Email Opened']
               [1 + (hash(range, 2) % 6)::INTEGER] AS name, 'web' AS channel,
           (hash(range, 3) % 20000)::BIGINT AS amount, 'EUR' AS currency,
           '{"path": "/' || ['wine', 'cheese', 'home', 'garden'][1 + (hash(range, 4) % 4)::INTEGER] || '/'
               || (hash(range, 5) % 1000) || '"}' AS properties FROM range($people * $each) ORDER BY name, happened""",
    "lines": "SELECT 0::BIGINT AS key, 0::BIGINT AS position, 0::BIGINT AS happened, false AS returned,"
             " '' AS product_id, '' AS category, 0.0::DOUBLE AS quantity, 0::BIGINT AS total,"
             " '' AS currency WHERE false",
    "traits": """SELECT range % $people AS key, ['plan', 'kids', 'city'][1 + (range // $people)::INTEGER] AS field,
           's' AS source, $now - (hash(range) % 1000000)::BIGINT AS happened, '' AS value,
           CASE WHEN range < $people THEN [['gold', 'silver', 'none'][1 + (hash(range, 6) % 3)::INTEGER]] ELSE [] END
               AS texts, '' AS folded,
           CASE WHEN range >= $people THEN (hash(range, 7) % 4)::DOUBLE END AS number, NULL::DATE AS day
           FROM range(3 * $people) ORDER BY field, key""",
}  # fmt: skip


def main() -> None:
    """Make the columns, count on them, then follow events in a small shop."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        columns = _made(Path(folder), options.people, options.events)
        rows = _counting(columns, options.repeat)
        title = f"Audience of 3 event conditions and 2 traits, {options.people:,} people, {options.events} events each"
        show(title, rows, as_json=options.json)
    with tempfile.TemporaryDirectory() as folder:
        show("Live membership, ms", _live(Path(folder), options.followed), as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10, help="of each person")
    parser.add_argument("--followed", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _made(folder: Path, people: int, each: int) -> Columns:
    given = {"people": people, "each": each, "now": NOW}
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(folder / "spill")}) as database:
        for name, sql in _TABLES.items():
            said = sql
            for key, value in given.items():
                said = said.replace(f"${key}", str(value))
            database.execute(
                f"COPY ({said}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            ).fetchall()
    return Columns(str(folder), 1, 1, 0, people, {name: [f"{name}.parquet"] for name in _TABLES})


def _counting(columns: Columns, repeat: int) -> list[dict[str, object]]:
    def beside(table: str) -> pyarrow.Table:
        return counting.BESIDE[table].empty_table()

    given = counting.given(columns, counting.products_scan(None), "EUR", beside, lambda table: "")
    scan = [_seconds(lambda: _scan(columns)) for _ in range(repeat)]
    opened = _seconds(lambda: Counting(given).close())
    rounds = [_round(given) for _ in range(repeat)]
    people = rounds[0][1]
    named = {name: _middle([took[name] for took, _ in rounds]) for name in rounds[0][0]}
    base = _middle(scan)
    rows = {"baseline: a raw scan of the same columns": base, "opening the columns (once a state)": opened, **named}
    return [{"what": name, "s": round(wall, 4), "cpu s": round(cpu, 4), "cpu to baseline": round(cpu / base[1], 2),
             "people": people} for name, (wall, cpu) in rows.items()]  # fmt: skip


def _middle(times: list[Took]) -> Took:
    return median([wall for wall, _ in times]), median([cpu for _, cpu in times])


def _round(given: counting.Given) -> tuple[dict[str, Took], int]:
    """Seconds of each leaf by itself, of the whole audience without and with bitmaps; how many are in."""
    book, moment = Counting(given), Moment(NOW, "Europe/Paris")
    times: dict[str, Took] = {}
    for leaf in (*EVENTS, *TRAITS):
        name = f"  one condition: {type(leaf).__name__} {getattr(leaf, 'event', getattr(leaf, 'field', ''))}".rstrip()
        times[name] = _seconds(lambda one=leaf: book.of(one, moment, {}))  # type: ignore[misc]
    book.close()
    book = Counting(given)
    whole = {name: _seconds(lambda: book.members(DEFINITION, moment, {})) for name in _WHOLE}
    people = len(book.members(DEFINITION, moment, {}))
    book.close()
    return {**whole, **times}, people


def _scan(columns: Columns) -> None:
    with duckdb.connect() as database:
        database.execute(
            "SELECT (SELECT max(key) + max(length(name)) + max(happened) + max(length(properties))"  # noqa: S608
            f" FROM {columns.scan('events')}), (SELECT max(key) + max(len(texts)) + max(number)"
            f" FROM {columns.scan('traits')})"
        ).fetchall()


def _live(folder: Path, followed: int) -> list[dict[str, object]]:
    home = Home.make(folder / "shop", name="Benchmark")
    with open_shop(home.path) as shop:
        audiences = shop.customers.audiences
        now = audiences.reading.now().now
        names = ("Page Viewed", "Product Added", "Order Completed")
        told = [Event(f"a{n}", names[n % 3], now - n * DAY // 500, (f"card:{n % 2_000}",), amount=100, currency="EUR")
                for n in range(20_000)]  # fmt: skip
        shop.log.append([Batch("s", now, len(told), encode_lines(told))])
        while consume(home, shop.log):
            pass
        for number, condition in enumerate(EVENTS):
            audiences.create(SYSTEM, f"Audience {number}", tree.Definition(condition))
        writer.flush(home.lake, shop.log, shop.customers.status().position, lambda *_: ())
        while audiences.keep() | audiences.follow():
            pass
        plain, live = [], []
        for number in range(followed):
            event = Event(f"b{number}", names[number % 3], now, (f"card:{number % 2_000}",), amount=100, currency="EUR")
            shop.log.append([Batch("s", now, 1, encode_lines([event]))])
            begun = time.perf_counter()
            consume(home, shop.log)
            plain.append(time.perf_counter() - begun)
            audiences.follow()
            live.append(time.perf_counter() - begun)
        return [_row("baseline: the event taken in", plain), _row("membership of 3 audiences changed and told", live)]


def _row(what: str, times: list[float]) -> dict[str, object]:
    times = [one * 1_000 for one in times]
    return {"what": what, "median": round(median(times), 2), "p95": round(percentile(times, 0.95), 2),
            "p99": round(percentile(times, 0.99), 2)}  # fmt: skip


def _seconds(work: Callable[[], object]) -> Took:
    """Seconds on the clock, and of both cores together: the fair figure where others use the machine too."""
    begun, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - used


if __name__ == "__main__":
    main()
