"""What all commands share: the options --home and --json, which shop is meant, and who is said to have acted."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from choral.core.errors import InvalidInput
from choral.home import Home, homes_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from choral.books import Actor
    from choral.shop import Shop

Function = TypeVar("Function", bound=Callable[..., Any])


def common(function: Function) -> Function:
    """Give a command `--home` and `--json` (as `home: str | None` and `as_json: bool`)."""
    home = click.option("--home", help="Name or folder of the shop [$CHORAL_HOME, or the only one there is].")
    as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
    return home(as_json(function))


def where(home: str | None) -> str:
    """Which shop is meant: as said, else $CHORAL_HOME, else the only one in the folder of homes, else `demo`."""
    if home or os.environ.get("CHORAL_HOME"):
        return home or os.environ["CHORAL_HOME"]
    folder = homes_folder()
    found = sorted(path.parent.name for path in folder.glob("*/shop.toml"))
    if len(found) > 1:
        raise InvalidInput(
            "which_home",
            "There are several shops here.",
            f"Their names: {', '.join(found)}.",
            f"Say which one: --home {found[0]}, or set CHORAL_HOME.",
        )
    return found[0] if found else "demo"


@contextmanager
def opened(home: str | None) -> Iterator[Shop]:
    """The shop that is meant, open until the block ends."""
    from choral.shop import open_shop  # deferred: engines are loaded when a command needs them

    shop = open_shop(where(home))
    try:
        yield shop
    finally:
        shop.close()


def found_home(home: str | None) -> Home:
    """The home that is meant, without opening the shop."""
    return Home.at(where(home))


def operator() -> Actor:
    """Who acts at the command line, for the audit log."""
    from choral.books import Actor  # deferred: needs the web framework

    return Actor(f"terminal:{getpass.getuser()}")
