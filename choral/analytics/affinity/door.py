"""The door of channel affinity: what each part of the customers does on each channel, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import pyarrow

from choral.analytics import duck
from choral.analytics.affinity import queries, rates
from choral.analytics.affinity.groups import Groups, Risks, dimensions, no_dimension, parted
from choral.analytics.affinity.rates import NOTHING, Sums
from choral.analytics.affinity.values import Affinity, Cell, Dimension, Part, Rate, Rhythm
from choral.analytics.reading import Reading
from choral.core.ids import digest
from choral.customers.door import Customers

_METHOD = 1  # raise it whenever a figure would come out differently
_SHARES, _MEANS = ("bought", "followed", "answered"), ("reviews", "surveys")
Key = tuple[str, str, int]  # measure, channel, key
Told = dict[int, dict[Key, Sums]]  # by part


class ChannelAffinity:
    """Which channel works for which customers. Everything counts everybody; nobody is named."""

    def __init__(
        self, reading: Callable[[], Reading | None], risks: Risks, customers: Callable[[], Customers] | None
    ) -> None:
        self._reading, self._risks, self._customers = reading, risks, customers

    def dimensions(self) -> tuple[Dimension, ...]:
        """What customers can be parted by in this shop."""
        return tuple(dimensions(self._customers() if self._customers else None))

    def by(self, by: str = "segment") -> Affinity:
        """Parts by channels: `segment` (recency and frequency), `to_come` and `outlook` (what is foretold of them),
        `trait:<name>` or `audience:<key>`. `InvalidInput` `no_such_dimension`.

        Customers choose their channels themselves: differences are correlations.
        """
        reading = self._reading()
        if reading is None or reading.as_of.until is None:
            if by not in ("segment", "to_come", "outlook") and not by.startswith(("trait:", "audience:")):
                raise no_dimension(by)
            return Affinity(by, None, reading.as_of.currency if reading else "EUR", (), (), (), ())
        groups = parted(by, reading, self._risks, self._customers() if self._customers else None)
        mark = f"{groups.mark} {digest(repr(groups.names)).hex()}"
        return reading.lasting(f"affinity {_METHOD} {by} {mark}", Affinity, lambda: _computed(reading, by, groups))

    def prepare(self) -> None:
        """Keep what the page opens with; the worker's."""
        self.by()


def _computed(reading: Reading, by: str, groups: Groups) -> Affinity:
    told = _sums(reading, groups)
    channels = _channels(told)
    parts = tuple(_part(name, told[number]) for number, name in enumerate(groups.names) if number in told)
    cells = [
        _cell(name, channel, told[number])
        for number, name in enumerate(groups.names) if number in told for channel in channels
    ]  # fmt: skip
    rhythms = (
        _rhythm(name, channel, told[number])
        for number, name in enumerate(groups.names) if number in told for channel in channels
    )  # fmt: skip
    judged = _judged(cells, groups, told)
    return Affinity(
        by, reading.as_of.until, reading.as_of.currency, parts, channels, judged,
        tuple(one for one in rhythms if any(one.hours)),
    )  # fmt: skip


def _sums(reading: Reading, groups: Groups) -> Told:
    acts = reading.rows(
        queries.PER_CHANNEL, "SELECT channel, sum(acts)::BIGINT AS acts FROM partials GROUP BY 1 ORDER BY 1"
    )
    whole = sum(row["acts"] + 1 for row in acts)
    prior = pyarrow.table(
        {
            "channel": pyarrow.array([row["channel"] for row in acts], pyarrow.string()),
            "share": pyarrow.array([(row["acts"] + 1) / whole for row in acts], pyarrow.float64()),
        }
    )
    as_of = reading.as_of
    answers = reading.each(
        queries.of_bucket, groups.table, prior, groups.rest, as_of.currency, as_of.until, as_of.time_zone
    )
    told: Told = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for row in (row for one in answers for row in duck.rows(one)):
        key = row["measure"], row["channel"], row["key"]
        told[row["part"]][key] += Sums(*(row[name] or 0 for name in ("customers", "x", "y", "xx", "xy", "yy")))
    return told


def _channels(told: Told) -> tuple[str, ...]:
    """Those met in visits, orders or messages; where most of it happens first."""
    busy: dict[str, float] = defaultdict(float)
    for sums in told.values():
        for (measure, channel, _), one in sums.items():
            if measure in ("orders", "bought", "answered"):
                busy[channel] += one.x
    return tuple(sorted(busy, key=lambda channel: (-busy[channel], channel)))


def _part(name: str, sums: dict[Key, Sums]) -> Part:
    preferred = {channel: one.customers for (measure, channel, _), one in sums.items() if measure == "preferred"}
    undecided, little = preferred.pop("", 0), preferred.pop("?", 0)
    amount = sum(one.y for (measure, _, _), one in sums.items() if measure == "orders")
    return Part(
        name, sums["people", "", 0].customers, round(amount), sum(preferred.values()), undecided, little
    )  # fmt: skip


def _cell(name: str, channel: str, sums: dict[Key, Sums]) -> Cell:
    def of(measure: str) -> Sums:
        return sums.get((measure, channel, 0), NOTHING)

    orders, margin, visits = of("orders"), of("margin"), of("bought")
    return Cell(
        name, channel, max(orders.customers, visits.customers), round(orders.x), round(orders.y),
        round(margin.y) if margin.x else None, round(margin.x), round(visits.x), rates.share(visits),
        rates.share(of("followed")), rates.share(of("answered")), rates.share(_preferred(channel, sums)),
        rates.mean(of("reviews")), rates.mean(of("surveys")),
    )  # fmt: skip


def _preferred(channel: str, sums: dict[Key, Sums]) -> Sums:
    """One thing a customer of whom enough is known: whether it is this channel."""
    known = sum(one.customers for (measure, what, _), one in sums.items() if measure == "preferred" and what != "?")
    yes = sums.get(("preferred", channel, 0), NOTHING).customers
    return Sums(known, known, yes, known, yes, yes)


def _rhythm(name: str, channel: str, sums: dict[Key, Sums]) -> Rhythm:
    def counts(measure: str, keys: range) -> tuple[int, ...]:
        return tuple(round(sums.get((measure, channel, key), NOTHING).x) for key in keys)

    return Rhythm(name, channel, counts("hours", range(24)), counts("days", range(1, 8)))


def _judged(cells: list[Cell], groups: Groups, told: Told) -> tuple[Cell, ...]:
    """Each rate compared with everybody else's on the channel, one correction for each measure's whole table."""
    number = {name: place for place, name in enumerate(groups.names)}
    found: dict[str, list[Rate]] = {}
    for measure in (*_SHARES, *_MEANS, "preferred"):
        rows = []
        for cell in cells:
            part = _measured(measure, cell.channel, told[number[cell.part]])
            whole = sum((_measured(measure, cell.channel, one) for one in told.values()), NOTHING)
            rows.append((getattr(cell, measure), part, whole))
        found[measure] = rates.compared(rows, measure not in _MEANS)
    return tuple(
        replace(cell, **{measure: judged[place] for measure, judged in found.items()})  # type: ignore[arg-type]
        for place, cell in enumerate(cells)
    )


def _measured(measure: str, channel: str, sums: dict[Key, Sums]) -> Sums:
    return _preferred(channel, sums) if measure == "preferred" else sums.get((measure, channel, 0), NOTHING)
