"""SQL over the pseudonymous tables: one SELECT at a time, in a process of its own with limits; queries are kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pyarrow
from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.boards import actions
from choral.analytics.boards.values import Query, Reader
from choral.analytics.table_columns import COLUMNS
from choral.books import act
from choral.core.errors import ChoralError
from choral.events.lake.datasets import DATASETS
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 90, gettext_lazy("SQL"), "sql", "sql.run", "sql", go="q",
          words=gettext_lazy("query select tables analyst")),
]  # fmt: skip
_SHOWN, _FILE = 500, 100_000  # rows on the page, rows in a file
_SECONDS = 20.0
_NUMBERS = (pyarrow.types.is_integer, pyarrow.types.is_floating, pyarrow.types.is_decimal)
FIRST = """SELECT channel, count(*) AS orders, sum(total) / 100 AS sales
FROM orders WHERE NOT returned
GROUP BY channel ORDER BY sales DESC"""


class QueryForm(forms.Form):
    """One SELECT."""

    query = forms.CharField(label=gettext_lazy("SELECT"), max_length=20_000, widget=forms.Textarea(
        attrs={"rows": 8, "spellcheck": "false", "class": "code", "autocapitalize": "off"}))  # fmt: skip


@page("sql.run", "GET", "POST")
def sql(request: HttpRequest) -> HttpResponseBase:
    """The page; a POST runs what stands in the field, and gives its rows, or all of them as a file."""
    chosen = _chosen(request)
    form = QueryForm(
        request.POST if request.method == "POST" else None, initial={"query": chosen.sql if chosen else FIRST}
    )
    found, problem, wanted = None, None, request.POST.get("export") == "csv"
    if request.method == "POST" and form.is_valid():
        try:
            rows = _FILE if wanted else _SHOWN + 1
            found = current_shop().analytics.sql_apart(form.cleaned_data["query"], rows, _SECONDS)
        except ChoralError as error:
            problem = said(error)
    if found is not None and wanted:
        return _table(found).read(request).csv(_rows(found, _FILE), "query")
    context: dict[str, Any] = {
        "form": form, "problem": problem, "saved": _saved(request), "tables": _tables(), "chosen": chosen,
        "own": chosen is not None and chosen.owner == asker_of(request).actor.name,
    }  # fmt: skip
    if found is not None:
        context["table"] = _table(found).read(request).show(_rows(found, _SHOWN), total=min(len(found), _SHOWN))
        context["more"] = len(found) > _SHOWN
    return render(
        request, "sql/sql.html", context, status=422 if problem or (request.POST and not form.is_valid()) else 200
    )


@page("sql.run", "POST")
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a query under a name, for oneself or for all who may ask."""
    name, shared = request.POST.get("name", ""), request.POST.get("shared") == "yes"
    try:
        made = act(actions.save_query, asker_of(request).actor, name, request.POST.get("query", ""), shared)
    except ChoralError as error:
        problem = said(error)
        toast(request, f"{problem['what']} {problem['why']} {problem['fix']}", tone="warning")
        return redirect("sql")
    toast(request, _("“%(name)s” is kept.") % {"name": name.strip()[:120]}, undo=reverse("sql_remove", args=[made]))
    return redirect(f"{reverse('sql')}?{urlencode({'saved': made})}")


@page("sql.run", "POST")
def remove(request: HttpRequest, query_id: str) -> HttpResponse:
    """A query of one's own goes away, with a way back."""
    act(actions.remove_query, asker_of(request).actor, query_id)
    toast(request, _("The query is removed."), undo=reverse("sql_restore", args=[query_id]))
    return redirect("sql")


@page("sql.run", "POST")
def restore(request: HttpRequest, query_id: str) -> HttpResponse:
    """A removed query is there again."""
    act(actions.restore_query, asker_of(request).actor, query_id)
    toast(request, _("The query is there again."))
    return redirect(f"{reverse('sql')}?{urlencode({'saved': query_id})}")


def _known(request: HttpRequest) -> tuple[Query, ...]:
    asker = asker_of(request)
    return current_shop().analytics.boards.saved_queries(Reader(asker.actor.name, asker.role))


def _saved(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.name, f"{reverse('sql')}?{urlencode({'saved': one.id})}") for one in _known(request)]


def _chosen(request: HttpRequest) -> Query | None:
    return next((one for one in _known(request) if one.id == request.GET.get("saved")), None)


def _tables() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every table with its columns and what they mean (in English, as their names)."""
    own = [(name, [(column, means) for column, (_kind, means) in columns.items()]) for name, columns in COLUMNS.items()]
    given = [(name, [(one.name, one.description) for one in found.columns]) for name, found in DATASETS.items()
             if name not in COLUMNS]  # fmt: skip
    return own + given


def _table(found: pyarrow.Table) -> Table:
    columns = [
        Column(f"c{at}", one.name, "number" if any(kind(one.type) for kind in _NUMBERS) else "text")
        for at, one in enumerate(found.schema)
    ]
    return Table(key="query", columns=columns, caption=gettext_lazy("The answer"), export=False)


def _rows(found: pyarrow.Table, most: int) -> list[Row]:
    cut = found.slice(0, most)
    kinds = [any(kind(one.type) for kind in _NUMBERS) for one in found.schema]
    columns = [column.to_pylist() for column in cut.columns]
    return [
        Row(str(number), {
            f"c{at}": value if numeric or value is None else str(value)
            for at, (value, numeric) in enumerate(zip(row, kinds, strict=True))
        })
        for number, row in enumerate(zip(*columns, strict=True))
    ]  # fmt: skip


urlpatterns = [
    path("measure/sql", sql, name="sql"),
    path("measure/sql/keep", keep, name="sql_keep"),
    path("measure/sql/<str:query_id>/remove", remove, name="sql_remove"),
    path("measure/sql/<str:query_id>/restore", restore, name="sql_restore"),
]
