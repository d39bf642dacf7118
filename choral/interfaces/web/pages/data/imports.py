"""Imports: a file dropped, understood, rehearsed, taken in, and undone whole."""

from __future__ import annotations

from itertools import chain
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.connectors.csv.fields import FIELDS as KNOWN_FIELDS
from choral.connectors.values import Changes, Draft, Imported, Kind
from choral.core.errors import ChoralError
from choral.core.money import CURRENCIES
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.imports_words import KINDS, STATES, field_name, problem, reason
from choral.interfaces.web.names import who_did
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [Entry("data", 30, gettext_lazy("Imports"), "imports", "imports.manage", "imports", go="i",
                    words=gettext_lazy("CSV file upload spreadsheet"))]  # fmt: skip
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859-15", "mac_roman", "utf-16")
_DELIMITERS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab"),
               "|": gettext_lazy("bar")}  # fmt: skip
_SHOWN_ON = {"orders": "orders", "products": "sales", "spend": "media"}  # the page that shows the rows
_DATES = {"dmy": "31/12/2026", "mdy": "12/31/2026", "ymd": "2026-12-31"}
_TABLE = Table(
    key="imports",
    columns=(
        Column("name", gettext_lazy("File")),
        Column("kind", gettext_lazy("Rows are")),
        Column("state", gettext_lazy("State")),
        Column("new", gettext_lazy("New"), "number"),
        Column("updated", gettext_lazy("Changed"), "number"),
        Column("refused", gettext_lazy("Refused rows"), "number"),
        Column("by", gettext_lazy("By")),
        Column("at", gettext_lazy("When"), "time"),
    ),
    export=False,
    caption=gettext_lazy("Imports"),
)


@page("imports.manage", "GET", "POST")
def imports(request: HttpRequest) -> HttpResponse:
    """The place to drop a file, and the imports so far."""
    problem_said = None
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            toast(request, _("No file was chosen."), tone="warning")
            return redirect("imports")
        try:
            draft = current_shop().connectors.upload(file.name or "file.csv", cast(Any, file), asker_of(request).actor)
            return redirect("import", draft.id)
        except ChoralError as error:
            problem_said = said(error)
    found = current_shop().connectors.imports()
    names = who_did([one.by for one in found])
    rows = [_row(one, names) for one in found]
    nothing = Empty(
        gettext_lazy("No imports yet"),
        gettext_lazy("Customers, orders, products or media spend, as your till, shop or spreadsheet writes them."),
        icon="imports",
    )  # fmt: skip
    context = {"table": _TABLE.read(request).show(rows, total=len(rows), empty=nothing), "problem": problem_said}
    return render(request, "data/imports.html", context, status=422 if problem_said else 200)


@page("imports.manage")
def one(request: HttpRequest, import_id: str) -> HttpResponse:
    """An import where it stands: to be checked, running, or done."""
    shop = current_shop()
    found = shop.connectors.imported(import_id)
    if found.state != "uploaded":
        return render(request, "data/import_done.html", _done(found))
    draft = shop.connectors.draft(import_id)
    context = _draft(draft)
    if not draft.problems:
        rehearsal = shop.connectors.dry_run(import_id)
        context |= {
            "rehearsal": rehearsal, "stats": _rehearsed(draft, rehearsal.new, rehearsal.updated, rehearsal.unchanged,
                                                        rehearsal.refused_rows),
            "reasons": [(reason(code), count) for code, count in rehearsal.reasons.items()],
            "refused": [(row, reason(row.code)) for row in rehearsal.refused],
        }  # fmt: skip
    return render(request, "data/import_draft.html", context)


@page("imports.manage", "POST")
def describe(request: HttpRequest, import_id: str) -> HttpResponse:
    """Read it otherwise; the page then shows what the new reading makes of it."""
    said_ = request.POST
    connectors = current_shop().connectors
    draft = connectors.draft(import_id)
    kind = cast(Kind | None, said_.get("kind") or None)
    delimiter = {"tab": "\t"}.get(said_.get("delimiter", ""), said_.get("delimiter") or None)
    mapping = {at.place: said_[f"field-{at.place}"] for at in draft.columns if f"field-{at.place}" in said_}
    changes = Changes(
        kind=kind, encoding=said_.get("encoding") or None, delimiter=delimiter,
        header=said_.get("header") == "1" if "header" in said_ else None,
        decimal=cast(Any, said_.get("decimal") or None), dates=cast(Any, said_.get("dates") or None),
        currency=said_.get("currency") or None, mapping=mapping if kind in (None, draft.kind) else None,
    )  # fmt: skip
    connectors.describe(import_id, changes, asker_of(request).actor)
    return redirect("import", import_id)


@page("imports.manage", "POST")
def start(request: HttpRequest, import_id: str) -> HttpResponse:
    current_shop().connectors.start(import_id, asker_of(request).actor)
    return redirect("import", import_id)


@page("imports.manage", part=True)
def progress(request: HttpRequest, import_id: str) -> HttpResponse:
    """How far it is; asks again every second while it runs, then loads the page of the end."""
    found = current_shop().connectors.imported(import_id)
    if found.state != "running":
        if found.state == "done":
            words = _("“%(name)s” is taken in: %(new)s new.") % {"name": found.name, "new": formats.number(found.new)}
            toast(request, words, undo=reverse("import_undo", args=[import_id]))
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("import", args=[import_id])})
    return render(request, "data/import_progress.html", _done(found))


