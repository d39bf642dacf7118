"""The pictures of the page: parts by channels, and when a part is met."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from choral.analytics.affinity.values import Affinity
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.affinity.words import Measure, part_name

_FEWEST = 50  # visits of a part on a channel below which its hours say nothing


def grid(found: Affinity, measure: Measure, request: HttpRequest) -> Chart:
    """Parts down, channels across; channels and parts of which nothing can be said are left out."""
    values = {(one.part, one.channel): measure.value(one) for one in found.cells}
    if measure.field == "bought":  # a channel nobody ever ordered on is none to order on
        values = {key: value or None for key, value in values.items()}
    channels = [one for one in found.channels if any(values.get((part.key, one)) is not None for part in found.parts)]
    parts = [one for one in found.parts if any(values.get((one.key, channel)) is not None for channel in channels)]
    return Chart(
        measure.name, "heat", measure.unit, [channel_name(one) for one in channels],
        [
            Series(part_name(found.by, part.key), [values.get((part.key, channel)) for channel in channels])
            for part in parts
        ],
        currency=found.currency if measure.unit == "money" else "", axis=_("Customers"),
        links=[changed_url(request, part=part.key) + "#part" for part in parts for _channel in channels],
    )  # fmt: skip


def met(found: Affinity, part: str) -> tuple[Chart, Chart]:
    """Each channel's visits of a part, spread over the hours of the day and the days of the week."""
    lines = [
        (channel_name(one.channel), one.hours, one.days)
        for channel in found.channels for one in found.rhythms
        if (one.part, one.channel) == (part, channel) and sum(one.hours) >= _FEWEST
    ]  # fmt: skip
    hours = Chart(
        _("Visits by hour of the day"), "heat", "percent", [f"{hour}" for hour in range(24)],
        [Series(name, [one / sum(counts) for one in counts]) for name, counts, _days in lines], axis=_("Channel"),
    )  # fmt: skip
    days = Chart(
        _("Visits by day of the week"), "heat", "percent", [WEEKDAYS_ABBR[day] for day in range(7)],
        [Series(name, [one / sum(counts) for one in counts]) for name, _hours, counts in lines], axis=_("Channel"),
    )  # fmt: skip
    return hours, days
