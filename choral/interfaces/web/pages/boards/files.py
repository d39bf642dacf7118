"""A board as a file."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from choral.analytics.boards.files import TYPES, FileKind
from choral.core.errors import NotFound
from choral.interfaces.web.access import page
from choral.interfaces.web.pages.boards.words import board_name, reader_of
from choral.shop import current_shop

# Words that only files and mails use: named here so that they are in the catalogues.
WORDS = (
    _("Card"), _("Part"), _("From"), _("To"), _("Value"), _("Before"), _("Currency"), _("Monday morning"),
    _("The whole board is attached. You get this because your team has it sent to you."),
)  # fmt: skip


@page("analytics.view", part=True)
def board_file(request: HttpRequest, board_id: str, kind: str) -> HttpResponse:
    """The board as it is now, as CSV, Excel workbook or PDF."""
    if kind not in TYPES:
        raise NotFound("no_such_file", "A board is no such file.", fix="Ask for csv, xlsx or pdf.", status=404)
    door = current_shop().analytics.boards
    shown = door.show(board_id, reader_of(request), request.GET.get("range", ""))
    response = HttpResponse(door.file(cast(FileKind, kind), shown), content_type=TYPES[kind])
    name = slugify(str(board_name(shown.board))) or "board"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


urlpatterns = [path("measure/boards/<str:board_id>/files/<str:kind>", board_file, name="board_file")]
