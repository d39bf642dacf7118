"""The way through the console: the promises and the pages that stand under each; a page declares its own entry."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.team import may

Text = str | Promise
PROMISES: dict[str, Text] = {
    "": "",
    "customers": _("One customer"),
    "commerce": _("One basket, one stock, one order"),
    "messages": _("One plan of messages"),
    "service": _("One conversation"),
    "measure": _("One measure"),
    "data": _("Channels and data"),
    "shop": _("Shop"),
}
_LATER = {"messages", "service"}


@dataclass(frozen=True)
class Entry:
    """A link of the navigation: under which promise, at which place, to which url name, and who sees it.

    `go` is the letter of its shortcut (G, then the letter); `words` help the search field find it.
    """

    promise: str
    place: int
    label: Text
    to: str
    permission: str
    icon: str
    go: str = ""
    words: Text = ""


@dataclass(frozen=True)
class Link:
    """An entry as one member sees it."""

    label: Text
    href: str
    icon: str
    go: str
    here: bool
    words: Text


@dataclass(frozen=True)
class Group:
    """A promise and its links; without any it is only said to come later."""

    label: Text
    links: tuple[Link, ...]


_entries: list[Entry] = []


def register(entries: list[Entry]) -> None:
    """Add a page's entries; called once for each page when the addresses are read."""
    _entries.extend(entry for entry in entries if entry not in _entries)


def groups(role: str, path: str) -> list[Group]:
    """The navigation of a role, seen from `path`: what it may not open is not shown."""
    found = []
    for promise, label in PROMISES.items():
        shown = sorted((e for e in _entries if e.promise == promise and _allowed(role, e)), key=lambda e: e.place)
        links = tuple(link for entry in shown if (link := _link(entry, path)))
        if links or promise in _LATER:
            found.append(Group(label, links))
    return found


def _allowed(role: str, entry: Entry) -> bool:
    return entry.permission == "signed in" or may(role, entry.permission)


def _link(entry: Entry, path: str) -> Link | None:
    try:
        href = reverse(entry.to)
    except NoReverseMatch:
        return None
    here = path == href or (href != "/" and path.startswith(f"{href}/"))
    return Link(entry.label, href, entry.icon, entry.go, here, entry.words)
