"""Studies of areas: the list, one of them answered, asked, changed, put away; imported tables of areas."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.geo.actions import (
    keep_study,
    keep_table,
    remove_study,
    remove_table,
    restore_study,
    restore_table,
)
from choral.analytics.geo.panel import read
from choral.analytics.geo.values import Imported, Study
from choral.books import act
from choral.core.errors import ChoralError, InvalidInput
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.geo import pictures, words
from choral.interfaces.web.pages.geo.forms import StudyForm, TableForm
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 62, gettext_lazy("Areas and openings"), "areas", "analytics.view", "areas",
          words=gettext_lazy("geo test store opening television region synthetic control")),
]  # fmt: skip
_ANSWERED = 12  # studies answered in the list: each takes a quarter of a second the first time
_LARGEST = 32 << 20
_STUDIES = Table(
    key="areas",
    columns=(
        Column("name", gettext_lazy("Study")),
        Column("areas", gettext_lazy("Areas changed")),
        Column("starts", gettext_lazy("From"), "day"),
        Column("ends", gettext_lazy("Until"), "day"),
        Column("verdict", gettext_lazy("Verdict")),
        Column("total", gettext_lazy("Effect in total")),
    ),
    export=False,
    caption=gettext_lazy("Studies"),
)
_TABLES = Table(
    key="area-tables",
    columns=(
        Column("name", gettext_lazy("Table")),
        Column("units", gettext_lazy("Areas"), "number"),
        Column("since", gettext_lazy("From"), "day"),
        Column("until", gettext_lazy("Until"), "day"),
        Column(
            "left_out", gettext_lazy("Left out"), "number", explain=gettext_lazy("Areas without a figure each day.")
        ),
    ),
    export=False,
    caption=gettext_lazy("Imported tables"),
)


@page("analytics.view")
def areas(request: HttpRequest) -> HttpResponse:
    """All studies, and the tables of areas that were imported."""
    geo, may = current_shop().analytics.geo, asker_of(request).may("studies.manage")
    kept, tables = geo.studies(), geo.tables()
    rows = [_row(one, place < _ANSWERED, may) for place, one in enumerate(kept)]
    nothing = Empty(
        gettext_lazy("No study yet"),
        gettext_lazy("A window display, a price, a television flight, a new store: change it in some areas only, and "
                     "this page says what it brought there, measured against all others."),
        reverse("areas-new") if may else "", gettext_lazy("Ask about a change"), "areas",
    )  # fmt: skip
    context = {
        "studies": _STUDIES.read(request).show(rows, total=len(rows), empty=nothing), "may": may, "form": TableForm(),
        "tables": _TABLES.read(request).show([_table_row(one, may) for one in tables], total=len(tables)),
        "any_tables": bool(tables),
    }  # fmt: skip
    return render(request, "geo/areas.html", context)


@page("analytics.view")
def area(request: HttpRequest, study_id: str) -> HttpResponse:
    """One study with its answer."""
    geo = current_shop().analytics.geo
    study = geo.study(study_id)
    found = geo.answer(study.question)
    names = {one.id: one.name for one in geo.units(study.question.source)}
    context = {
        "study": study, "question": study.question, "found": found, "verdict": words.short(found.verdict),
        "tone": words.TONES.get(found.verdict, "warn"), "sentence": words.sentence(found),
        "causal": words.causal(found), "asked": words.asked(study.question, names),
        "stats": pictures.stats(found), "observed": pictures.observed(found), "summed": pictures.summed(found),
        "checks": words.checks(found), "weights": pictures.weights(request, found),
        "may": asker_of(request).may("studies.manage"), "p_shuffled": found.effect.p_shuffled if found.effect else None,
    }  # fmt: skip
    return render(request, "geo/area.html", context)


@page("studies.manage", "GET", "POST")
def edit(request: HttpRequest, study_id: str = "") -> HttpResponse:
    """Ask about a change, or change the question."""
    geo = current_shop().analytics.geo
    before = geo.study(study_id).question if study_id else None
    source = before.source if before else request.GET.get("source", "stores")[:60]
    campaigns = [(one.id, one.name or one.id) for one in current_shop().analytics.campaigns()]
    currency = current_shop().analytics.as_of().currency if source == "stores" else ""
    given = asdict(before) if before else {"grain": "week", "units": request.GET.getlist("unit")}
    form = StudyForm(
        request.POST or None, initial=given, source=source, units=geo.units(source), currency=currency,
        campaigns=campaigns,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        kept = act(keep_study, asker_of(request).actor, form.question(), study_id)
        toast(request, _("“%(name)s” is kept.") % {"name": form.question().name})
        return redirect("area", kept)
    context = {"form": form, "study_id": study_id, "days": geo.days(source), "source": source, "tables": geo.tables()}
    return render(request, "geo/edit.html", context, status=422 if form.errors else 200)


@page("studies.manage", "POST")
def remove(request: HttpRequest, study_id: str) -> HttpResponse:
    name = current_shop().analytics.geo.study(study_id).question.name
    act(remove_study, asker_of(request).actor, study_id)
    toast(request, _("“%(name)s” is put away.") % {"name": name}, undo=reverse("area-restore", args=[study_id]))
    return redirect("areas")


@page("studies.manage", "POST")
def restore(request: HttpRequest, study_id: str) -> HttpResponse:
    act(restore_study, asker_of(request).actor, study_id)
    return redirect("area", study_id)


@page("studies.manage", "POST")
def import_table(request: HttpRequest) -> HttpResponse:
    """Keep a table of areas; what is wrong with it is said with its line."""
    form = TableForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise InvalidInput("bad_panel", "A name and a file are needed.", status=422)
        file = form.cleaned_data["file"]
        if file.size > _LARGEST:
            raise InvalidInput("bad_panel", "The file is larger than 32 MiB.", fix="Send fewer units.", status=422)
        found, left_out = read(_text(file.read()))
        made = act(keep_table, asker_of(request).actor, form.cleaned_data["name"], found, left_out)
    except ChoralError as problem:
        toast(request, " ".join(str(said(problem)[part]) for part in ("what", "fix")), tone="error")
        return redirect("areas")
    toast(request, _("“%(name)s” is kept.") % {"name": form.cleaned_data["name"]},
          undo=reverse("area-table-remove", args=[made]))  # fmt: skip
    return redirect(f"{reverse('areas-new')}?source={made}")


@page("studies.manage", "POST")
def drop_table(request: HttpRequest, table_id: str) -> HttpResponse:
    name = current_shop().analytics.geo.table(table_id).name
    act(remove_table, asker_of(request).actor, table_id)
    toast(request, _("“%(name)s” is put away.") % {"name": name}, undo=reverse("area-table-restore", args=[table_id]))
    return redirect("areas")


@page("studies.manage", "POST")
def bring_table(request: HttpRequest, table_id: str) -> HttpResponse:
    act(restore_table, asker_of(request).actor, table_id)
    return redirect("areas")


def _row(study: Study, answered: bool, may: bool) -> Row:
    question = study.question
    cells: dict[str, object] = {
        "name": question.name, "areas": words.asked(question, {}), "starts": question.starts, "ends": question.ends,
    }  # fmt: skip
    if answered:
        try:
            found = current_shop().analytics.geo.answer(question)
        except ChoralError as problem:  # its table was put away
            cells["verdict"] = Cell(str(said(problem)["what"]), tone="warn")
        else:
            cells["verdict"] = Cell(words.short(found.verdict), tone=words.TONES.get(found.verdict, "warn"))
            cells["total"] = words.amount(found.effect.total if found.effect else None, found.currency)
    actions = (Action(gettext_lazy("Put away"), reverse("area-remove", args=[study.id])),) if may else ()
    return Row(study.id, cells, href=reverse("area", args=[study.id]), actions=actions)


def _table_row(one: Imported, may: bool) -> Row:
    actions = (Action(gettext_lazy("Put away"), reverse("area-table-remove", args=[one.id])),) if may else ()
    cells: dict[str, object] = {
        "name": one.name, "units": len(one.units), "since": one.since, "until": one.until,
        "left_out": len(one.left_out),
    }  # fmt: skip
    return Row(one.id, cells, href=f"{reverse('areas-new')}?source={one.id}" if may else "", actions=actions)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


urlpatterns = [
    path("measure/areas", areas, name="areas"),
    path("measure/areas/new", edit, name="areas-new"),
    path("measure/areas/tables", import_table, name="area-tables"),
    path("measure/areas/tables/<str:table_id>/removal", drop_table, name="area-table-remove"),
    path("measure/areas/tables/<str:table_id>/return", bring_table, name="area-table-restore"),
    path("measure/areas/studies/<str:study_id>", area, name="area"),
    path("measure/areas/studies/<str:study_id>/change", edit, name="area-edit"),
    path("measure/areas/studies/<str:study_id>/removal", remove, name="area-remove"),
    path("measure/areas/studies/<str:study_id>/return", restore, name="area-restore"),
]
