"""Counting on a Dask.distributed cluster: one task a share of the people, the answers put together here.

The workers must see the lake's files under the same addresses. Tasks only read, so one that is lost is done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow
from distributed import Client

from choral.core.errors import Unavailable
from choral.customers.audiences.counting import Task


class OnCluster:
    """`counting.Spread` over the scheduler at an address such as tcp://10.0.0.5:8786."""

    def __init__(self, url: str) -> None:
        try:
            connect: Any = Client  # the package has no types
            self._client: Any = connect(url, timeout="10s", set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise Unavailable(
                "engine_unavailable",
                f"The analysis engine at {url} does not answer.",
                f"{error}",
                "Start the scheduler, or unset CHORAL_ENGINE_URL to compute on this machine.",
                status=503,
            ) from error

    def __call__(self, task: Task, buckets: Iterable[int]) -> Sequence[pyarrow.Table]:
        tasks = [self._client.submit(task, bucket, pure=False, retries=2) for bucket in buckets]
        found: list[pyarrow.Table] = self._client.gather(tasks)
        return found

    def close(self) -> None:
        self._client.close()
