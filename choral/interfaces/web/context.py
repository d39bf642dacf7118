"""What every template knows: the shop, the navigation of who asks, theme and language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from choral.interfaces.web.navigation import groups
from choral.shop import current_shop

DEMO_NAME = "The Complete Journey"  # the home that `choral demo` makes
SHEETS = ("tokens.css", "base.css", "layout.css", "controls.css", "table.css", "parts.css", "page.css")
THEMES = ("system", "light", "dark")


def console(request: HttpRequest) -> dict[str, object]:
    """Added to the context of each page."""
    user: Any = getattr(request, "user", None)
    member = user if user is not None and user.is_authenticated else None
    home = current_shop().home
    return {
        "shop": home,
        "is_demo": home.name == DEMO_NAME,
        "member": member,
        "navigation": groups(member.role, request.path) if member else [],
        "theme": member.theme if member else theme_cookie(request),
        "sheets": SHEETS,
        "languages": settings.LANGUAGES,
        "themes": THEMES,
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "request_id": getattr(request, "choral_id", ""),
    }


def theme_cookie(request: HttpRequest) -> str:
    """The theme of somebody who is not signed in."""
    wanted = request.COOKIES.get("choral_theme", "system")
    return wanted if wanted in THEMES else "system"
