"""One tested page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`name` names it in tests and pictures; `path` opens it in the tests' home; `permission` as its view declares it."""

    name: str
    path: str
    permission: str
