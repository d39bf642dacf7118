"""Connect: a key and a snippet for the SDK a shop already has, and whether the first event has come."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.events.store import Source
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import CHANNEL_NAMES, channel_icon, channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.snippets import snippets
from choral.interfaces.web.sources import note_source
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [Entry("data", 10, gettext_lazy("Connect"), "connect", "sources.manage", "connect", go="n",
                    words=gettext_lazy("sources write key SDK snippet"))]  # fmt: skip
_CHANNELS = ("web", "app", "store", "marketplace", "call", "email", "server")
_TABLE = Table(
    key="sources",
    columns=(
        Column("name", gettext_lazy("Source")),
        Column("channel", gettext_lazy("Channel")),
        Column("first", gettext_lazy("First event"), "ago"),
        Column("state", gettext_lazy("State")),
        Column("since", gettext_lazy("Made"), "time"),
    ),
    export=False,
    caption=gettext_lazy("Sources"),
)


class SourceForm(forms.Form):
    """A new source of events."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120,
                           help_text=gettext_lazy("What sends: the web shop, the till of Lyon, the app."))  # fmt: skip
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=[(key, CHANNEL_NAMES[key]) for key in _CHANNELS],
        help_text=gettext_lazy("Where its events happen, unless an event says otherwise."),
    )  # fmt: skip


@page("sources.manage", "GET", "POST")
def connect(request: HttpRequest) -> HttpResponse:
    """The sources there are, and a new one."""
    form = SourceForm(request.POST or None, initial={"channel": "web"})
    if request.method == "POST" and form.is_valid():
        made = current_shop().events.create_source(form.cleaned_data["name"], form.cleaned_data["channel"])
        note_source(asker_of(request).actor, "source.created", made)
        return redirect("source", made.id)
    found = [one for one in current_shop().events.sources() if not one.id.startswith("import-") and one.id != "choral"]
    nothing = Empty(
        gettext_lazy("Nothing is connected yet"),
        gettext_lazy("Each thing that sends events (a web shop, an app, a till) is a source with a key of its own."),
        icon="connect",
    )
    view = _TABLE.read(request).show([_row(one) for one in found], total=len(found), empty=nothing)
    return render(request, "data/connect.html", {"form": form, "table": view}, status=422 if form.errors else 200)


@page("sources.manage")
def source(request: HttpRequest, source_id: str) -> HttpResponse:
    """One source: its key, what to paste, and whether something has come."""
    events = current_shop().events
    found = events.source(source_id)
    host = f"{request.scheme}://{request.get_host()}"
    ways = snippets(host, found.write_key)
    chosen = next((one for one in ways if one.key == request.GET.get("with")), ways[0])
    tabs = [(one.label, f"?with={one.key}", one.key == chosen.key) for one in ways]
    context = {
        "source": found, "channel": channel_name(found.channel), "tabs": tabs, "snippet": chosen, "host": host,
        "first": events.first_event(source_id),
    }  # fmt: skip
    return render(request, "data/source.html", context)


@page("sources.manage", part=True)
def first_event(request: HttpRequest, source_id: str) -> HttpResponse:
    """The line that says whether the first event has come; it asks again every second while it has not."""
    events = current_shop().events
    found = events.source(source_id)
    return render(request, "data/first_event.html", {"source": found, "first": events.first_event(source_id)})


@page("sources.manage", "POST")
def rename(request: HttpRequest, source_id: str) -> HttpResponse:
    name = request.POST.get("name", "").strip()[:120]
    if name:
        note_source(asker_of(request).actor, "source.renamed", current_shop().events.set_source(source_id, name=name))
        toast(request, _("Renamed."))
    return redirect("source", source_id)


@page("sources.manage", "POST")
def disable(request: HttpRequest, source_id: str) -> HttpResponse:
    """Nothing is taken from it any more; the way back is in the toast."""
    found = current_shop().events.set_source(source_id, enabled=False)
    note_source(asker_of(request).actor, "source.disabled", found)
    undo = reverse("source_enable", args=[source_id])
    toast(request, _("Nothing is taken from “%(name)s” any more.") % {"name": found.name}, undo=undo)
    return redirect("connect")


@page("sources.manage", "POST")
def enable(request: HttpRequest, source_id: str) -> HttpResponse:
    found = current_shop().events.set_source(source_id, enabled=True)
    note_source(asker_of(request).actor, "source.enabled", found)
    toast(request, _("“%(name)s” may send again.") % {"name": found.name})
    return redirect("connect")


def _row(one: Source) -> Row:
    turn = (
        Action(_("Disable"), reverse("source_disable", args=[one.id]))
        if one.enabled
        else Action(_("Enable"), reverse("source_enable", args=[one.id]))
    )
    return Row(
        one.id,
        {
            "name": one.name, "channel": Cell(channel_name(one.channel), icon=channel_icon(one.channel)),
            "first": current_shop().events.first_event(one.id), "since": one.created_at,
            "state": Cell(_("takes events"), tone="good") if one.enabled else Cell(_("disabled"), tone="warn"),
        },
        href=reverse("source", args=[one.id]), actions=(turn,),
    )  # fmt: skip


urlpatterns = [
    path("connect", connect, name="connect"),
    path("connect/<str:source_id>", source, name="source"),
    path("connect/<str:source_id>/first", first_event, name="source_first"),
    path("connect/<str:source_id>/rename", rename, name="source_rename"),
    path("connect/<str:source_id>/disable", disable, name="source_disable"),
    path("connect/<str:source_id>/enable", enable, name="source_enable"),
]
