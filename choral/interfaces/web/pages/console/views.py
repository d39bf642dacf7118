"""Saving and removing views of lists."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from choral.books import act
from choral.interfaces.web.access import SIGNED_IN, asker_of, page, safe_path
from choral.interfaces.web.actions import remove_view, save_view
from choral.interfaces.web.toasts import toast


@page(SIGNED_IN, "POST")
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the address of a list under a name."""
    asker = asker_of(request)
    given = request.GET if "name" in request.GET else request.POST
    page_key, name, query = (str(given.get(key, "")) for key in ("page", "name", "query"))
    act(save_view, asker.actor, asker.id, page_key, name, query)
    toast(request, _("The view “%(name)s” is saved.") % {"name": name})
    path_only = safe_path(request, request.POST.get("next")).split("?", 1)[0]
    return redirect(f"{path_only}?{query}" if query else path_only)


@page(SIGNED_IN, "POST")
def view_remove(request: HttpRequest, view: int) -> HttpResponse:
    """Forget a saved view; the toast puts it back."""
    asker = asker_of(request)
    page_key, name, query = act(remove_view, asker.actor, asker.id, view)
    again = urlencode({"page": page_key, "name": name, "query": query})
    toast(request, _("The view “%(name)s” is removed.") % {"name": name}, undo=f"{reverse('view_save')}?{again}")
    return redirect(safe_path(request, request.POST.get("next")))


urlpatterns = [
    path("views", view_save, name="view_save"),
    path("views/<int:view>/remove", view_remove, name="view_remove"),
]
