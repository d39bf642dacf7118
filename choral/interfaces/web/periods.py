"""The days a page is about: read from the address, offered as presets and as two native date fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
_PRESETS: dict[str, tuple[Text, int | None]] = {
    "28d": (_("28 days"), 28),
    "90d": (_("90 days"), 90),
    "12m": (_("12 months"), 365),
    "all": (_("All"), None),
}


@dataclass(frozen=True)
class Preset:
    """One of the ready ranges, with its address."""

    label: Text
    url: str
    here: bool


@dataclass(frozen=True)
class DateRange:
    """Both days included; None where the shop has no data. For `parts/period.html`."""

    since: date | None
    until: date | None
    first: date | None
    last: date | None
    presets: tuple[Preset, ...]
    kept: tuple[tuple[str, str], ...]
    path: str


def read_range(request: HttpRequest, first: date | None, last: date | None, default: str = "12m") -> DateRange:
    """The range in `since` and `until`, else in `range` (28d, 90d, 12m, all), back from the last day of data."""
    since, until = _day(request.GET.get("since")), _day(request.GET.get("until"))
    chosen = ""
    if since is None and until is None:
        wanted = request.GET.get("range", default)
        chosen = wanted if wanted in _PRESETS else default
        days = _PRESETS[chosen][1]
        until = last
        since = first if days is None or last is None else last - timedelta(days=days - 1)
        if since and first and since < first:
            since = first
    since, until = since or first, until or last
    if since and until and since > until:
        since, until = until, since
    others = [(k, str(v)) for k, v in request.GET.items() if k not in ("range", "since", "until", "after") and v]
    presets = tuple(
        Preset(label, f"{request.path}?{urlencode([*others, ('range', key)])}", key == chosen)
        for key, (label, _days) in _PRESETS.items()
    )
    return DateRange(since, until, first, last, presets, tuple(others), request.path)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
