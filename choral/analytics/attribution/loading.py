"""A bucket's touches and orders as arrays, and the paths they form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet

from choral.analytics import duck
from choral.analytics.attribution import touchpoints
from choral.analytics.attribution.hazard import Fit
from choral.analytics.attribution.intervals import lot_of
from choral.analytics.attribution.rules import Settings
from choral.analytics.attribution.sequences import Bought, Flags, Floats, Ints, Met, Paths, walk
from choral.analytics.attribution.values import Dimension, Value, Who
from choral.analytics.marts import Marts

HOUR_MS = 3_600_000
EVERYBODY = range(1 << 63)
_ROWS_AT_ONCE = 500_000
_MEMORY = "300MB"
_BEYOND = 1 << 63
THOUSANDTHS = 1_000  # an order, when orders are what is shared out


@dataclass(frozen=True)
class Plan:
    """What every bucket must do. Days and lookbacks as asked, `labels` and `places` the codes' names;
    `label_places` each label's place; `lookback` ms by place. `known_until`, `origin` in ms. `people`: only these
    customers. `removal`, `fit`: from an earlier pass."""

    since: date
    until: date
    by: Dimension
    value: Value
    who: Who
    each: bool
    order: int
    lots: int
    settings: Settings
    labels: tuple[str, ...]
    label_places: tuple[str, ...]
    places: tuple[str, ...]
    lookback: tuple[int, ...]
    currency: str
    known_until: int
    origin: int
    people: tuple[int, ...] | None = field(default=None, repr=False)
    removal: Floats | None = field(default=None, repr=False, compare=False)
    fit: Fit | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Loaded:
    """The arrays of one bucket. `touches` and `orders` keep all columns; `code`, `place` are numbers of labels and
    places; `worth` is what an order counts (minor units, thousandths of an order); `inside` which orders count."""

    touches: pyarrow.Table
    orders: pyarrow.Table
    met: Met
    bought: Bought
    code: Ints
    place: Ints
    pushed: Flags
    worth: Ints
    unknown: Flags


def spans(marts: Marts, bucket: int) -> list[range]:
    """The bucket's customers in ranges of about half a million events each, by what its file says of itself."""
    file = pyarrow.parquet.read_metadata(marts.files("touches")[bucket])
    borders, rows = [0], 0
    for group in (file.row_group(number) for number in range(file.num_row_groups)):
        first = group.column(file.schema.names.index("customer")).statistics.min
        if rows >= _ROWS_AT_ONCE and first > borders[-1]:
            borders.append(first)
            rows = 0
        rows += group.num_rows
    return [range(low, high) for low, high in pairwise([*borders, _BEYOND])]


def labelled(marts: Marts, bucket: int, by: Dimension, since: date, until: date) -> pyarrow.Table:
    """The labels of a bucket, a row for each range of customers it is read in (`touchpoints.labels`)."""
    return pyarrow.concat_tables(
        _asked(marts, bucket, customers, [touchpoints.labels(by)], {"since": since, "until": until})[0]
        for customers in spans(marts, bucket)
    )


def load(marts: Marts, bucket: int, plan: Plan, customers: range = EVERYBODY, told: bool = False) -> Loaded:
    """Read what a plan needs of some customers of a bucket; `told` as in `touchpoints.touches`."""
    found = touchpoints.touches(plan.by, plan.each, told=told)
    touches, orders = _asked(marts, bucket, customers, [found, touchpoints.orders()])
    place, code = _numbers(touches["place"], plan.places), _numbers(touches["label"], plan.labels)
    known = (place >= 0) & (code >= 0)
    if plan.people is not None:
        known &= np.isin(_ints(touches["customer"]), plan.people)
    touches, place, code = touches.filter(pyarrow.array(known)), place[known], code[known]
    lookback = np.array(plan.lookback, np.int64)[place] if len(place) else place
    met = Met(_ints(touches["customer"]), _ints(touches["at"]), lookback, _within(touches["day"], plan))
    counts, unknown = _counting(orders, plan)
    bought = Bought(_ints(orders["customer"]), _ints(orders["at"]), counts & ~unknown)
    pushed = np.asarray(touches["pushed"].to_numpy(zero_copy_only=False), np.bool_)
    return Loaded(touches, orders, met, bought, code, place, pushed, _worth(orders, plan), counts & unknown)


