"""What tests do with a browser on the console."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page

from choral import open_shop
from choral.books import SYSTEM, act
from choral.team import INVITATION_LIFETIME, create_sign_in_link, member_by_email, sign_in_path
from tests.served import Server


def sign_in_cookies(browser: Browser, server: Server, role: str) -> list[Any]:
    """Sign the member of a role in by a link; the cookies of the session."""
    shop = open_shop(server.home.path)
    token = act(create_sign_in_link, SYSTEM, member_by_email(f"{role}@example.com").id, INVITATION_LIFETIME)
    shop.close()
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url + sign_in_path(token))
    page.click("main form button.primary")
    cookies: list[Any] = list(context.cookies())
    context.close()
    return cookies


def watch(page: Page) -> list[str]:
    """Everything the browser complains about from now on: the policy, scripts, files that are missing."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
