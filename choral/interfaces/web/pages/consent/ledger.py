"""The ledger of consents: every statement, filtered, with its proof; read and exported, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from choral.core.clock import to_microseconds
from choral.customers.consent.queries import EntryFilter
from choral.customers.consent.rules import CHANNELS, STATES
from choral.customers.consent.values import ConsentEntry
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import who_did
from choral.interfaces.web.pages.consent import words
from choral.interfaces.web.pages.consent.tabs import tabs
from choral.interfaces.web.tables import Cell, Column, Empty, Filter, Row, Table
from choral.shop import current_shop

_TABLE = Table(
    key="consents",
    caption=gettext_lazy("Ledger of consents"),
    columns=[
        Column("at", gettext_lazy("Said"), "time"),
        Column("who", gettext_lazy("Who")),
        Column("purpose", gettext_lazy("Purpose")),
        Column("channel", gettext_lazy("Channel")),
        Column("state", gettext_lazy("What")),
        Column("place", gettext_lazy("Where")),
        Column("wording", gettext_lazy("Text"), explain=gettext_lazy("The version of the text that was shown.")),
        Column("actor", gettext_lazy("Noted by")),
        Column("recorded", gettext_lazy("Written"), "time", shown=False),
        Column("basis", gettext_lazy("Legal basis"), shown=False),
    ],
)


@page("consent.view")
def ledger(request: HttpRequest) -> HttpResponseBase:
    """The list, or all of it as a file."""
    asked = _table().read(request)
    chosen = EntryFilter(
        asked.filters.get("purpose"), asked.filters.get("channel"), asked.filters.get("state"),
        asked.filters.get("place"), since=_midnight(asked.day("since")), until=_midnight(asked.day("until"), 1),
    )  # fmt: skip
    if asked.export:
        return asked.csv(_rows(_all(chosen)), "consents")
    before = int(asked.after) if asked.after and asked.after.isdecimal() else None
    found = current_shop().customers.consent.entries(chosen, before=before, limit=asked.limit)
    nothing = Empty(
        _("Nobody has said anything yet."),
        _("Each yes and each no leaves a line here, with where it was said and the text that was shown."),
        icon="shield",
    )  # fmt: skip
    table = asked.show(_rows(found.rows), next=found.next, empty=nothing)
    return render(request, "consent/ledger.html", {"table": table, "tabs": tabs("consent_ledger")})


@page("consent.view")
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One line: what was said, the text that was shown, and the proof for who may see personal values."""
    consent, asker = current_shop().customers.consent, asker_of(request)
    one = consent.entry(number)
    names = purpose_names()
    versions = consent.wordings(one.purpose) if one.purpose in names else []
    texts = next((dict(it.texts) for it in versions if it.version == one.wording), {})
    customer = current_shop().customers.resolve([one.identifier]).get(one.identifier, "")
    return render(request, "consent/entry.html", {
        "one": one, "purpose": names.get(one.purpose, one.purpose), "channel": words.channel_word(one.channel),
        "state": words.state_word(one.state), "tone": words.TONES.get(one.state, "plain"),
        "place": words.place_word(one.place), "basis": words.BASES.get(one.basis, one.basis),
        "noted_by": who_did([one.actor])[one.actor], "texts": texts, "customer": customer,
        "proof": proof_lines(one.proof) if asker.may("customers.personal") else None, "who": who(one.identifier),
    })  # fmt: skip


def purpose_names() -> dict[str, str]:
    """What each purpose is called in the reader's language; “*” is all of them."""
    language = (get_language() or "en")[:2]
    found = {one.key: one.names.get(language, one.names["en"])
             for one in current_shop().customers.consent.purposes(retired=True)}  # fmt: skip
    return found | {"*": _("Everything")}


def who(identifier: str) -> str:
    """An identifier as anybody may see it."""
    kind, _colon, value = identifier.partition(":")
    return f"{kind} •••{value[-4:]}" if value.startswith("#") else f"{kind} {value}"


def proof_lines(proof: Any) -> list[tuple[str, str]]:
    """A proof as lines to read."""
    return [(str(key).replace("_", " "), str(value)) for key, value in dict(proof).items() if value not in (None, "")]


def entry_rows(entries: Iterable[ConsentEntry]) -> Iterator[dict[str, object]]:
    """Lines as a small table on another page shows them."""
    names = purpose_names()
    for one in entries:
        yield {
            "id": one.id, "at": one.at, "purpose": names.get(one.purpose, one.purpose),
            "channel": words.channel_word(one.channel), "state": words.state_word(one.state),
            "tone": words.TONES.get(one.state, "plain"), "place": words.place_word(one.place),
            "who": who(one.identifier), "until": one.until_at,
        }  # fmt: skip


def _rows(entries: Iterable[ConsentEntry]) -> Iterator[Row]:
    names, known = purpose_names(), dict[str, str]()
    found = list(entries)
    customers = current_shop().customers.resolve({one.identifier for one in found})
    for one in found:
        if one.actor not in known:
            known |= who_did([one.actor])
        customer = customers.get(one.identifier)
        cells: dict[str, object] = {
            "at": one.at or None,
            "who": Cell(who(one.identifier), href=reverse("customer_consents", args=[customer]) if customer else ""),
            "purpose": names.get(one.purpose, one.purpose), "channel": words.channel_word(one.channel),
            "state": Cell(words.state_word(one.state), tone=words.TONES.get(one.state, "plain"),
                          note=_until(one.until_at)),
            "place": words.place_word(one.place), "wording": one.wording, "actor": known[one.actor],
            "recorded": one.recorded_at, "basis": words.BASES.get(one.basis, one.basis),
        }  # fmt: skip
        yield Row(str(one.id), cells, reverse("consent_entry", args=[one.id]))


def _until(at: int | None) -> str:
    return _("until %(day)s") % {"day": formats.day(formats.local(at).date())} if at else ""


def _all(chosen: EntryFilter) -> Iterator[ConsentEntry]:
    before: int | None = None
    while True:
        found = current_shop().customers.consent.entries(chosen, before=before, limit=1_000)
        yield from found.rows
        if found.next is None:
            return
        before = int(found.next)


def _table() -> Table:
    consent = current_shop().customers.consent
    channels = [(one, words.channel_word(one)) for one in (*CHANNELS, "*")]
    return replace(_TABLE, filters=[
        Filter("purpose", gettext_lazy("Purpose"), "choice", list(purpose_names().items())),
        Filter("channel", gettext_lazy("Channel"), "choice", channels),
        Filter("state", gettext_lazy("What"), "choice", [(one, words.state_word(one)) for one in STATES]),
        Filter("place", gettext_lazy("Where"), "choice", [(one, words.place_word(one)) for one in consent.places()]),
        Filter("since", pgettext_lazy("day", "From"), "day"),
        Filter("until", pgettext_lazy("day", "To"), "day"),
    ])  # fmt: skip


def _midnight(day: date | None, later: int = 0) -> int | None:
    if day is None:
        return None
    zone = ZoneInfo(current_shop().home.time_zone)
    return to_microseconds(datetime.combine(day + timedelta(days=later), time.min, zone))


urlpatterns = [
    path("consent/ledger", ledger, name="consent_ledger"),
    path("consent/ledger/<int:number>", entry, name="consent_entry"),
]
