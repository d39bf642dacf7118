"""Requests refused as a whole: counted, and a bounded number of them kept for the owner to see."""

from __future__ import annotations

from collections import Counter

import msgspec

from choral.core.clock import MINUTE
from choral.core.errors import ChoralError, Unavailable
from choral.events.collector.request import Request
from choral.events.store import Batch, Rejected, Source
from choral.events.writer import LogWriter

KEPT_A_MINUTE = 60  # of each code: someone with a wrong key must not fill the disk
KEPT_BYTES = 16 * 1024
_KEPT_WITH_BODY = {"malformed_json", "not_an_object"}


class RefusedRequests:
    """Every refusal is counted by its code; the first 60 a minute of each code become rows of the refused list."""

    def __init__(self, writer: LogWriter) -> None:
        self.counts: Counter[str] = Counter()
        self._writer = writer
        self._minute = 0
        self._kept: Counter[str] = Counter()

    def note(self, problem: ChoralError, request: Request, source: Source | None, raw: bytes, now: int) -> None:
        """Count it and, if the minute's measure is not full, write it down without making the sender wait."""
        self.counts[problem.code] += 1
        if isinstance(problem, Unavailable) or problem.status == 429:
            return  # the sender tries again, nothing is lost
        if now // MINUTE != self._minute:
            self._minute = now // MINUTE
            self._kept.clear()
        self._kept[problem.code] += 1
        if self._kept[problem.code] > KEPT_A_MINUTE:
            return
        known = source is not None and problem.code in _KEPT_WITH_BODY
        event = raw[:KEPT_BYTES] if known else _description(request, len(raw))
        rejected = Rejected(problem.code, str(problem), event)
        try:
            self._writer.submit(Batch(source.id if source else "", now, 0, b"", None, (rejected,)), _ignore)
        except Unavailable:
            return  # counted all the same


def _description(request: Request, size: int) -> bytes:
    """What came, without what was in it: nobody vouches for a body with a wrong key."""
    key = request.write_key() or ""
    return msgspec.json.encode(
        {
            "method": request.method,
            "path": request.path[:200],
            "key": f"{key[:6]}…" if key else "",
            "bytes": size,
            "agent": (request.headers.get("user-agent") or "")[:200],
        }
    )


def _ignore(outcome: int | BaseException) -> None:
    return None
