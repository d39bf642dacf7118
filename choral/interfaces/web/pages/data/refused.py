"""Events that were refused: why, how many, one opened, corrected and run again, or put aside."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act, note
from choral.core.errors import ChoralError
from choral.events.store import RejectedRow
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop
from choral.team import check

NAVIGATION = [Entry("data", 40, gettext_lazy("Refused events"), "refused", "events.view", "refused", go="r",
                    words=gettext_lazy("dead letter errors rejected"))]  # fmt: skip
_LAST = 2**62  # no number of a refused event is greater; the store holds 64 bits
_STATES = [("resolved", gettext_lazy("run again")), ("discarded", gettext_lazy("put aside"))]
_TABLE = Table(
    key="refused",
    columns=(
        Column("code", gettext_lazy("Reason")),
        Column("message", gettext_lazy("In words")),
        Column("source", gettext_lazy("Source")),
        Column("at", gettext_lazy("Received"), "ago"),
    ),
    filters=(Filter("state", gettext_lazy("State"), "choice", _STATES),),
    export=False,
    caption=gettext_lazy("Refused events"),
)


@page("events.view")
def refused(request: HttpRequest) -> HttpResponse:
    """The open ones, newest first, and how many of each reason."""
    events = current_shop().events
    sources = [(one.id, one.name) for one in events.sources()]
    table = replace(_TABLE, filters=(*_TABLE.filters, Filter("source", gettext_lazy("Source"), "choice", sources)))
    asked = table.read(request)
    state = asked.filters.get("state", "open")
    before = min(int(asked.after), _LAST) if asked.after and asked.after.isdecimal() else None
    found = events.rejected(state=state, before=before, limit=asked.limit + 1, source=asked.filters.get("source"))
    asker = asker_of(request)
    may_settle, personal = state == "open" and asker.may("imports.manage"), asker.may("customers.personal")
    rows = [_row(one, dict(sources), may_settle, personal) for one in found]
    more = str(found[asked.limit - 1].id) if len(found) > asked.limit else None
    counts = events.rejected_counts()
    nothing = Empty(
        gettext_lazy("Nothing was refused"),
        gettext_lazy("An event that cannot be accepted is kept here whole, with its reason, and can be run again."),
        icon="good",
    )
    view = asked.show(rows[: asked.limit], next=more, total=sum(counts.values()) if state == "open" else None,
                      empty=nothing)  # fmt: skip
    return render(request, "data/refused.html", {"table": view, "counts": counts.items()})


@page("events.view", "GET", "POST")
def refused_event(request: HttpRequest, rejected_id: int) -> HttpResponse:
    """One of them; a POST runs it again, corrected where the text was changed."""
    shop, asker = current_shop(), asker_of(request)
    found = shop.events.rejected_event(min(rejected_id, _LAST))
    problem = None
    text = _pretty(found.event)
    if request.method == "POST":
        check(asker.role, "imports.manage")  # running again changes figures: it needs more than looking
        text = request.POST.get("event", "")
        try:
            shop.events.rerun_rejected(rejected_id, text.encode())
        except ChoralError as error:
            problem = said(error)
        else:
            act(note, asker.actor, "refused.rerun", f"refused:{rejected_id}")
            toast(request, _("Accepted: it counts now."))
            return redirect("refused")
    personal = asker.may("customers.personal")
    context = {
        "row": found, "text": text if personal else "", "problem": problem, "personal": personal,
        "may_run": asker.may("imports.manage") and personal,
    }  # fmt: skip
    return render(request, "data/refused_event.html", context, status=422 if problem else 200)


@page("imports.manage", "POST")
def discard(request: HttpRequest, rejected_id: int) -> HttpResponse:
    """Put it aside; the way back is in the toast."""
    current_shop().events.discard_rejected(min(rejected_id, _LAST))
    act(note, asker_of(request).actor, "refused.discarded", f"refused:{rejected_id}")
    toast(request, _("Put aside."), undo=reverse("refused_reopen", args=[rejected_id]))
    return redirect("refused")


@page("imports.manage", "POST")
def reopen(request: HttpRequest, rejected_id: int) -> HttpResponse:
    """Back among the open ones."""
    current_shop().log.settle_rejected(min(rejected_id, _LAST), "open")
    act(note, asker_of(request).actor, "refused.reopened", f"refused:{rejected_id}")
    return redirect("refused")


def _row(one: RejectedRow, sources: dict[str, str], may: bool, personal: bool) -> Row:
    actions = (Action(_("Put aside"), reverse("refused_discard", args=[one.id])),) if may else ()
    cells = {
        "code": Cell(one.code, tone="warn"), "message": one.message if personal else "",
        "source": sources.get(one.source, one.source), "at": one.received_at,
    }  # fmt: skip
    href = reverse("refused_event", args=[one.id]) if one.state == "open" else ""
    return Row(str(one.id), cells, href=href, actions=actions)


def _pretty(raw: bytes) -> str:
    try:
        return msgspec.json.format(raw, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return raw.decode("utf-8", "replace")


urlpatterns = [
    path("refused", refused, name="refused"),
    path("refused/<int:rejected_id>", refused_event, name="refused_event"),
    path("refused/<int:rejected_id>/discard", discard, name="refused_discard"),
    path("refused/<int:rejected_id>/reopen", reopen, name="refused_reopen"),
]
