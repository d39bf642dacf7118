"""What boards call their periods, pictures and comparisons."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from choral.analytics.boards.rules import READY
from choral.analytics.boards.values import Board, Card, Reader
from choral.interfaces.web.access import asker_of
from choral.interfaces.web.metric_names import SPLIT_NAMES, metric_name

Text = str | Promise
KINDS: dict[str, Text] = {
    "figure": gettext_lazy("One figure"), "line": gettext_lazy("Line"), "bar": gettext_lazy("Bars"),
    "stack": gettext_lazy("Bars, parts on one another"), "rows": gettext_lazy("Parts side by side"),
}  # fmt: skip
PERIODS: dict[str, Text] = {
    "4w": gettext_lazy("4 weeks"), "12w": gettext_lazy("12 weeks"), "26w": gettext_lazy("26 weeks"),
    "52w": gettext_lazy("52 weeks"), "28d": gettext_lazy("28 days"), "12m": gettext_lazy("12 months"),
    "all": gettext_lazy("All days"),
}  # fmt: skip
COMPARES: dict[str, Text] = {
    "previous": gettext_lazy("The days before"), "year": gettext_lazy("A year before"), "": gettext_lazy("Nothing")
}  # fmt: skip
READY_NAME = gettext_lazy("Monday morning")


def reader_of(request: HttpRequest) -> Reader:
    """The signed-in member as a reader of boards."""
    asker = asker_of(request)
    return Reader(asker.actor.name, asker.role)


def board_name(board: Board) -> Text:
    """What a board is called; the ready one in the reader's language."""
    return READY_NAME if board.id == READY else board.arrangement.name


def period_name(rule: str) -> Text:
    """The days of a rule."""
    if rule in PERIODS:
        return PERIODS[rule]
    count, unit = int(rule[:-1]), rule[-1]
    if unit == "w":
        return ngettext("%(count)s week", "%(count)s weeks", count) % {"count": count}
    if unit == "m":
        return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def card_title(card: Card) -> str:
    """A card's own title, or its metric's name and what it is split by."""
    if card.title or card.kind == "text":
        return card.title
    name = str(metric_name(card.metric))
    if card.split is None:
        return name
    return _("%(metric)s by %(part)s") % {"metric": name, "part": str(SPLIT_NAMES[card.split]).lower()}
