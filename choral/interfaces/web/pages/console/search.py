"""What the search field finds: pages the member may open, and customers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from choral.interfaces.web.access import SIGNED_IN, Asker, asker_of, page
from choral.interfaces.web.navigation import groups
from choral.shop import current_shop

_MOST = 8


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    label: str | Promise
    href: str
    icon: str
    note: str | Promise = ""


@page(SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """The results as a piece of a page for the palette, else as a page of their own."""
    asker = asker_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = [(_("Customers"), _customers(asker, text)), (_("Go to"), _pages(asker, text))]
    context = {"found": [(label, hits) for label, hits in found if hits], "text": text}
    part = bool(request.headers.get("HX-Request"))
    return render(request, "console/search_hits.html" if part else "console/search.html", context)


def _pages(asker: Asker, text: str) -> list[Hit]:
    wanted = text.casefold()
    found = [
        Hit(link.label, link.href, link.icon, group.label)
        for group in groups(asker.role, "")
        for link in group.links
        if not wanted or wanted in f"{link.label} {link.words} {group.label}".casefold()
    ]
    mine = Hit(_("Your settings"), reverse("settings"), "person")
    if not wanted or wanted in f"{mine.label} {_('theme language password name')}".casefold():
        found.append(mine)
    return found[: 2 * _MOST]


def _customers(asker: Asker, text: str) -> list[Hit]:
    if len(text) < 2 or not asker.may("customers.view"):
        return []
    try:
        reverse("customer", args=["1"])
    except NoReverseMatch:
        return []
    found = current_shop().customers.search(text, asker.may("customers.personal"), _MOST)
    return [
        Hit(one.name or _("Customer %(id)s") % {"id": one.id}, reverse("customer", args=[one.id]), "person", one.hint)
        for one in found
    ]


urlpatterns = [path("search", search, name="search")]
