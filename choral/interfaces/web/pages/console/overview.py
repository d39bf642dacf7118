"""The first page: what the shop knows so far, the headline figures, and the first steps while they are not done."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.interfaces.web.access import SIGNED_IN, Asker, asker_of, page
from choral.interfaces.web.navigation import Entry
from choral.shop import current_shop
from choral.team import members

Text = str | Promise


@dataclass(frozen=True)
class Step:
    """One of the first steps: ticked by what the shop already has."""

    label: Text
    text: Text
    href: str
    done: bool


@page(SIGNED_IN)
def overview(request: HttpRequest) -> HttpResponse:
    """The first page."""
    asker = asker_of(request)
    steps = _steps(asker)
    return render(request, "console/overview.html", {"steps": steps, "open": any(not step.done for step in steps)})


def _steps(asker: Asker) -> list[Step]:
    shop = current_shop()
    sources = [source for source in shop.events.sources() if shop.events.first_event(source.id)]
    wanted = [
        ("sources.manage", "connect", _("Connect your web site, app or till"),
         _("Send events with the SDK you already have; the first is shown within seconds."), bool(sources)),
        ("imports.manage", "imports", _("Import customers and orders"),
         _("Drop a CSV file; nothing is written before you have seen what it would do."),
         any(source.id.startswith("import-") for source in sources)),
        ("team.manage", "team", _("Invite a colleague"),
         _("By link, with the role that fits."), len(members()) > 1),
    ]  # fmt: skip
    found = []
    for permission, name, label, text, done in wanted:
        try:
            if asker.may(permission):
                found.append(Step(label, text, reverse(name), done))
        except NoReverseMatch:
            continue
    return found


urlpatterns = [path("", overview, name="overview")]
NAVIGATION = [Entry("", 0, gettext_lazy("Overview"), "overview", SIGNED_IN, "home", go="h")]
