"""The health of the house: how far everything is behind, what fails, how much room is left; and the data sets."""

from __future__ import annotations

import shutil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral import pulse
from choral.core.clock import SECOND
from choral.events.lake.datasets import DATASETS, Datasets
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.stats import Stat
from choral.shop import current_shop

NAVIGATION = [Entry("data", 50, gettext_lazy("Status"), "status", "events.view", "good", go="u",
                    words=gettext_lazy("health queue worker disk datasets"))]  # fmt: skip
_GIB = 1024**3
_TASKS: dict[str, str | Promise] = {
    "relay": gettext_lazy("Facts of the books to the log"),
    "consume": gettext_lazy("Recognising customers"),
    "lake": gettext_lazy("Writing the lake"),
    "marts": gettext_lazy("Counting the figures"),
    "imports": gettext_lazy("Imports"),
    "housekeeping": gettext_lazy("Tidying up"),
}
_DATASETS: dict[str, str | Promise] = {
    "products": gettext_lazy("Products"),
    "stores": gettext_lazy("Stores"),
    "campaigns": gettext_lazy("Campaigns"),
    "coupons": gettext_lazy("Coupons"),
    "placements": gettext_lazy("Placements in stores and mailers"),
    "spend": gettext_lazy("Media spend"),
}


@page("events.view")
def status(request: HttpRequest) -> HttpResponse:
    """The page."""
    shop = current_shop()
    said = pulse.read(shop.home.path)
    consumer, log = shop.customers.status(), shop.events.status()
    datasets = Datasets(shop.home.lake)
    context = {
        "pulse": said, "alive": said is not None and said.alive,
        "stats": [
            Stat(_("Events in the log"), formats.number(log.head), good="none",
                 explain=_("Everything that was ever accepted, repetitions included.")),
            Stat(_("Waiting"), formats.number(consumer.waiting), good="none",
                 note=_("oldest %(seconds)s s") % {"seconds": formats.number(consumer.age / SECOND, 1)},
                 explain=_("Accepted events that are not yet on the pages of their customers.")),
            Stat(_("Behind in the figures"), formats.number(max(0, log.head - (said.lake if said else 0))), good="none",
                 explain=_("Accepted events that the figures do not count yet; they follow within half a minute.")),
            Stat(_("Room on the disk"), _free(shop.home.path), good="none",
                 explain=_("Free space where the shop is kept. When it is full, senders are told to try again later.")),
        ],
        "tasks": [
            {"name": _TASKS.get(one.name, one.name), "last": one.last_at, "seconds": one.seconds,
             "trouble": one.trouble}
            for one in (said.tasks if said else ())
        ],
        "datasets": [
            {"name": _DATASETS.get(name, name), "rows": datasets.rows(name), "version": datasets.version(name)}
            for name in DATASETS
        ],
        "refused": log.refused, "home": shop.home.name,
    }  # fmt: skip
    return render(request, "data/status.html", context)


def _free(folder: object) -> str:
    left = shutil.disk_usage(str(folder)).free
    return _("%(gib)s GiB") % {"gib": formats.number(left / _GIB, 1)}


urlpatterns = [path("status", status, name="status")]
