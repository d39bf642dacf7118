"""How requests are read: JSON and addresses, none of which may hold a NUL character."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest
from ninja.parser import Parser

from choral.core.errors import InvalidInput

_NUL = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")


class Strict(Parser):
    """Reads JSON; `InvalidInput` for a NUL in it, but in events, which are judged one by one."""

    def parse_body(self, request: HttpRequest) -> Any:
        if _NUL.search(request.body) and not request.path.endswith("/v1/events"):
            raise _nul()
        return super().parse_body(request)


def check_address(request: HttpRequest) -> None:
    """`InvalidInput` for a NUL in path or query."""
    if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
        raise _nul()


def _nul() -> InvalidInput:
    return InvalidInput(
        "nul_character",
        "The request holds a NUL character.",
        "No text may hold one (U+0000): databases cannot keep it.",
        "Send the text without it.",
        422,
    )
