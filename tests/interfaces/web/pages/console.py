"""The foundation's pages."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM, act
from choral.team import ROLES, add_member, member_by_email, set_preferences
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("overview", "/", "signed in"),
    Page("settings", "/settings", "signed in"),
    Page("search", "/search?q=a", "signed in"),
    Page("team", "/team", "team.manage"),
    Page("member", "/team/{member}", "team.manage"),
    Page("audit", "/audit", "audit.view"),
    Page("sign-in", "/sign-in", "public"),
    Page("no-such-page", "/nowhere", "missing"),
]


def fill(shop: Shop) -> None:
    """A member of each role, and some lines of the audit log."""
    for role in ROLES:
        made, _ = act(add_member, SYSTEM, f"{role}@example.com", f"{role.title()} Exemple", role)
        act(set_preferences, SYSTEM, made, theme="light")


def examples(shop: Shop) -> dict[str, str]:
    """Any member."""
    try:
        return {"member": str(member_by_email("owner@example.com").id)}
    except Exception:
        return {"member": "1"}