@page("imports.manage", "POST")
def undo(request: HttpRequest, import_id: str) -> HttpResponse:
    """Take back everything it brought."""
    found = current_shop().connectors.undo(import_id, asker_of(request).actor)
    toast(request, _("“%(name)s” is undone: what it brought is leaving every page.") % {"name": found.name})
    return redirect("import", import_id)


@page("imports.manage", "POST")
def discard(request: HttpRequest, import_id: str) -> HttpResponse:
    current_shop().connectors.discard(import_id, asker_of(request).actor)
    toast(request, _("The file is thrown away; nothing of it was taken in."))
    return redirect("imports")


@page("imports.manage", part=True)
def refused_file(request: HttpRequest, import_id: str) -> HttpResponseBase:
    """The refused rows as they were, each with its reason."""
    connectors = current_shop().connectors
    found = connectors.imported(import_id)
    parts = connectors.refused_file(import_id)
    first = next(parts, b"")  # before the answer begins: it says here when there is no such file
    response = StreamingHttpResponse(chain((first,), parts), content_type="text/csv; charset=utf-8")
    name = "".join(letter for letter in found.name.rsplit(".", 1)[0] if letter.isalnum() or letter in "-_ ") or "import"
    response["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "ignore").decode()}-refused.csv"'
    return response


def _draft(draft: Draft) -> dict[str, Any]:
    fields = [(field.key, field_name(field.key)) for field in KNOWN_FIELDS[draft.kind]]
    reading = draft.reading
    encodings = dict.fromkeys([reading.encoding, *_ENCODINGS])
    return {
        "draft": draft, "problems": [problem(code) for code in draft.problems], "fields": fields,
        "kinds": [(key, label, key == draft.kind) for key, label in KINDS.items()], "kind_name": KINDS[draft.kind],
        "encodings": [(key, key == reading.encoding) for key in encodings],
        "delimiters": [("tab" if key == "\t" else key, label, key == reading.delimiter)
                       for key, label in _DELIMITERS.items()],
        "decimals": [(key, key == reading.decimal) for key in (".", ",")],
        "dates": [(key, label, key == reading.dates) for key, label in _DATES.items()],
        "currencies": [(key, key == reading.currency) for key in sorted(CURRENCIES)],
        "columns": [(one, _columns(one.field, fields)) for one in draft.columns],
    }  # fmt: skip


def _columns(field: str, fields: list[tuple[str, Any]]) -> list[tuple[str, Any, bool]]:
    own = [(field, field_name(field), True)] if field.startswith("trait:") else []
    return [(key, label, key == field) for key, label in fields] + own


def _rehearsed(draft: Draft, new: int, updated: int, unchanged: int, refused: int) -> list[Stat]:
    return [
        Stat(_("New"), formats.number(new), good="none", explain=_("They are not known yet and will be.")),
        Stat(_("Changed"), formats.number(updated), good="none", explain=_("They are known and the file says more.")),
        Stat(_("Unchanged"), formats.number(unchanged), good="none",
             explain=_("An earlier import said the same; nothing will happen.")),
        Stat(_("Refused rows"), formats.number(refused), good="none",
             href=reverse("import_refused", args=[draft.id]) if refused else "",
             explain=_("They stay out, each with its reason; correct them and import again.")),
    ]  # fmt: skip


def _done(found: Imported) -> dict[str, Any]:
    left = ""
    if found.seconds_left:
        rate = max(0, found.rows - found.rows_done) / found.seconds_left
        words = {"rate": formats.number(rate), "seconds": formats.number(found.seconds_left)}
        left = _("%(rate)s rows a second, %(seconds)s s left") % words
    state, tone = STATES[found.state]
    return {
        "import": found, "state": state, "tone": tone, "left": left, "kind_name": KINDS[found.kind],
        "stats": [
            Stat(_("New"), formats.number(found.new), good="none"),
            Stat(_("Changed"), formats.number(found.updated), good="none"),
            Stat(_("Unchanged"), formats.number(found.unchanged), good="none"),
            Stat(_("Refused rows"), formats.number(found.refused_rows), good="none",
                 href=reverse("import_refused", args=[found.id]) if found.refused_rows else ""),
        ],
        "rows_url": reverse(_SHOWN_ON.get(found.kind, "customers")),
    }  # fmt: skip


def _row(found: Imported, names: dict[str, str]) -> Row:
    state, tone = STATES[found.state]
    return Row(
        found.id,
        {
            "name": found.name, "kind": KINDS[found.kind], "state": Cell(state, tone=tone), "new": found.new,
            "updated": found.updated, "refused": found.refused_rows, "by": names[found.by],
            "at": found.created_at,
        },
        href=reverse("import", args=[found.id]),
    )  # fmt: skip


urlpatterns = [
    path("imports", imports, name="imports"),
    path("imports/<str:import_id>", one, name="import"),
    path("imports/<str:import_id>/reading", describe, name="import_describe"),
    path("imports/<str:import_id>/start", start, name="import_start"),
    path("imports/<str:import_id>/progress", progress, name="import_progress"),
    path("imports/<str:import_id>/undo", undo, name="import_undo"),
    path("imports/<str:import_id>/discard", discard, name="import_discard"),
    path("imports/<str:import_id>/refused.csv", refused_file, name="import_refused"),
]
