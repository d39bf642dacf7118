"""One filled home for all tests of the console, signed-in clients of each role, and a server for the browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from choral import Shop, open_shop
from choral.home import Home
from choral.interfaces.web import translations
from tests.interfaces.web.pages import addresses, fill
from tests.postgres import database, kept_in
from tests.served import Server, served

SignIn = Callable[[str], Any]


@pytest.fixture(scope="session")
def filled_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the filled home keeps its books and log with --postgres, "" for files."""
    if not request.config.getoption("--postgres"):
        yield ""
        return
    with database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="session")
def filled(empty_home: Path, filled_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with what every page shows; tests that change something copy it."""
    translations.compile_changed()
    path = tmp_path_factory.mktemp("console") / "home"
    shutil.copytree(empty_home, path)
    with kept_in(filled_url):
        shop = open_shop(path)
        fill(shop)
        shop.close()
    return path


@contextmanager
def copied(filled: Path, filled_url: str, path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A copy of the filled home, on the engine of the original."""
    shutil.copytree(filled, path)
    if not filled_url:
        yield path
        return
    with database(request.getfixturevalue("postgres_server"), filled_url) as url, kept_in(url):
        yield path


@pytest.fixture
def console(filled: Path, filled_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A copy of the filled home, open in this process."""
    with copied(filled, filled_url, tmp_path / "console", request) as path:
        shop = open_shop(path)
        from django.test.utils import setup_test_environment, teardown_test_environment  # deferred: needs the settings

        setup_test_environment()  # so that an answer says what its page was given
        yield shop
        teardown_test_environment()
        shop.close()


@pytest.fixture
def sign_in(console: Shop) -> SignIn:
    """`sign_in("owner")`: a client of that role; `sign_in("")`: of nobody."""
    from django.test import Client  # deferred: needs the settings the shop brings

    from choral.team.models import Member

    def enter(role: str, **options: Any) -> Client:
        client = Client(HTTP_HOST="localhost", **options)
        if role:
            client.force_login(
                Member.objects.get(email=f"{role}@example.com"), "django.contrib.auth.backends.ModelBackend"
            )
        return client

    return enter


@pytest.fixture(scope="session")
def served_console(
    filled: Path, filled_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """The pages of a copy of the filled home, on a real server."""
    path = tmp_path_factory.mktemp("served") / "home"
    with copied(filled, filled_url, path, request), served(Home.at(path), "pages") as server:
        yield server


@pytest.fixture(scope="session")
def paths(served_console: Server) -> dict[str, str]:
    """The address of each page of the served home."""
    shop = open_shop(served_console.home.path)
    found = addresses(shop)
    shop.close()
    return found


@pytest.fixture(scope="session")
def owner_cookies(chromium: Browser, served_console: Server) -> list[Any]:
    """What the browser holds after an owner has signed in by a link."""
    from tests.interfaces.web.browsing import sign_in_cookies

    return sign_in_cookies(chromium, served_console, "owner")


@pytest.fixture
def browsing(chromium: Browser, owner_cookies: list[Any]) -> Iterator[Callable[..., BrowserContext]]:
    """A browser window of a size, signed in as an owner; closed at the end of the test."""
    opened: list[BrowserContext] = []

    def window(width: int = 1280, height: int = 800, signed_in: bool = True, **options: Any) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        if signed_in:
            context.add_cookies(owner_cookies)
        opened.append(context)
        return context

    yield window
    for context in opened:
        context.close()
