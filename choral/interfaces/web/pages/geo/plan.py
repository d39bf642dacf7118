"""A test in areas planned: which ones to change, and how small an effect it would find."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from choral.analytics.geo.values import Design
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.pages.geo import pictures
from choral.interfaces.web.pages.geo.forms import PlanForm
from choral.shop import current_shop


@page("analytics.view")
def plan(request: HttpRequest) -> HttpResponse:
    """The form, and the plans for what it says."""
    geo = current_shop().analytics.geo
    given = {"source": "stores", "outcome": "sales", "units": "2", "grain": "week", "length": "4"} | request.GET.dict()
    form = PlanForm(given, tables=geo.tables())
    made = None
    if form.is_valid():
        asked = form.cleaned_data
        made = geo.plan(asked["units"], asked["length"], asked["grain"], asked["outcome"], asked["source"])
    context = {
        "form": form, "made": made, "sentence": _sentence(made) if made else "",
        "plans": _plans(made) if made else [], "may": asker_of(request).may("studies.manage"),
        "power": pictures.power(made) if made and made.plans else None,
    }  # fmt: skip
    return render(request, "geo/plan.html", context)


def _sentence(made: Design) -> str:
    if made.reason == "too_few_periods":
        return _("The data hold %(before)s whole periods; 25 before a test and its own length are needed to plan one. "
                 "Count in days, or make it shorter.") % {"before": made.before}  # fmt: skip
    if made.reason:
        return _("There are too few areas with movement to plan a test.")
    best = made.plans[0]
    said = {"areas": ", ".join(best.names[:5]), "lift": formats.percent(best.smallest or 0.0)}
    if best.smallest is None:
        return _("No set of areas would find even a lift of 50 % in 8 of 10 tests: take more areas, or a longer test.")
    return _("Change %(areas)s: a lift of %(lift)s would be found in at least 8 of 10 tests.") % said


def _plans(made: Design) -> list[dict[str, object]]:
    return [
        {
            "number": number, "plan": one, "names": ", ".join(one.names),
            "smallest": formats.percent(one.smallest) if one.smallest is not None else "–",
            "url": reverse("areas-new") + "?" + urlencode({"source": made.source, "unit": one.units}, doseq=True),
        }
        for number, one in enumerate(made.plans, 1)
    ]  # fmt: skip


urlpatterns = [path("measure/areas/plan", plan, name="areas-plan")]
