"""What files and e-mails call metrics, parts and figures, in the language that is active.

The English words are those of the console, whose catalogues translate them.
"""

from __future__ import annotations

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language, gettext

from choral.analytics.boards.rules import READY
from choral.analytics.boards.values import Board, Card
from choral.analytics.metrics.values import Figures, Metric, MetricSeries, Value
from choral.analytics.values import REST, UNKNOWN
from choral.core.money import Money, minor_digits

_CHANNELS = {
    "store": "Store", "web": "Web site", "app": "App", "marketplace": "Marketplace", "phone": "Telephone",
    "email": "E-mail", "sms": "Text message", "push": "Push message", "social": "Social networks", "search": "Search",
    "display": "Display advertising", "direct_mail": "Post", "print": "Print", "other": "Other",
}  # fmt: skip
_SPLITS = {
    "channel": "Channel", "store": "Store", "department": "Department", "category": "Category", "product": "Product",
    "campaign": "Campaign",
}  # fmt: skip


def board_name(board: Board) -> str:
    """What a board is called; the ready one in the reader's language."""
    return gettext(board.arrangement.name) if board.id == READY else board.arrangement.name


def card_title(card: Card, metric: Metric | None) -> str:
    """A card's own title, or its metric's name and what it is split by."""
    if card.title or metric is None:
        return card.title
    if card.split is None:
        return gettext(metric.name)
    part = gettext(_SPLITS[card.split]).lower()
    return gettext("%(metric)s by %(part)s") % {"metric": gettext(metric.name), "part": part}


def part_name(found: Figures, one: MetricSeries) -> str:
    """What people call one line of a metric."""
    if found.split is None or one is found.total:
        return gettext(found.metric.name)
    if one.key == REST:
        return gettext("All others")
    if one.key == UNKNOWN:
        return gettext("Not said")
    return gettext(_CHANNELS.get(one.key, one.key)) if found.split == "channel" else one.name


def written(found: Figures, value: Value) -> str:
    """A figure as people of the active language read it; a dash where it is not known."""
    if value is None:
        return "–"
    if found.metric.unit == "money":
        return format_currency(Money(int(value), found.currency).major, found.currency, locale=_locale())
    if found.metric.unit == "share":
        return format_percent(value, "#,##0.0 %" if _locale().language != "en" else "#,##0.0%", locale=_locale())
    return format_decimal(round(value, 2), locale=_locale())


def changed(one: MetricSeries) -> str:
    """How much more than in the days compared with; nothing where there is nothing to compare with."""
    if one.value is None or not one.before:
        return ""
    share = (one.value - one.before) / abs(one.before)
    return format_percent(share, "+#,##0.0 %;-#,##0.0 %", locale=_locale())


def day(value: object) -> str:
    """A day as people of the active language read it."""
    return format_date(value, "medium", locale=_locale())  # type: ignore[arg-type]


def plain(found: Figures, value: Value) -> float | None:
    """A figure as a bare number: money in major units."""
    if value is None:
        return None
    return float(value) / 10 ** minor_digits(found.currency) if found.metric.unit == "money" else float(value)


def _locale() -> Locale:
    return Locale.parse((get_language() or "en")[:2])
