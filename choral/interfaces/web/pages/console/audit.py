"""The audit log: who did what, when and from where; read and exported, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from choral.books.audit import AuditFilter, AuditLine, all_audit_lines, audit_lines, audit_words
from choral.core.clock import to_microseconds
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.deeds import deed
from choral.interfaces.web.names import who_did
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Asked, Cell, Column, Empty, Filter, Row, Table
from choral.shop import current_shop

TABLE = Table(
    key="audit",
    caption=gettext_lazy("Audit log"),
    columns=[
        Column("at", gettext_lazy("When"), "time"),
        Column("actor", gettext_lazy("Who")),
        Column("action", gettext_lazy("What")),
        Column("subject", gettext_lazy("To what")),
        Column("change", gettext_lazy("Change"), explain=gettext_lazy("What it was before, and what it is since.")),
        Column("address", gettext_lazy("Address"), explain=gettext_lazy("The network address it was done from.")),
    ],
    filters=[
        Filter("subject", gettext_lazy("To what")),
        Filter("since", pgettext_lazy("day", "From"), "day"),
        Filter("until", pgettext_lazy("day", "To"), "day"),
    ],
)


@page("audit.view")
def audit(request: HttpRequest) -> HttpResponseBase:
    """The list, filtered; or all of it as a file."""
    asked = _table().read(request)
    chosen = AuditFilter(
        actor=asked.filters.get("actor"),
        action=asked.filters.get("action"),
        subject=asked.filters.get("subject"),
        since=_midnight(asked.day("since")),
        until=_midnight(asked.day("until"), 1),
    )
    if asked.export:
        return asked.csv(_rows(all_audit_lines(chosen), codes=True), "audit")
    after = int(asked.after) if asked.after and asked.after.isdecimal() else None
    lines = audit_lines(chosen, after, asked.limit + 1)
    more = str(lines[asked.limit - 1].id) if len(lines) > asked.limit else None
    nothing = Empty(_("Nothing has been done yet."), _("Every change of the shop leaves a line here."), icon="audit")
    return render(request, "console/audit.html", {"table": _view(asked, lines[: asked.limit], more, nothing)})


def _view(asked: Asked, lines: list[AuditLine], more: str | None, nothing: Empty) -> object:
    return asked.show(_rows(lines), next=more, empty=nothing)


def _table() -> Table:
    actors, actions = audit_words()
    names = who_did(actors)
    choices = [
        Filter("actor", _("Who"), "choice", [(actor, names[actor]) for actor in actors]),
        Filter("action", _("What"), "choice", _in_words(actions)),
    ]
    return replace(TABLE, filters=[*choices, *TABLE.filters])


def _in_words(actions: Iterable[str]) -> list[tuple[str, str]]:
    said = [(action, str(deed(action))) for action in actions]
    return sorted(said, key=lambda choice: choice[1].casefold())


def _rows(lines: Iterable[AuditLine], codes: bool = False) -> Iterator[Row]:
    known: dict[str, str] = {}
    for line in lines:
        for one in (line.actor, line.subject):
            if one not in known:
                known |= who_did([one])
        cells: dict[str, object] = {
            "at": line.at,
            "actor": known[line.actor],
            "action": line.action if codes else Cell(deed(line.action), note=line.action),
            "subject": known[line.subject],
            "change": _change(line),
            "address": line.address,
        }
        yield Row(str(line.id), cells)


def _change(line: AuditLine) -> str:
    before, after = line.before or {}, line.after or {}
    parts = []
    for key in [*before, *[key for key in after if key not in before]]:
        old, new = (_said(key, side[key]) if key in side else "" for side in (before, after))
        parts.append(f"{key}: {old} → {new}" if old else f"{key}: {new}")
    return "; ".join(parts)[:500]


def _said(key: str, value: object) -> str:
    return formats.moment(value) if key.endswith("_at") and isinstance(value, int) else str(value)


def _midnight(day: date | None, later: int = 0) -> int | None:
    if day is None:
        return None
    zone = ZoneInfo(current_shop().home.time_zone)
    return to_microseconds(datetime.combine(day + timedelta(days=later), time.min, zone))


urlpatterns = [path("audit", audit, name="audit")]
NAVIGATION = [
    Entry("shop", 90, gettext_lazy("Audit log"), "audit", "audit.view", "audit", words=gettext_lazy("history who did")),
]
