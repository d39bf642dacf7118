"""What the pages of journeys call things: tabs, labels, steps, segments, durations."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.journeys.values import OTHERS, Offered, Step, Times
from choral.interfaces.web import formats, happenings
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.segments import segment_name
from choral.shop import Shop

Text = str | Promise
_TABS: tuple[tuple[str, Text], ...] = (
    ("journeys", gettext_lazy("Paths")),
    ("journey_funnel", gettext_lazy("Funnel")),
    ("journey_cohorts", gettext_lazy("Coming back")),
    ("journey_sequences", gettext_lazy("Sequences")),
    ("journey_visits", gettext_lazy("Visits")),
)
CORRELATION = gettext_lazy("A correlation: what comes before an order has not therefore caused it.")


def tabs(here: str) -> list[tuple[Text, str, bool]]:
    """The pages of the room."""
    return [(text, reverse(name), name == here) for name, text in _TABS]


def label(by: str, key: str, campaigns: dict[str, str]) -> Text:
    """What a label or an end is called."""
    kind, _colon, rest = key.partition(":")
    if kind == "order" and rest:
        return _("Order: %(channel)s") % {"channel": others(rest) or channel_name(rest)}
    if kind == "reached" and rest:
        return _("Reached: %(step)s") % {"step": step(Step.read(rest), campaigns)}
    ends = {"none": _("Nothing more"), "more": _("Longer path"), "start": _("Beginning"), "order": _("Order")}
    if key in ends:
        return ends[key]
    if by == "event":
        return others(key) or happenings.title(key)
    return others(key) or (campaigns.get(key, key) if by == "campaign" else channel_name(key))


def step(one: Step, campaigns: dict[str, str]) -> str:
    """A step in words: what, on which channel, of which campaign, about what."""
    parts = [
        str(happenings.title(one.event)) if one.event else "",
        str(channel_name(one.channel)) if one.channel else "",
    ]
    parts += [campaigns.get(one.campaign, one.campaign), one.about]
    return " · ".join(part for part in parts if part)


def campaigns(offered: Offered) -> dict[str, str]:
    """The names of campaigns by id."""
    return dict(offered.campaigns)


def segments(shop: Shop, known: Sequence[str], chosen: str) -> list[tuple[str, Text, bool]]:
    """Everybody, the value segments, the audiences: for a select."""
    names = {f"audience:{one.key}": one.name for one in shop.customers.audiences.list()}
    return [("", _("Everybody"), not chosen)] + [(key, segment(key, names), key == chosen) for key in known]


def segment(key: str, audiences: dict[str, str]) -> Text:
    """What a segment is called."""
    kind, _colon, name = key.partition(":")
    if not key:
        return _("Everybody")
    return segment_name(name) if kind == "value" else audiences.get(key, name)


def duration(times: Times | None) -> str:
    """A median in the unit that fits, "–" when there were too few."""
    return length(times.median) if times else "–"


def length(seconds: float) -> str:
    """A duration in the unit that fits."""
    if seconds >= 86_400:
        return _("%(count)s d") % {"count": formats.number(seconds / 86_400, 1)}
    if seconds >= 3_600:
        return _("%(count)s h") % {"count": formats.number(seconds / 3_600, 1)}
    if seconds >= 60:
        return _("%(count)s min") % {"count": formats.number(seconds / 60)}
    return _("%(count)s s") % {"count": formats.number(seconds)}


def places(offered: Offered, request: HttpRequest, key: str) -> list[tuple[str, Text, bool]]:
    """Where a way may begin or end: channels, then events; for a select."""
    chosen = request.GET.get(key, "")
    channels = [(f"| {one}", channel_name(one)) for one in offered.channels]
    events = [(one, happenings.title(one)) for one in dict.fromkeys(event for event, _c, _n in offered.events)]
    return [(value, text, value == chosen) for value, text in [*channels, *events]]


def choices(pairs: Sequence[tuple[str, Text]], chosen: str) -> list[tuple[str, Text, bool]]:
    """A list for a select."""
    return [(value, text, value == chosen) for value, text in pairs]


def others(key: str) -> str:
    """What the rare labels are called together, "" for any other."""
    return _("Others") if key == OTHERS else ""
