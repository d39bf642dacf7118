"""Arrivals become request bodies: Segment batches of one source and one clock each."""

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from simulator.stream.arrivals import Arrivals

BATCH_EVENTS = 200
BATCH_BYTES = 450_000
"""Segment takes 500 KB and 2,500 events a batch; 200 of our events are about 120 KB."""


@dataclass(frozen=True)
class Batch:
    """Events for one request. A wrong clock (`skew` ms ahead) has its own batches: the envelope's `sentAt` is by
    the same clock as the events' timestamps, as with a real device, so that a collector can correct them."""

    source: int
    skew: int
    texts: list[str]


def batches(arrivals: Arrivals) -> list[Batch]:
    """All arrivals in batches, ordered by the arrival of each batch's last event."""
    if not len(arrivals):
        return []
    skews, number = np.unique(arrivals.skew, return_inverse=True)
    group = arrivals.source * len(skews) + number
    found: list[tuple[int, Batch]] = []
    for one in np.unique(group).tolist():
        rows = np.flatnonzero(group == one)
        source, skew = one // len(skews), int(skews[one % len(skews)])
        for chunk in _chunks([arrivals.text[row] for row in rows.tolist()]):
            rows, last = rows[len(chunk) :], int(rows[len(chunk) - 1])
            found.append((last, Batch(source, skew, chunk)))
    found.sort(key=lambda pair: pair[0])
    return [batch for _, batch in found]


def body(batch: Batch, key: str, now: datetime, compress: bool) -> bytes:
    """The envelope of a batch; `now` is aware UTC by a right clock and only makes `sentAt`."""
    sent = (now.astimezone(UTC) + timedelta(milliseconds=batch.skew)).isoformat(timespec="milliseconds")
    sent = sent.replace("+00:00", "Z")
    text = f'{{"batch":[{",".join(batch.texts)}],"sentAt":"{sent}","writeKey":"{key}"}}'.encode()
    return gzip.compress(text, 1) if compress else text


def _chunks(texts: list[str]) -> list[list[str]]:
    chunks: list[list[str]] = [[]]
    size = 0
    for text in texts:
        if len(chunks[-1]) >= BATCH_EVENTS or size + len(text) > BATCH_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(text)
        # Names have accents: a letter may take two bytes.
        size += len(text) + len(text) // 8 + 1
    return chunks
