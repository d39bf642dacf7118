"""What RudderStack's SDKs need beyond Segment's addresses: the browser's source configuration and its beacon.

Its SDKs post to `/v1/..` in Segment's shapes (see `segment`): traits only in `context.traits`, `userId` "" before
identify, `originalTimestamp` on each event, gzip under a form's content type.
"""

from __future__ import annotations

from choral.events.collector.protocols import Route
from choral.events.collector.protocols.segment import read_batch, write_key
from choral.events.collector.request import Request


def source_configuration(request: Request, key: str) -> dict[str, object]:
    """What the browser SDK asks for first: an enabled source without device-mode destinations and without the
    vendor's own error and usage reports."""
    nothing_sent_home = {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}}
    return {
        "source": {
            "id": "choral",
            "name": "choral",
            "writeKey": key,
            "enabled": True,
            "workspaceId": "choral",
            "destinations": [],
            "config": nothing_sent_home,
            "connections": [],
            "dataplanes": {},
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "consentManagementMetadata": {"providers": []},
    }


ROUTES = [
    Route("/sourceConfig", document=source_configuration, document_key=Request.write_key),
    Route("/beacon/v1/batch", read_batch, write_key),
]
