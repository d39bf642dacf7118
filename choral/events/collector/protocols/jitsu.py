"""Jitsu's addresses for browsers and servers. Its SDK sends Segment's calls, one a request, the key in X-Write-Key.

Source: what @jitsu/js was seen to send: `/api/s/<call>` from browsers, `/api/s/s2s/<call>` from servers; the key as
`id:secret`, of which the first part is ours to know; the body repeats it with the secret masked.
"""

from __future__ import annotations

from choral.events.collector.protocols import Route
from choral.events.collector.protocols.segment import read_batch, read_single, write_key

_CALLS = ("track", "identify", "page", "screen", "alias", "group")
ROUTES = [
    *[Route(f"/api/s/{side}{call}", read_single, write_key) for side in ("", "s2s/") for call in _CALLS],
    *[Route(f"/api/s/{side}batch", read_batch, write_key) for side in ("", "s2s/")],
]
