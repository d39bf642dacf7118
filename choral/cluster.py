"""The cluster an engine's address names: one way to reach its scheduler, for everything that is computed on it."""

from __future__ import annotations

from typing import Any

from distributed import Client

from choral.core.errors import Unavailable


def connect(url: str) -> Any:
    """A client of the Dask scheduler at an address such as tcp://10.0.0.5:8786; `Unavailable` when it is silent."""
    try:
        return Client(url, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise Unavailable(
            "engine_unavailable",
            f"The analysis engine at {url} does not answer.",
            f"{error}",
            "Start the scheduler, or unset CHORAL_ENGINE_URL to compute on this machine.",
            status=503,
        ) from error
