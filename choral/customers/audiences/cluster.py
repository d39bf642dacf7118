"""Counting on a Dask.distributed cluster: one task a share of the people, the answers put together here.

The workers must see the lake's files under the same addresses. Tasks only read, so one that is lost is done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow

from choral import cluster
from choral.customers.audiences.counting import Task


class OnCluster:
    """`counting.Spread` over the scheduler at an address such as tcp://10.0.0.5:8786."""

    def __init__(self, url: str) -> None:
        self._client = cluster.connect(url)

    def __call__(self, task: Task, buckets: Iterable[int]) -> Sequence[pyarrow.Table]:
        tasks = [self._client.submit(task, bucket, pure=False, retries=2) for bucket in buckets]
        found: list[pyarrow.Table] = self._client.gather(tasks)
        return found

    def close(self) -> None:
        self._client.close()
