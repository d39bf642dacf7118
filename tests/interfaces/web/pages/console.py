"""The foundation's pages."""

from __future__ import annotations

from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("overview", "/", "signed in"),
    Page("settings", "/settings", "signed in"),
    Page("search", "/search?q=a", "signed in"),
    Page("team", "/team", "team.manage"),
    Page("member", "/team/1", "team.manage"),
    Page("audit", "/audit", "audit.view"),
    Page("sign-in", "/sign-in", "public"),
    Page("no-such-page", "/nowhere", "missing"),
]