def _asked(
    marts: Marts, bucket: int, customers: range, statements: Sequence[str], given: duck.Params | None = None
) -> list[pyarrow.Table]:
    """What statements over `touches` and `orders` of some customers say."""
    files = marts.bucket(range(bucket, bucket + 1))
    with duck.connect("UTC", memory=_MEMORY) as database:
        duck.run(database, "SET threads = 1")  # the buckets are what runs side by side
        for name in ("touches", "orders"):
            within = f"customer BETWEEN {customers.start} AND {customers[-1]}"
            duck.run(database, f"CREATE TEMP VIEW {name} AS FROM {files[name]} WHERE {within}")
        return [duck.table(database, one, given) for one in statements]


@dataclass(frozen=True)
class Formed:
    """Paths with the places in `Loaded` their touches and orders have (order -1: none)."""

    paths: Paths
    touch: Ints
    order: Ints


def form(loaded: Loaded, plan: Plan) -> Formed:
    """The paths of a bucket: those to an order first."""
    walked = walk(loaded.met, loaded.bought, plan.known_until)
    won = walked.order >= 0
    order = np.where(won, walked.order, 0)
    lengths = np.diff(walked.starts)
    ends = loaded.bought.at[order] if len(loaded.bought.at) else np.zeros(len(order), np.int64)
    age = np.where(np.repeat(won, lengths), np.repeat(ends, lengths) - loaded.met.at[walked.touch], 0) / HOUR_MS
    worth = np.where(won, loaded.worth[order], 0) if len(loaded.worth) else np.zeros(len(order), np.int64)
    lot = lot_of(loaded.met.customer[walked.touch[walked.starts[:-1]]], plan.lots)
    paths = Paths(
        loaded.code[walked.touch].astype(np.int32), walked.starts, won.astype(np.float64), worth.astype(np.float64),
        (~won).astype(np.float64), age, lot,
    )  # fmt: skip
    return Formed(paths, walked.touch, walked.order)


def _counting(orders: pyarrow.Table, plan: Plan) -> tuple[Flags, Flags]:
    """Which orders are asked about, and of which the margin is not known although it is asked for."""
    first = np.asarray(orders["first"].to_numpy(zero_copy_only=False), np.bool_)
    counts = _within(orders["day"], plan)
    counts &= np.asarray(pyarrow.compute.equal(orders["currency"], plan.currency).to_numpy(), np.bool_)
    if plan.who != "all":
        counts &= first if plan.who == "new" else ~first
    if plan.people is not None:
        counts &= np.isin(_ints(orders["customer"]), plan.people)
    unknown = np.zeros(len(orders), np.bool_)
    if plan.value == "margin":
        unknown = np.asarray(pyarrow.compute.is_null(orders["margin"]).to_numpy(), np.bool_)
    return counts, unknown


def _worth(orders: pyarrow.Table, plan: Plan) -> Ints:
    if plan.value == "orders":
        return np.full(len(orders), THOUSANDTHS, np.int64)
    return _ints(orders["amount" if plan.value == "sales" else "margin"])


def _within(days: pyarrow.ChunkedArray, plan: Plan) -> Flags:
    since, until = pyarrow.scalar(plan.since, pyarrow.date32()), pyarrow.scalar(plan.until, pyarrow.date32())
    found = pyarrow.compute.and_(
        pyarrow.compute.greater_equal(days, since), pyarrow.compute.less_equal(days, until)
    ).to_numpy()
    return np.array(found, np.bool_)


def _numbers(texts: pyarrow.ChunkedArray, known: tuple[str, ...]) -> Ints:
    found = pyarrow.compute.index_in(texts, value_set=pyarrow.array(known, pyarrow.string()))
    return np.asarray(pyarrow.compute.fill_null(found, -1).to_numpy(), np.int64)


def _ints(column: pyarrow.ChunkedArray) -> Ints:
    return np.asarray(pyarrow.compute.fill_null(column, 0).to_numpy(), np.int64)
