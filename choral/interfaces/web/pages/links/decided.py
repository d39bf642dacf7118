"""The list of suggestions: what waits, what was decided and by whom, with the way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.customers.links.values import Suggestion
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import who_did
from choral.interfaces.web.pages.links.words import STATES, evidence
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.shop import current_shop

TABLE = Table(
    key="links",
    caption=gettext_lazy("Suggestions"),
    columns=[
        Column("one", gettext_lazy("One")),
        Column("other", gettext_lazy("The other")),
        Column("likely", gettext_lazy("Likely"), "percent",
               explain=gettext_lazy("How probable it is that the two are one person.")),
        Column("because", gettext_lazy("Because")),
        Column("state", gettext_lazy("State")),
        Column("by", gettext_lazy("Decided by")),
        Column("at", gettext_lazy("When"), "ago"),
    ],
    export=False,
)  # fmt: skip
_CHOICES = ("open", "later", "accepted", "refused")


@page("customers.edit")
def decided(request: HttpRequest) -> HttpResponse:
    """Suggestions of one state, likeliest first."""
    state = request.GET.get("state", "accepted")
    state = state if state in _CHOICES else "accepted"
    asked = TABLE.read(request)
    personal = asker_of(request).may("customers.personal")
    found = current_shop().customers.links.list(state, 0.0, asked.after, asked.limit, personal)
    people = who_did({one.by for one in found.rows})
    nothing = Empty(_("Nothing of this kind"), _("What you decide is listed here, with the way back."), icon="link")
    view = asked.show([_row(one, people) for one in found.rows], next=found.next, empty=nothing)
    tabs = [(STATES[key][0], f"{reverse('links_decided')}?state={key}", key == state) for key in _CHOICES]
    return render(request, "links/decided.html", {"table": view, "tabs": tabs})


def _row(one: Suggestion, people: dict[str, str]) -> Row:
    words, tone = STATES[one.state]
    because = ", ".join(str(evidence(each.field, each.level)) for each in one.evidence if not each.against)
    cells: dict[str, object] = {
        "one": one.one.name or one.one.identifier, "other": one.other.name or one.other.identifier,
        "likely": one.probability, "because": because, "state": Cell(words, tone=tone),  # type: ignore[arg-type]
        "by": people[one.by], "at": one.decided_at or one.found_at,
    }  # fmt: skip
    back = (Action(_("Open again"), reverse("link_decide", args=[one.id, "reopen"])),) if one.decided_at else ()
    return Row(str(one.id), cells, f"{reverse('links')}?id={one.id}", back)


urlpatterns = [path("links/list", decided, name="links_decided")]
