"""Arranging a board: its name and days, its cards and their order, and what is noted on days."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from choral.analytics.boards import actions
from choral.analytics.boards.values import Arrangement, Board, Card
from choral.books import act
from choral.core.errors import NotFound
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.pages.boards.forms import BoardForm, CardForm, NoteForm, TextForm
from choral.interfaces.web.pages.boards.words import KINDS, card_title, reader_of
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_STEPS = {"up": -1, "down": 1}


@page("boards.manage", "GET", "POST")
def edit(request: HttpRequest, board_id: str) -> HttpResponse:
    """The board's settings, its cards, and two forms for a new card."""
    found = current_shop().analytics.boards.one(board_id, reader_of(request))
    arranged = found.arrangement
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    settings = BoardForm(request.POST if asked == "settings" else None, initial=_settings(arranged))
    card = CardForm(request.POST if asked == "add" else None)
    words = TextForm(request.POST if asked == "write" else None)
    if asked == "settings" and settings.is_valid():
        return _saved(request, found, settings.arrangement(arranged), _("Saved."))
    for name, form in (("add", card), ("write", words)):
        if asked == name and form.is_valid():
            return _saved(request, found, replace(arranged, cards=(*arranged.cards, form.card())), _("Added."))
    context = {
        "board": found, "settings": settings, "card": card, "words": words,
        "cards": [_line(one) for one in arranged.cards],
    }  # fmt: skip
    return render(request, "boards/edit.html", context, status=422 if asked else 200)


@page("boards.manage", "GET", "POST")
def card(request: HttpRequest, board_id: str, card_id: str) -> HttpResponse:
    """Change one card."""
    found = current_shop().analytics.boards.one(board_id, reader_of(request))
    one = _card(found.arrangement, card_id)
    form: CardForm | TextForm
    given = request.POST or None
    form = TextForm(given, initial=_filled(one)) if one.kind == "text" else CardForm(given, initial=_filled(one))
    if request.method == "POST" and form.is_valid():
        made = form.card(card_id)
        cards = tuple(made if other.id == card_id else other for other in found.arrangement.cards)
        return _saved(request, found, replace(found.arrangement, cards=cards), _("Saved."))
    context = {"board": found, "form": form, "title": card_title(one) or _("Words")}
    return render(request, "boards/card.html", context, status=422 if request.method == "POST" else 200)


@page("boards.manage", "POST")
def move(request: HttpRequest, board_id: str, card_id: str, way: str) -> HttpResponse:
    """A card one place up or down, or off the board."""
    found = current_shop().analytics.boards.one(board_id, reader_of(request))
    cards = list(found.arrangement.cards)
    at = cards.index(_card(found.arrangement, card_id))
    if way == "off":
        gone = cards.pop(at)
        name = card_title(gone) or _("Words")
        return _saved(request, found, replace(found.arrangement, cards=tuple(cards)),
                      _("“%(name)s” is off the board.") % {"name": name})  # fmt: skip
    to = at + _STEPS.get(way, 0)
    if 0 <= to < len(cards):
        cards[at], cards[to] = cards[to], cards[at]
    current_shop().analytics.boards.change(
        asker_of(request).actor, board_id, reader_of(request), replace(found.arrangement, cards=tuple(cards))
    )
    return redirect(f"{reverse('board_edit', args=[board_id])}#card-{card_id}")


@page("boards.manage", "POST")
def undo(request: HttpRequest, board_id: str) -> HttpResponse:
    """The last change taken back."""
    current_shop().analytics.boards.undo(asker_of(request).actor, board_id, reader_of(request))
    toast(request, _("Taken back."))
    return redirect("board_edit", board_id)


@page("analytics.view", "GET", "POST")
def notes(request: HttpRequest) -> HttpResponse:
    """What happened on which day, for all charts."""
    asker = asker_of(request)
    may = asker.may("boards.manage")
    form = NoteForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        made = act(actions.add_note, asker.actor, form.cleaned_data["day"], form.cleaned_data["words"])
        toast(request, _("Noted: it is drawn on every board that shows the day."),
              undo=reverse("note_remove", args=[made]))  # fmt: skip
        return redirect("notes")
    found = current_shop().analytics.boards.notes()
    status = 422 if request.method == "POST" else 200
    return render(request, "boards/notes.html", {"form": form, "notes": found[::-1], "may": may}, status=status)


@page("boards.manage", "POST")
def note_remove(request: HttpRequest, note_id: str) -> HttpResponse:
    act(actions.remove_note, asker_of(request).actor, note_id)
    toast(request, _("The note is removed."), undo=reverse("note_restore", args=[note_id]))
    return redirect("notes")


@page("boards.manage", "POST")
def note_restore(request: HttpRequest, note_id: str) -> HttpResponse:
    act(actions.restore_note, asker_of(request).actor, note_id)
    return redirect("notes")


def _saved(request: HttpRequest, found: Board, arranged: Arrangement, said: str) -> HttpResponse:
    current_shop().analytics.boards.change(asker_of(request).actor, found.id, reader_of(request), arranged)
    toast(request, said, undo=reverse("board_undo", args=[found.id]))
    return redirect("board_edit", found.id)


def _card(arranged: Arrangement, card_id: str) -> Card:
    for one in arranged.cards:
        if one.id == card_id:
            return one
    raise NotFound("no_such_card", "There is no such card on this board.", status=404)


def _settings(one: Arrangement) -> dict[str, Any]:
    return {"name": one.name, "period": one.period, "compare": one.compare or "", "readers": list(one.readers)}


def _filled(one: Card) -> dict[str, Any]:
    return {
        "metric": one.metric, "kind": one.kind, "split": one.split or "", "by": one.by, "period": one.period,
        "title": one.title, "wide": one.wide, "text": one.text,
    }  # fmt: skip


def _line(one: Card) -> dict[str, Any]:
    return {"id": one.id, "title": card_title(one) or one.text[:60], "kind": KINDS.get(one.kind, _("Words"))}


urlpatterns = [
    path("measure/notes", notes, name="notes"),
    path("measure/notes/<str:note_id>/remove", note_remove, name="note_remove"),
    path("measure/notes/<str:note_id>/restore", note_restore, name="note_restore"),
    path("measure/boards/<str:board_id>/edit", edit, name="board_edit"),
    path("measure/boards/<str:board_id>/undo", undo, name="board_undo"),
    path("measure/boards/<str:board_id>/cards/<str:card_id>", card, name="board_card"),
    path("measure/boards/<str:board_id>/cards/<str:card_id>/<str:way>", move, name="board_move"),
]
