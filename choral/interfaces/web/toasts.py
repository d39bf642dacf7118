"""Short messages after an action, with a way back where there is one."""

from __future__ import annotations

from typing import Literal

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

Tone = Literal["success", "info", "warning", "error"]
_LEVELS = {
    "success": messages.SUCCESS, "info": messages.INFO, "warning": messages.WARNING, "error": messages.ERROR,
}  # fmt: skip


def toast(request: HttpRequest, text: str | Promise, *, undo: str = "", tone: Tone = "success") -> None:
    """Show `text` for ten seconds on the next page (or at once, when htmx asked).

    `undo` is the path of a POST view that takes the action back; it is offered as a button.
    """
    messages.add_message(request, _LEVELS[tone], str(text), extra_tags=undo)
