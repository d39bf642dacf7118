"""Boards: what a team looks at together, with its figures of now, as JSON or as a file; notes on days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from choral.analytics.boards import actions
from choral.analytics.boards.files import TYPES, FileKind
from choral.analytics.boards.values import Arrangement, Board, BoardShown, Card, Note, Reader
from choral.analytics.metrics.values import Compare
from choral.books import act
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes

router = Router(tags=["Boards"])
Period = Annotated[str, Query(max_length=8, description="28d, 12w, 12m or all, instead of the board's own days.")]


class NewBoard(Strict):
    """A board: its cards in their order. `period` is a rule such as 12w; `readers` are roles, “*” everybody."""

    name: str = Field(min_length=1, max_length=80)
    cards: list[Card] = []
    readers: list[str] = []
    period: str = "12w"
    compare: Compare | None = "previous"


class NewNote(Strict):
    """Something that happened on a day of the shop."""

    day: date
    words: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class BoardPage:
    """The boards there are for this key's role; `monday` is the ready one."""

    rows: tuple[Board, ...]
    next: str | None


@dataclass(frozen=True)
class NotePage:
    """Notes, oldest first."""

    rows: tuple[Note, ...]
    next: str | None


@dataclass(frozen=True)
class Made:
    """The id of what was made."""

    id: str


@reads(router, "/boards", "analytics.view", BoardPage)
def list_boards(request: HttpRequest) -> BoardPage:
    """The boards that may be seen with this key."""
    return BoardPage(shop().analytics.boards.all(_reader(request)), None)


@writes(router, "POST", "/boards", "boards.manage", Made, status=201)
def make_board(request: HttpRequest, board: NewBoard) -> Made:
    """A new board of this key."""
    made = Arrangement(board.name, tuple(board.readers), board.period, board.compare, tuple(board.cards))
    return Made(shop().analytics.boards.make(who(request).actor, made))


@reads(router, "/boards/{board}", "analytics.view", BoardShown)
def get_board(request: HttpRequest, board: str, period: Period = "") -> BoardShown:
    """A board with its figures of now."""
    return shop().analytics.boards.show(board, _reader(request), period)


@reads(router, "/boards/{board}/files/{kind}", "analytics.view", None)
def get_board_file(request: HttpRequest, board: str, kind: FileKind, period: Period = "") -> HttpResponse:
    """A board as CSV, Excel workbook or PDF."""
    door = shop().analytics.boards
    content = door.file(kind, door.show(board, _reader(request), period))
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="board.{kind}"'
    return response


@reads(router, "/notes", "analytics.view", NotePage)
def list_notes(request: HttpRequest, since: date | None = None, until: date | None = None) -> NotePage:
    """What was noted on days."""
    return NotePage(shop().analytics.boards.notes(since, until), None)


@writes(router, "POST", "/notes", "boards.manage", Made, status=201)
def add_note(request: HttpRequest, note: NewNote) -> Made:
    """Note something on a day: it is drawn on every board that shows the day."""
    return Made(act(actions.add_note, who(request).actor, note.day, note.words))


def _reader(request: HttpRequest) -> Reader:
    caller = who(request)
    return Reader(caller.actor.name, caller.role)
