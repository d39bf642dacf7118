"""The newest events as they arrive, and one event whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from choral.core.errors import NotFound
from choral.core.event import decode_lines
from choral.core.money import Money
from choral.events.door import Recent
from choral.interfaces.web import formats, happenings
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.shop import current_shop

NAVIGATION = [Entry("data", 20, _("Live"), "live", "events.view", "live", go="l", words=_("events stream debugger"))]
_SHOWN = 50
_ROUND = 0.5  # seconds: two rounds a second are quick enough for eyes
_LIFE = 600  # seconds; the browser opens the stream again by itself


@dataclass(frozen=True)
class Line:
    """One event as the live list shows it."""

    position: int
    at: int
    title: str | Promise
    name: str
    channel: str | Promise
    source: str
    icon: str
    amount: str
    who: str


@page("events.view")
def live(request: HttpRequest) -> HttpResponse:
    """The page; what arrives later comes by the stream."""
    source, name = request.GET.get("source", ""), request.GET.get("name", "")
    events = current_shop().events
    recent = events.recent(_SHOWN * 4)
    lines = [_line(one) for one in recent if _wanted(one, source, name)][:_SHOWN]
    context = {
        "lines": lines, "sources": events.sources(), "source": source, "name": name, "status": events.status(),
        "names": sorted({one.event.name for one in recent} | ({name} if name else set())),
    }  # fmt: skip
    return render(request, "data/live.html", context)


@page("events.view", part=True)
def stream(request: HttpRequest) -> HttpResponseBase:
    """New events as pieces of HTML (text/event-stream), at most fifty a round."""
    source, name = request.GET.get("source", ""), request.GET.get("name", "")
    response = StreamingHttpResponse(_pieces(source, name, get_language() or "en"), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    return response


@page("events.view")
def event(request: HttpRequest, position: int) -> HttpResponse:
    """One event of the log, whole."""
    shop = current_shop()
    there = 0 < position <= shop.log.head()
    batch = next(iter(shop.log.read(position - 1, 1)), None) if there else None
    if batch is None or not batch.first <= position <= batch.last:
        raise NotFound("no_such_event", "There is no such event.", status=404)
    found = decode_lines(batch.payload)[position - batch.first]
    customer = shop.customers.resolve(found.ids[:1]).get(found.ids[0]) if found.ids else None
    context = {
        "position": position, "event": found, "title": happenings.title(found.name), "customer": customer,
        "channel": channel_name(found.channel), "received": batch.received_at, "source": batch.source,
        "amount": Money(found.amount, found.currency) if found.amount is not None and found.currency else None,
        "json": msgspec.json.format(msgspec.json.encode(found), indent=2).decode(),
        "may_open": asker_of(request).may("customers.view"),
    }  # fmt: skip
    return render(request, "data/event.html", context)


def _pieces(source: str, name: str, language: str) -> Iterator[bytes]:
    events = current_shop().events
    last = events.status().head
    yield b"retry: 2000\n\n"
    for _round in range(int(_LIFE / _ROUND)):
        time.sleep(_ROUND)
        if events.status().head == last:
            yield b": nothing new\n\n"  # a reader who has gone is noticed by this
            continue
        found = [one for one in reversed(events.recent(_SHOWN)) if one.position > last]
        last = max([last, *(one.position for one in found)])
        with override(language):
            lines = [_line(one) for one in found if _wanted(one, source, name)]
        if lines:
            with override(language):
                html = "".join(render_to_string("data/live_line.html", {"line": one}) for one in reversed(lines))
            yield b"".join(b"data: " + part.encode() + b"\n" for part in html.splitlines()) + b"\n"


def _wanted(one: Recent, source: str, name: str) -> bool:
    return (not source or one.source == source) and (not name or one.event.name == name)


def _line(one: Recent) -> Line:
    event = one.event
    amount = ""
    if event.amount is not None and event.currency:
        amount = formats.money(Money(event.amount, event.currency))
    return Line(
        one.position, one.received_at, happenings.title(event.name), event.name, channel_name(event.channel),
        one.source, happenings.icon(event.name, event.channel), amount, event.ids[0] if event.ids else "",
    )  # fmt: skip


urlpatterns = [
    path("live", live, name="live"),
    path("live/stream", stream, name="live_stream"),
    path("live/<int:position>", event, name="event"),
]
