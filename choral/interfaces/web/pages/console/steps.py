"""The first steps of a new shop: each ticked by what the shop already has, all put away when one likes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.interfaces.web.access import SIGNED_IN, Asker, page
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop
from choral.team import members

_COOKIE, _YEAR = "choral_steps", 365 * 24 * 3600
_SYSTEM = "system"  # who wrote the texts a shop begins with
Text = str | Promise


@dataclass(frozen=True)
class Step:
    """One step, where it is done, and whether it is."""

    label: Text
    text: Text
    href: str
    done: bool


def first_steps(request: HttpRequest, asker: Asker) -> list[Step]:
    """What this member may do first; nothing when it is all done, or was put away in this browser."""
    if request.COOKIES.get(_COOKIE) == "away":
        return []
    found = [
        Step(label, text, reverse(name), done)
        for permission, name, label, text, done in _wanted()
        if asker.may(permission)
    ]
    return found if any(not step.done for step in found) else []


def _wanted() -> list[tuple[str, str, Text, Text, bool]]:
    shop = current_shop()
    sources = [source for source in shop.events.sources() if shop.events.first_event(source.id)]
    consent = shop.customers.consent
    written = any(one.made_by != _SYSTEM for purpose in consent.purposes() for one in consent.wordings(purpose.key))
    return [
        ("sources.manage", "connect", _("Connect your web site, app or till"),
         _("Send events with the SDK you already have; the first is shown within seconds."), bool(sources)),
        ("imports.manage", "imports", _("Import customers and orders"),
         _("Drop a CSV file; nothing is written before you have seen what it would do."),
         any(source.id.startswith("import-") for source in sources)),
        ("consent.manage", "consent", _("Write what people agree to"),
         _("The texts are ready to be used; make them your own before you ask anybody."), written),
        ("audiences.manage", "audiences", _("Make a first audience"),
         _("Begin with a ready one and see how many people it holds and how many you may reach."),
         bool(shop.customers.audiences.list())),
        ("team.manage", "team", _("Invite a colleague"), _("By link, with the role that fits."), len(members()) > 1),
    ]  # fmt: skip


@page(SIGNED_IN, "POST")
def steps(request: HttpRequest) -> HttpResponse:
    """Put the list away in this browser, or bring it back."""
    response = redirect("overview")
    if "back" in request.GET:
        response.delete_cookie(_COOKIE)
        return response
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(_COOKIE, "away", max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    toast(request, _("The first steps are put away."), undo=f"{reverse('steps')}?back")
    return response


urlpatterns = [path("steps", steps, name="steps")]
