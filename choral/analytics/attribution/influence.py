"""Whether visits on line come before orders in the store more often than usual, and the other way round.

A case-crossover design (Maclure 1991): each order's days before are compared with days of the same customer in other
weeks that no such order followed, so that who the customers are cancels out. When they plan to buy does not.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow

from choral.analytics import duck
from choral.analytics.attribution import touchpoints
from choral.analytics.attribution.intervals import REPLICATES, draws, lot_of
from choral.analytics.attribution.sequences import Flags, Ints
from choral.analytics.attribution.values import Influence
from choral.analytics.marts import Marts
from choral.analytics.reading import Reading

Place = Literal["store", "web"]
_CHANNELS: dict[Place, tuple[str, ...]] = {"store": ("store",), "web": ("web", "app")}
_LOTS, _DAY, _WEEKS, _FEWEST = 256, 86_400_000, 12, 30


def influence(reading: Reading | None, place: Place, other: Place, days: int) -> Influence:
    """See `Attribution.influence`."""
    if reading is None or reading.as_of.since is None:
        return Influence(place, other, days, 0, 0)
    sums = np.zeros((_LOTS, 5))
    for table in reading.each(compared, place, other, days):
        np.add.at(sums, table["lot"].to_numpy(), np.array([table[name].to_numpy() for name in _NAMES]).T)
    orders, seen, matched, with_, usual = sums.sum(axis=0)
    share = float(seen / orders) if orders else None
    if matched < _FEWEST or usual <= 0:
        return Influence(place, other, days, int(orders), int(matched), share)
    drawn = draws(_LOTS, REPLICATES).T @ sums
    lifts = drawn[:, 3] / np.maximum(drawn[:, 4], 1e-9)
    low, high = np.percentile(lifts, [2.5, 97.5])
    return Influence(
        place, other, days, int(orders), int(matched), share, float(with_ / matched), float(usual / matched),
        float(with_ / usual), float(low), float(high),
    )  # fmt: skip


_NAMES = ("orders", "seen", "matched", "with", "usual")


def compared(marts: Marts, bucket: int, place: Place, other: Place, days: int) -> pyarrow.Table:
    """Of each lot of a bucket's customers: orders, those with a visit before, those that can be compared, of these
    those with a visit, and the visits usual for them."""
    files = marts.bucket(range(bucket, bucket + 1))
    with duck.connect("UTC") as database:
        orders = duck.table(
            database,
            f"""SELECT customer, epoch_ms(happened_at) AS "at" FROM {files["orders"]}
          WHERE NOT returned AND customer IS NOT NULL AND channel IN {_listed(place)} ORDER BY ALL""",
        )  # noqa: S608
        visits = duck.table(
            database,
            f"""SELECT customer, "at" FROM ({touchpoints.touches("channel", True, files["touches"])}) WHERE place IN {
                _listed(other)
            } UNION ALL SELECT customer, epoch_ms(happened_at)
          FROM {files["orders"]} WHERE NOT returned AND customer IS NOT NULL AND channel IN {_listed(other)}
          ORDER BY ALL""",
        )  # noqa: S608
        first = duck.table(database, f'SELECT epoch_ms(min(happened_at)) AS "at" FROM {files["touches"]}')  # noqa: S608
    return _compared(orders, visits, first["at"][0].as_py() or 0, days * _DAY)


def _compared(orders: pyarrow.Table, visits: pyarrow.Table, first: int, window: int) -> pyarrow.Table:
    customer, at = orders["customer"].to_numpy(), orders["at"].to_numpy()
    if not len(customer):
        return pyarrow.table({"lot": pyarrow.array([], pyarrow.int64()),
                              **{name: pyarrow.array([], pyarrow.float64()) for name in _NAMES}})  # fmt: skip
    people = np.unique(customer)
    buyer = np.searchsorted(people, customer)
    known = np.isin(visits["customer"].to_numpy(), people)
    visitor = np.searchsorted(people, visits["customer"].to_numpy()[known])
    when = visits["at"].to_numpy()[known]
    span = int(max(at.max(), when.max(initial=0)) - first) + 4 * window + 2 * _WEEKS * 7 * _DAY
    order_key, visit_key = buyer * span + (at - first), visitor * span + (when - first)
    seen = _any(visit_key, buyer * span + (at - first), window)
    usual, weeks = np.zeros(len(at)), np.zeros(len(at))
    last = int(at.max())
    for week in (*range(-_WEEKS, 0), *range(1, _WEEKS + 1)):
        end = at + week * 7 * _DAY
        key = buyer * span + (end - first)
        free = (end - window >= first) & (end <= last) & (abs(week) * 7 * _DAY >= window)
        free &= ~_any(order_key, key + window, 2 * window)
        usual += free & _any(visit_key, key, window)
        weeks += free
    fair = weeks > 0
    share = np.divide(usual, weeks, out=np.zeros(len(at)), where=fair)
    columns = (np.ones(len(at)), seen, fair, seen & fair, np.where(fair, share, 0.0))
    lots, place = np.unique(lot_of(customer, _LOTS), return_inverse=True)
    sums = [np.bincount(place, np.asarray(one, np.float64), len(lots)) for one in columns]
    return pyarrow.table({"lot": lots, **dict(zip(_NAMES, sums, strict=True))})


def _any(keys: Ints, end: Ints, window: int) -> Flags:
    """Whether any key lies in the window before each end, the end's own moment left out."""
    return np.asarray(np.searchsorted(keys, end, "left") > np.searchsorted(keys, end - window, "left"), np.bool_)


def _listed(place: Place) -> str:
    return "(" + ", ".join(f"'{one}'" for one in _CHANNELS[place]) + ")"
