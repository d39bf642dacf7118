"""How well the recommendations foretell what customers buy, beside best sellers, buying again and ALS; and how fast.

    .venv/bin/python -m benchmarks.recommend [--home HOME] [--als] [--json]

Without `--home` a made-up town of 600 people shops for half a year (some seconds); the figures that count come from a
home with the Complete Journey data (`choral demo`). Learnt before the last four weeks, judged on them.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.report import median, percentile, show
from choral import Shop, open_shop
from choral.books import SYSTEM, act
from choral.core.clock import DAY
from choral.core.event import Event, encode_lines
from choral.customers.consumer import consume
from choral.customers.recommend.actions import set_rule
from choral.customers.recommend.interactions import Interactions, interactions
from choral.customers.recommend.judging import HORIZON, MODELS, Judged, Scorer, Trial, judged, prepared, ranked
from choral.customers.recommend.learning import learn
from choral.events.lake import writer
from choral.events.store import Batch
from choral.home import Home

_START = 1_700_000_000_000_000
_FACTORS, _ROUNDS, _REGULAR, _UNKNOWN = 32, 6, 20.0, 0.1


def main() -> None:
    """Judge, then time learning and serving."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(options.home or Home.make(Path(folder) / "shop", name="Benchmark").path)
        try:
            if not options.home:
                _fill(shop, 600, 180, random.Random(1))
            _measure(shop, options)
        finally:
            shop.close()


def _measure(shop: Shop, options: argparse.Namespace) -> None:
    customers = shop.customers
    sorting = _seconds(customers.purchases.refresh)
    shelf = customers.purchases.shelf()
    assert shelf is not None
    sold = interactions(shelf, customers.identity_map())
    show("Quality at ten, with 95 % intervals", _quality(sold, options.als), as_json=options.json,
         notes=["any: every product; new: only what the customer had never bought"])  # fmt: skip
    learning = _seconds(lambda: learn(sold))
    train = _seconds(lambda: customers.recommend.train(customers.identity_map(), customers.identity_version()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows: list[dict[str, object]] = [
        {"what": "purchases sorted by customer (0 when they were)", "seconds": sorting},
        {"what": "learning", "seconds": learning},
        {"what": "learning twice and judging, as the worker does", "seconds": train},
    ]
    show(f"Learning from {len(sold.row):,} lines", rows, as_json=options.json, notes=[f"peak memory {peak:.2f} GiB"])
    act(set_rule, SYSTEM, "basis", "", "opt_out")
    show("Serving, ms", _serving(shop, options.reads), as_json=options.json)


def _quality(sold: Interactions, with_als: bool) -> list[dict[str, object]]:
    trial = prepared(sold, sold.last_day - HORIZON)
    models: dict[str, tuple[Callable[[Trial], Scorer], tuple[str, ...]]] = dict(MODELS)
    if with_als:
        models["als"] = (_als, ("any", "new"))
    rows = []
    for name, (model, tasks) in models.items():
        for task in tasks:
            scorer = model(trial)
            rows += [
                _row(one) for one in judged(name, task, trial, ranked(trial, scorer, task)) if one.activity == "all"
            ]
    popular = {str(row["products"]): row["ndcg@10"] for row in rows if row["model"] == "popular"}
    for row in rows:
        base = popular.get(str(row["products"]))
        row["times popular"] = row["ndcg@10"] / base if isinstance(base, float) and base else None  # type: ignore[operator]
    return rows


def _row(one: Judged) -> dict[str, object]:
    return {
        "model": one.model, "products": one.task, "customers": one.customers, "hit rate": one.hit_rate.value,
        "recall": one.recall.value, "ndcg@10": one.ndcg.value,
        "interval": f"{one.ndcg.low:.4f} to {one.ndcg.high:.4f}", "map": one.precision.value,
    }  # fmt: skip


def _als(trial: Trial) -> Scorer:
    """Alternating least squares for implicit feedback (Hu, Koren and Volinsky 2008), for comparison only."""
    items = np.flatnonzero(np.asarray(trial.owned.sum(axis=0)).ravel() >= 10)
    owned = trial.owned[:, items].tocsr()
    chance = np.random.default_rng(0)
    users: Any = chance.normal(0, _FACTORS**-0.5, (owned.shape[0], _FACTORS)).astype(np.float32)
    products: Any = chance.normal(0, _FACTORS**-0.5, (owned.shape[1], _FACTORS)).astype(np.float32)
    turned = owned.T.tocsr()
    for _ in range(_ROUNDS):
        users = _solved(owned, products)
        products = _solved(turned, users)
    trend = trial.model.trend[items]
    return Scorer(items.astype(np.int32), lambda rows: (users[rows] @ products.T) * trend)


def _solved(owned: Any, other: Any) -> Any:
    gram = _UNKNOWN * other.T @ other + np.eye(_FACTORS, dtype=np.float32) * _REGULAR
    found = np.zeros((owned.shape[0], _FACTORS), np.float32)
    for row in range(owned.shape[0]):
        near = other[owned.indices[owned.indptr[row] : owned.indptr[row + 1]]]
        found[row] = np.linalg.solve(gram + near.T @ near, (1 + _UNKNOWN) * near.sum(axis=0))
    return found


def _serving(shop: Shop, reads: int) -> list[dict[str, object]]:
    customers = shop.customers
    everybody = [row.id for row in customers.list(sort="orders", limit=200).rows]
    asked: dict[str, Callable[[Any], object]] = {
        "only who it is (the baseline)": lambda ids: ids,
        "ten products, mixed": lambda ids: customers.recommend.for_person(ids),
        "ten new products": lambda ids: customers.recommend.for_person(ids, kind="new"),
        "the next best offer": lambda ids: customers.recommend.offers(ids),
    }
    rows: list[dict[str, object]] = []
    for what, ask in asked.items():
        times = []
        for number in range(reads):
            begun = time.perf_counter()
            ask(customers.identifiers(customer=everybody[number % len(everybody)])[1])
            times.append((time.perf_counter() - begun) * 1e3)
        rows.append({"what": what, "p50": median(times), "p95": percentile(times, 0.95)})
    return rows


def _fill(shop: Shop, people: int, days: int, chance: random.Random) -> None:
    """People of twelve tastes, each with favourites of their own and now and then something new."""
    for person in range(people):
        taste = [f"p{person % 12}-{number}" for number in range(60)]
        favourites, events = chance.sample(taste[:30], 6), []
        for day in range(person % 7, days, 7):
            products = [*chance.sample(favourites, 3), chance.choice(taste), f"common{chance.randrange(20)}"]
            lines = [{"product_id": one, "quantity": 1, "total": 2.5} for one in products]
            properties = {"order_id": f"{person}-{day}", "products": lines, "currency": "EUR", "total": 12.5}
            raw = msgspec.Raw(msgspec.json.encode(properties))
            who = (f"card:{person + 1000}",)
            number, at = f"o{person}-{day}", _START + day * DAY
            events.append(Event(number, "Order Completed", at, who, "store", 1_250, "EUR", raw))
        shop.log.append([Batch("town", _START, len(events), encode_lines(events))])
    while consume(shop.home, shop.log):
        pass
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--home", help="a home with purchases; only its models are made anew")
    parser.add_argument("--als", action="store_true", help="compare with alternating least squares too")
    parser.add_argument("--reads", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
