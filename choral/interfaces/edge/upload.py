"""A request's body for a WSGI application: in memory while it is small, in a temporary file when it grows."""

from __future__ import annotations

import asyncio
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any

from choral.core.errors import ChoralError
from choral.events.collector.app import Scope

IN_MEMORY = 1024 * 1024
LARGEST = 2 * 1024**3
LARGEST_UNKNOWN = 8 * 1024**2  # from someone who shows neither a session nor a key


class Upload:
    """The body, rewound, and its length in bytes; closed with the request."""

    def __init__(self) -> None:
        self.length = 0
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.file.close()


async def receive(scope: Scope, protocol: Any) -> Upload:
    """The whole body. Raises `upload_too_large` past 2 GiB, or past 8 MiB from an unknown sender."""
    upload = Upload()
    if scope.method in ("GET", "HEAD", "OPTIONS"):
        return upload
    known = scope.headers.get("cookie") or scope.headers.get("authorization")
    limit = LARGEST if known else LARGEST_UNKNOWN
    declared = scope.headers.get("content-length")
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    loop = asyncio.get_running_loop()
    try:
        async for part in protocol:
            upload.length += len(part)
            if upload.length > limit:
                raise _too_large(limit)
            if upload.length <= IN_MEMORY:
                upload.file.write(part)
            else:
                await loop.run_in_executor(None, upload.file.write, part)
    except BaseException:
        upload.file.close()
        raise
    upload.file.seek(0)
    return upload


def _too_large(limit: int) -> ChoralError:
    return ChoralError(
        "upload_too_large",
        "The file is too large.",
        f"At most {limit >> 20:,} MiB can be sent at once.",
        "Divide the file, or load it with the command line on the server.",
        413,
    )
