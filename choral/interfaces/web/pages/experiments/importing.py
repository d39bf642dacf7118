"""A randomised file becomes an experiment: dropped, its columns named, read out."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from choral.analytics.experiments.guessing import guess
from choral.core.errors import ChoralError
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.pages.experiments.forms import ColumnsForm
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop


@page("experiments.manage", "GET", "POST")
def drop(request: HttpRequest) -> HttpResponse:
    """The place to drop a file."""
    problem = None
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            toast(request, _("No file was chosen."), tone="warning")
            return redirect("experiment_import")
        try:
            draft = current_shop().connectors.upload(file.name or "file.csv", cast(Any, file), asker_of(request).actor)
            return redirect("experiment_columns", draft.id)
        except ChoralError as error:
            problem = said(error)
    return render(request, "experiments/drop.html", {"problem": problem}, status=422 if problem else 200)


@page("experiments.manage", "GET", "POST", part=True)
def columns(request: HttpRequest, import_id: str) -> HttpResponse:
    """What each column is; then the rows are taken."""
    shop, actor = current_shop(), asker_of(request).actor
    draft = shop.connectors.draft(import_id)
    heads = [one.head for one in draft.columns]
    first = guess(heads, {one.head: one.samples for one in draft.columns})
    form = ColumnsForm(request.POST or None, heads=heads, guess=first, initial={"name": draft.name.rsplit(".", 1)[0]})
    problem = None
    if request.method == "POST" and form.is_valid():
        shares = form.shares()
        if shares is None:
            form.add_error("weights", _("Write whole numbers above zero, one for each arm."))
        else:
            try:
                read = shop.connectors.tabled(import_id)
                key, refused = shop.analytics.experiments.take(
                    actor, form.cleaned_data["name"], read.table, form.mapping(read.decimal), shares
                )
                shop.connectors.discard(import_id, actor)
                _tell(request, sum(one.rows for one in refused) + read.undivided)
                return redirect("experiment", key)
            except ChoralError as error:
                problem = said(error)
    rows = list(zip(form.columns, [", ".join(one.samples[:3]) for one in draft.columns], strict=True))
    context = {"form": form, "rows": rows, "draft": draft, "problem": problem}
    return render(request, "experiments/columns.html", context, status=422 if problem or form.errors else 200)


def _tell(request: HttpRequest, refused: int) -> None:
    if refused:
        toast(request, _("%(count)s rows were refused: no arm, no number, or a unit that came before.") % {
            "count": formats.number(refused)}, tone="warning")  # fmt: skip
    else:
        toast(request, _("All rows were taken."))


urlpatterns = [
    path("measure/experiments/import", drop, name="experiment_import"),
    path("measure/experiments/import/<str:import_id>", columns, name="experiment_columns"),
]
