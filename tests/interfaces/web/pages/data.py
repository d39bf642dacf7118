"""The pages of the data coming in."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("connect", "/connect", "sources.manage"),
    Page("source", "/connect/{source}", "sources.manage"),
    Page("live", "/live", "events.view"),
    Page("event", "/live/{event}", "events.view"),
    Page("imports", "/imports", "imports.manage"),
    Page("import", "/imports/{draft}", "imports.manage"),
    Page("import-done", "/imports/{done}", "imports.manage"),
    Page("refused", "/refused", "events.view"),
    Page("refused-event", "/refused/{refused}", "events.view"),
    Page("keys", "/keys", "keys.manage"),
    Page("status", "/status", "events.view"),
]


def examples(shop: Shop) -> dict[str, str]:
    found: dict[str, str] = {}
    if sources := shop.events.sources():
        found["source"] = sources[0].id
    if head := shop.log.head():
        found["event"] = str(head)
    for one in shop.connectors.imports():
        found.setdefault("draft" if one.state == "uploaded" else "done", one.id)
    if refused := shop.events.rejected(limit=1):
        found["refused"] = str(refused[0].id)
    return found
