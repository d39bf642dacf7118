"""One tested page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`name` names it in tests and pictures; `path` may have values in braces; `permission` as its view declares it."""

    name: str
    path: str
    permission: str
