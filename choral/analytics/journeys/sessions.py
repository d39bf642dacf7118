"""Visits cut anew at any silence, in one pass over sorted touches; the shop's own sessions are a mart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics.journeys import durations
from choral.analytics.journeys.asking import Asking
from choral.analytics.journeys.intervals import times
from choral.analytics.journeys.rows import Arrays, Ints, Marks, Within, counted, pieces, spans, whole
from choral.analytics.journeys.values import OTHERS, SessionRow
from choral.analytics.journeys.ways import summed
from choral.analytics.mart_tables import ORDER
from choral.analytics.marts import Marts

SESSIONS, CUSTOMERS, TOUCHES, ORDERS, TIME = range(5)


def begins(customer: Ints, at: Ints, channel: npt.NDArray[np.integer], silence: int) -> Marks:
    """Which rows begin a visit: another customer or channel than the row before, or more than `silence` µs after it."""
    found = np.ones(len(at), dtype=np.bool_)
    found[1:] = (customer[1:] != customer[:-1]) | (channel[1:] != channel[:-1]) | (at[1:] - at[:-1] > silence)
    return found


def answer(asking: Asking, silence_minutes: float, within: Within) -> tuple[SessionRow, ...]:
    """See `Journeys.sessions`."""
    channels = asking.labels().of("channel")
    parts = asking.reading.each(counts_of, channels, round(silence_minutes * 60e6), within)
    joined = pyarrow.concat_tables(parts)
    kind, key, n = (
        column.to_numpy() for column in summed(*(joined[name].to_numpy() for name in joined.column_names)).columns
    )
    found = []
    for at, channel in enumerate((*channels, OTHERS)):
        visits, people, touches, ordered = (
            int(n[(kind == one) & (key >> 12 == at)].sum()) for one in (SESSIONS, CUSTOMERS, TOUCHES, ORDERS)
        )
        timed = (kind == TIME) & (key >> 12 == at)
        if visits:
            found.append(SessionRow(channel, visits, people, touches, ordered, times(key[timed] & 4095, n[timed])))
    return tuple(sorted(found, key=lambda one: (-one.sessions, one.channel)))


def counts_of(marts: Marts, bucket: int, channels: tuple[str, ...], silence: int, within: Within) -> pyarrow.Table:
    """Visits, their customers, touches, orders and lengths by channel: `kind, key (channel << 12 | bin), n`."""
    codes = {channel: at for at, channel in enumerate(channels)}
    found = np.zeros((4, len(channels) + 1), dtype=np.int64)
    lengths = np.zeros((len(channels) + 1) << 12, dtype=np.int64)
    for part in whole(_parts(marts, bucket, codes, within)):
        customer, at, channel = part["customer"], part["at"], part["channel"].astype(np.int64)
        first = np.flatnonzero(begins(customer, at, channel, silence))
        last = np.append(first[1:], len(at)) - 1
        of = channel[first]
        ordered = np.add.reduceat(part["order"].astype(np.int64), first) > 0
        people = counted(_numbers(customer)[first] << 6 | of)[0] & 63
        for kind, keys in enumerate((of, people, channel, of[ordered])):
            found[kind] += np.bincount(keys, minlength=len(channels) + 1)
        spans = durations.bins(at[last] - at[first])
        lengths += np.bincount(of << 12 | np.minimum(spans, 4095), minlength=len(lengths))
    kinds, places = np.nonzero(found)
    bins = np.flatnonzero(lengths)
    return pyarrow.table(
        {
            "kind": np.concatenate((kinds, np.full(len(bins), TIME))),
            "key": np.concatenate((places << 12, bins)),
            "n": np.concatenate((found[kinds, places], lengths[bins])),
        }
    )


def _parts(marts: Marts, bucket: int, codes: dict[str, int], within: Within) -> Iterator[Arrays]:
    for piece in pieces(marts, bucket, ("channel", "name")):
        part: Arrays = {
            "customer": piece.customer, "at": piece.at,
            "channel": piece.texts["channel"].look(lambda one: codes.get(one or "", len(codes)), np.int8),
            "order": piece.texts["name"].look(lambda one: one == ORDER, np.bool_),
        }  # fmt: skip
        kept = within.rows(piece)
        yield part if kept is None else {key: values[kept] for key, values in part.items()}


def _numbers(customer: Ints) -> Ints:
    firsts, ends = spans(customer)
    return np.repeat(np.arange(len(firsts)), ends - firsts)
