"""The same analyses on a Dask.distributed cluster: one task a bucket, partial answers merged here.

The workers must see the lake's files under the same addresses. A worker that dies is replaced by another: tasks only
read, so doing one again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow

from choral import cluster
from choral.analytics import duck
from choral.analytics.duck import Params
from choral.analytics.engine import ALL_BUCKETS, Source, Work, merged, partial


class OnDask:
    """A client of the scheduler at an address such as tcp://10.0.0.5:8786."""

    def __init__(self, url: str) -> None:
        self._client = cluster.connect(url)

    def run(self, source: Source, per_bucket: str, merge: str, params: Params | None = None) -> pyarrow.Table:
        given = dict(params or {})
        tasks = [
            self._client.submit(_task, source, bucket, per_bucket, given, pure=False, retries=2)
            for bucket in ALL_BUCKETS
        ]
        parts: list[pyarrow.Table] = self._client.gather(tasks)
        with duck.connect(source.time_zone) as database:
            return merged(database, source, parts, merge, params)

    def each(self, source: Source, work: Work, given: Sequence[object]) -> list[pyarrow.Table]:
        tasks = [
            self._client.submit(work, source.marts, bucket, *given, pure=False, retries=2) for bucket in ALL_BUCKETS
        ]
        found: list[pyarrow.Table] = self._client.gather(tasks)
        return found

    def close(self) -> None:
        self._client.close()


def _task(source: Source, bucket: int, sql: str, params: dict[str, object]) -> pyarrow.Table:
    with duck.connect(source.time_zone) as database:
        return partial(database, source, range(bucket, bucket + 1), sql, params)
