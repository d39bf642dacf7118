"""The registry of tested pages: each file beside this one lists its room's PAGES.

A file may also have `fill(shop)`, which puts into the tests' home what its pages show, and `examples(shop)`, which
finds in any home the values that stand in braces in its paths ({"customer": "17"}).
"""

from __future__ import annotations

import importlib
import pkgutil

from choral import Shop
from tests.interfaces.web.pages.page import Page

__all__ = ["PAGES", "Page", "addresses", "fill"]
_FILES = [importlib.import_module(f"{__name__}.{file.name}") for file in pkgutil.iter_modules(__path__)]
PAGES: list[Page] = [page for file in _FILES for page in getattr(file, "PAGES", [])]


def fill(shop: Shop) -> None:
    """Everything the pages show, in a new home."""
    for file in _FILES:
        if hasattr(file, "fill"):
            file.fill(shop)


def addresses(shop: Shop) -> dict[str, str]:
    """The address of each page, by its name, in this home; pages that have nothing to show there are left out."""
    values: dict[str, str] = {}
    for file in _FILES:
        if hasattr(file, "examples"):
            values |= file.examples(shop)
    found = {}
    for page in PAGES:
        try:
            found[page.name] = page.path.format_map(values)
        except KeyError:
            continue
    return found
