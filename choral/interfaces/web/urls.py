"""The addresses of the console: those of every page file under pages/, found by themselves."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from django.urls import URLPattern

from choral.interfaces.web import pages
from choral.interfaces.web.navigation import register


def _page_files() -> list[ModuleType]:
    found = []
    for room in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        inside = importlib.import_module(room.name)
        found += [
            importlib.import_module(one.name) for one in pkgutil.iter_modules(inside.__path__, f"{inside.__name__}.")
        ]
    return found


urlpatterns: list[URLPattern] = []
for _page in _page_files():
    urlpatterns += getattr(_page, "urlpatterns", [])
    register(getattr(_page, "NAVIGATION", []))
