"""The boards there are, and one of them with its figures of now."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.boards.ready import ready
from choral.analytics.boards.rules import READY, may_change
from choral.analytics.boards.values import Board, BoardShown, CardShown, Note
from choral.core.errors import InvalidInput
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.boards.drawing import Kind, drawn, headline
from choral.interfaces.web.pages.boards.words import PERIODS, board_name, card_title, period_name, reader_of
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 12, gettext_lazy("Boards"), "boards", "analytics.view", "boards", go="y",
          words=gettext_lazy("dashboards reports KPI"))
]  # fmt: skip
Text = str | Promise
_EXPORTS = (("pdf", "PDF"), ("xlsx", gettext_lazy("Excel workbook")), ("csv", "CSV"))
_TABLE = Table(
    key="boards", caption=gettext_lazy("Boards"), export=False,
    columns=(
        Column("name", gettext_lazy("Board")), Column("cards", gettext_lazy("Cards"), "number"),
        Column("period", gettext_lazy("Days shown")), Column("owner", gettext_lazy("Made by")),
        Column("changed", gettext_lazy("Changed"), "ago"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A card as the page draws it."""

    id: str
    title: str
    size: str
    stat: Stat | None = None
    chart: Chart | None = None
    text: str = ""
    problem: str = ""
    href: str = ""


@page("analytics.view")
def boards(request: HttpRequest) -> HttpResponseBase:
    """All boards; the ready one stands first until there are others."""
    door, reader = current_shop().analytics.boards, reader_of(request)
    found = door.all(reader)
    rows = [_row(one) for one in (ready(str(board_name(door.one(READY, reader)))), *found)]
    table = _TABLE.read(request).show(rows, total=len(rows))
    return render(request, "boards/boards.html", {"table": table, "may": asker_of(request).may("boards.manage")})


@page("analytics.view")
def board(request: HttpRequest, board_id: str) -> HttpResponseBase:
    """One board."""
    analytics, reader = current_shop().analytics, reader_of(request)
    try:
        shown = analytics.boards.show(board_id, reader, request.GET.get("range", ""))
    except InvalidInput:
        shown = analytics.boards.show(board_id, reader)
    asker, found = asker_of(request), shown.board
    changeable = asker.may("boards.manage") and found.id != READY and may_change(found, reader)
    return render(
        request,
        "boards/board.html",
        {
            "board": found, "name": board_name(found), "cards": [card_of(one, shown) for one in shown.cards],
            "shown": shown, "as_of": analytics.as_of(), "periods": _periods(request, found),
            "before": _before(shown), "may": asker.may("boards.manage"), "changeable": changeable,
            "query": request.GET.urlencode(), "compare": found.arrangement.compare or "", "exports": _EXPORTS,
        },
    )  # fmt: skip


@page("boards.manage", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """A new board, with the cards of the ready one to begin with."""
    name = request.POST.get("name", "").strip() or _("My board")
    made = current_shop().analytics.boards.make(asker_of(request).actor, replace(ready(name).arrangement, readers=()))
    toast(request, _("“%(name)s” is yours: arrange it as you like.") % {"name": name},
          undo=reverse("board_remove", args=[made]))  # fmt: skip
    return redirect("board_edit", made)


@page("boards.manage", "POST")
def copy(request: HttpRequest, board_id: str) -> HttpResponse:
    """A board like this one, of one's own."""
    door = current_shop().analytics.boards
    found = door.one(board_id, reader_of(request))
    name = str(board_name(found)) if board_id == READY else _("%(name)s (copy)") % {"name": found.arrangement.name}
    made = door.make(asker_of(request).actor, replace(found.arrangement, name=name, readers=()))
    toast(request, _("“%(name)s” is yours: arrange it as you like.") % {"name": name},
          undo=reverse("board_remove", args=[made]))  # fmt: skip
    return redirect("board_edit", made)


@page("boards.manage", "POST")
def remove(request: HttpRequest, board_id: str) -> HttpResponse:
    """A board goes away; the way back is in the toast."""
    current_shop().analytics.boards.remove(asker_of(request).actor, board_id, reader_of(request))
    toast(
        request, _("The board is removed, and nothing is sent of it."), undo=reverse("board_restore", args=[board_id])
    )
    return redirect("boards")


@page("boards.manage", "POST")
def restore(request: HttpRequest, board_id: str) -> HttpResponse:
    current_shop().analytics.boards.restore(asker_of(request).actor, board_id, reader_of(request))
    return redirect("board", board_id)


def card_of(one: CardShown, shown: BoardShown) -> Drawn:
    """A card with its picture, or with why there is none."""
    card, figures, title = one.card, one.figures, card_title(one.card)
    size = "whole" if card.wide or card.kind == "text" else "small" if card.kind == "figure" else "half"
    if figures is None:
        return Drawn(card.id, title, size, text=card.text, problem=one.problem)
    href = f"{reverse('metric', args=[card.metric])}?by={card.by}" + (f"&split={card.split}" if card.split else "")
    if figures.since and figures.until:
        href += f"&since={figures.since}&until={figures.until}"
    if card.kind == "figure":
        return Drawn(card.id, title, size, stat=headline(figures, title, href))
    kind: Kind = card.kind if card.kind != "text" else "line"
    return Drawn(card.id, title, size, chart=_marked(drawn(figures, kind, title), one, shown.notes), href=href)


def _marked(chart: Chart, one: CardShown, notes: tuple[Note, ...]) -> Chart:
    """The chart with what happened in its days."""
    if one.figures is None or chart.kind in ("rows", "dots") or not one.figures.periods:
        return chart
    starts = [period.start for period in one.figures.periods]
    last = one.figures.periods[-1].end
    placed = [(bisect_right(starts, note.day) - 1, note.words) for note in notes if starts[0] <= note.day <= last]
    return replace(chart, notes=placed)


def _periods(request: HttpRequest, found: Board) -> list[tuple[Text, str, bool]]:
    own = found.arrangement.period
    here = request.GET.get("range") or own
    rules = [own, *(rule for rule in PERIODS if rule != own)]
    return [(period_name(rule), changed_url(request, range=None if rule == own else rule), rule == here)
            for rule in rules]  # fmt: skip


def _before(shown: BoardShown) -> Any:
    """The days the figures are compared with: the first card that has some says it."""
    return next((one.figures for one in shown.cards if one.figures and one.figures.before_since), None)


def _row(one: Board) -> Row:
    arranged = one.arrangement
    cells = {
        "name": board_name(one), "cards": len(arranged.cards), "period": period_name(arranged.period),
        "owner": _owner(one), "changed": one.changed_at or None,
    }  # fmt: skip
    return Row(one.id, cells, href=reverse("board", args=[one.id]))


def _owner(one: Board) -> str:
    from choral.team import members  # here, so that it is asked only for lists

    if one.id == READY:
        return "Choral"
    names = {f"member:{member.id}": member.name for member in members()}
    return names.get(one.owner, one.owner)


urlpatterns = [
    path("measure/boards", boards, name="boards"),
    path("measure/boards/new", new, name="board_new"),
    path("measure/boards/<str:board_id>", board, name="board"),
    path("measure/boards/<str:board_id>/copy", copy, name="board_copy"),
    path("measure/boards/<str:board_id>/remove", remove, name="board_remove"),
    path("measure/boards/<str:board_id>/restore", restore, name="board_restore"),
]
