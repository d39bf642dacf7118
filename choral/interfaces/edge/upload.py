"""A request's body for a WSGI application: in memory while it is small, in a temporary file when it grows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any

from choral.core.errors import ChoralError
from choral.events.collector.app import Scope

IN_MEMORY = 1024 * 1024
LARGEST = 2 * 1024**3
LARGEST_UNKNOWN = 8 * 1024**2  # from somebody without a session or a key that works
IDLE_SECONDS = 30.0  # a sender that sends nothing for so long has gone


class Upload:
    """The body, rewound, and its length in bytes; closed with the request."""

    def __init__(self) -> None:
        self.length = 0
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.file.close()


async def receive(scope: Scope, protocol: Any, is_known: Callable[[], Awaitable[bool]]) -> Upload:
    """The whole body. Raises `upload_too_large` past 2 GiB, or past 8 MiB from an unknown sender (`is_known` is asked
    when it comes to that), and `upload_stalled` when nothing comes for 30 s."""
    upload = Upload()
    if scope.method in ("GET", "HEAD", "OPTIONS"):
        return upload
    declared = scope.headers.get("content-length") or ""
    limit = LARGEST_UNKNOWN
    if declared.isdecimal() and int(declared) > limit:
        limit = await _limit(int(declared), is_known)
    try:
        await _take(upload, protocol, limit, is_known)
    except BaseException as problem:
        upload.file.close()
        if isinstance(problem, TimeoutError):
            raise _stalled() from problem
        raise
    upload.file.seek(0)
    return upload


async def _take(upload: Upload, protocol: Any, limit: int, is_known: Callable[[], Awaitable[bool]]) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(IDLE_SECONDS) as patience:
        async for part in protocol:
            patience.reschedule(loop.time() + IDLE_SECONDS)
            upload.length += len(part)
            if upload.length > limit:
                limit = await _limit(upload.length, is_known)
            if upload.length <= IN_MEMORY:
                upload.file.write(part)
            else:
                await loop.run_in_executor(None, upload.file.write, part)


async def _limit(length: int, is_known: Callable[[], Awaitable[bool]]) -> int:
    """How much this sender may send, now that it is more than anybody may; raises when it is too much already."""
    limit = LARGEST if await is_known() else LARGEST_UNKNOWN
    if length > limit:
        raise _too_large(limit)
    return limit


def _stalled() -> ChoralError:
    return ChoralError(
        "upload_stalled",
        "The rest of the request did not come.",
        f"Nothing arrived for {IDLE_SECONDS:g} seconds.",
        "Look at the connection and send it again.",
        408,
    )


def _too_large(limit: int) -> ChoralError:
    return ChoralError(
        "upload_too_large",
        "The file is too large.",
        f"At most {limit >> 20:,} MiB can be sent at once.",
        "Divide the file, or load it with the command line on the server.",
        413,
    )
