"""The registry of tested pages: each file beside this one lists its room's."""

from __future__ import annotations

import importlib
import pkgutil

from tests.interfaces.web.pages.page import Page

__all__ = ["PAGES", "Page"]
PAGES: list[Page] = []
for _file in pkgutil.iter_modules(__path__):
    PAGES += getattr(importlib.import_module(f"{__name__}.{_file.name}"), "PAGES", [])
