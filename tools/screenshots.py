"""Pictures of every page of a home: `python -m tools.screenshots HOME FOLDER [--quick]`, to be looked at by people.

Signs in by a link of its own, then takes each page of the tests' registry in two themes, two widths, three languages.
"""

from __future__ import annotations

import os
import shutil
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from choral import open_shop
from choral.books import SYSTEM, act
from choral.home import Home
from choral.team import INVITATION_LIFETIME, add_member, create_sign_in_link, members, set_preferences, sign_in_path
from tests.interfaces.web.pages import PAGES, addresses
from tests.served import served

_CHOICES = tuple(product(("en", "fr", "it"), ("light", "dark"), (1280, 390)))
_QUICK = (("en", "light", 1280), ("en", "dark", 1280), ("fr", "light", 390))


def main(home: str, folder: str, choices: tuple[tuple[str, str, int], ...], only: str) -> None:
    """Take them all; prints what it wrote."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread; nothing here is concurrent
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    owner, token, paths = _prepare(home)
    pages = sorted(
        (one for one in PAGES if one.name in paths and only in one.name), key=lambda p: p.permission == "public"
    )
    with served(Home.at(home), "pages") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        first = browser.new_context()
        page = first.new_page()
        page.goto(server.url + sign_in_path(token))
        page.click("main form button.primary")
        cookies = first.cookies()
        for language, theme, width in choices:
            shop = open_shop(home)
            act(set_preferences, SYSTEM, owner, language=language, theme=theme)
            shop.close()
            context = browser.new_context(viewport={"width": width, "height": 900})
            context.add_cookies(cookies)  # type: ignore[arg-type]
            page = context.new_page()
            for one in pages:
                if one.permission == "public":
                    context.clear_cookies()
                    context.add_cookies(
                        [
                            {"name": "choral_theme", "value": theme, "url": server.url},
                            {"name": "django_language", "value": language, "url": server.url},
                        ]
                    )
                page.goto(server.url + paths[one.name])
                page.wait_for_timeout(400)
                name = f"{one.name}-{language}-{theme}-{width}.png"
                page.screenshot(path=out / name, full_page=True)
                sys.stdout.write(f"{name}\n")
            context.close()
        browser.close()


def _prepare(home: str) -> tuple[int, str, dict[str, str]]:
    shop = open_shop(home)
    found = next((one.id for one in members() if one.role == "owner" and one.active), None)
    if found is None:
        found, token = act(add_member, SYSTEM, "pictures@example.com", "Ada Lovelace", "owner")
    else:
        token = act(create_sign_in_link, SYSTEM, found, INVITATION_LIFETIME)
    paths = addresses(shop)
    shop.close()
    return found, token, paths


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    main(given[0], given[1], _QUICK if "--quick" in sys.argv else _CHOICES, given[2] if len(given) > 2 else "")
