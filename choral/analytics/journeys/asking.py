"""One look at the marts with what every question about journeys needs: labels, days, segments, kept answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow

from choral.analytics.journeys.groups import Groups, People
from choral.analytics.journeys.paths import MOST_LABELS
from choral.analytics.journeys.rows import Ints, Within
from choral.analytics.journeys.values import LabelBy, Offered
from choral.analytics.mart_tables import ORDER, REFUND
from choral.analytics.reading import Reading, Row
from choral.core.clock import to_microseconds
from choral.core.ids import digest

T = TypeVar("T")
_METHOD = 1  # raise it whenever an answer would come out differently
_MOST_OFFERED = 300


@dataclass(frozen=True)
class Labels:
    """What touches are called, the most frequent first, with how often each occurs."""

    rows: tuple[tuple[str, str, str, int], ...]  # event, channel, campaign, touches

    def of(self, by: LabelBy | str, sales: bool = True, most: int = MOST_LABELS) -> tuple[str, ...]:
        """The most frequent labels; without `sales` those of orders and refunds do not count."""
        place = ("event", "channel", "campaign").index(by)
        found: Counter[str] = Counter()
        for *names, count in self.rows:
            label = str(names[place])
            if (sales or names[0] not in (ORDER, REFUND)) and (label or by == "channel"):
                found[label] += count
        return tuple(sorted(found, key=lambda label: (-found[label], label))[:most])


class Asking:
    """The marts of now, and who is asked about."""

    def __init__(self, reading: Reading, groups: Groups) -> None:
        self.reading, self.groups = reading, groups

    def labels(self) -> Labels:
        """Counted once for each version of the marts."""
        return self.reading.lasting(f"journeys labels {_METHOD}", Labels, lambda: Labels(self._counted()))

    def offered(self) -> Offered:
        """See `Journeys.offered`."""
        events: Counter[tuple[str, str]] = Counter()
        for event, channel, _campaign, count in self.labels().rows:
            events[event, channel] += count
        ranked = sorted(events, key=lambda key: (-events[key], key))[:_MOST_OFFERED]
        names = {row["campaign_id"]: row["name"] for row in self._campaigns()}
        campaigns = self.labels().of("campaign", most=_MOST_OFFERED)
        return Offered(
            tuple((*key, events[key]) for key in ranked),
            tuple(one for one in self.labels().of("channel") if one),
            tuple((one, names.get(one) or one) for one in campaigns),
        )

    def within(self, since: date | None, until: date | None, people: Ints | None) -> Within:
        """Days of the shop as moments, both included."""
        return Within(
            self.moment(since) if since else None, self.moment(until + timedelta(days=1)) if until else None, people
        )

    def moment(self, day: date) -> int:
        """Where a day of the shop begins, µs UTC."""
        zone = ZoneInfo(self.reading.as_of.time_zone)
        return to_microseconds(datetime(day.year, day.month, day.day, tzinfo=zone))

    def kept(self, question: object, kind: type[T], people: Ints | None, compute: Callable[[], T]) -> T:
        """An answer worked out once for these marts, this question and these people."""
        whom = digest(people.tobytes()).hex() if people is not None else ""
        return self.reading.lasting(f"journeys {_METHOD} {question!r} {whom}", kind, compute)

    def listed(self, parts: list[pyarrow.Table]) -> People:
        """The people of a list made bucket by bucket."""
        found = [part["customer"].to_numpy() for part in parts]
        return self.groups.listed(np.concatenate(found) if found else np.zeros(0, dtype=np.int64))

    def _counted(self) -> tuple[tuple[str, str, str, int], ...]:
        said = self.reading.rows(
            """SELECT name, coalesce(channel, '') AS channel, coalesce(campaign_id, '') AS campaign, count(*) AS n
               FROM touches GROUP BY ALL""",
            """SELECT name, channel, campaign, sum(n)::BIGINT AS n FROM partials GROUP BY ALL
               ORDER BY n DESC, name, channel, campaign""",
        )
        return tuple((row["name"], row["channel"], row["campaign"], row["n"]) for row in said)

    def _campaigns(self) -> list[Row]:
        return self.reading.whole("SELECT campaign_id, any_value(name) AS name FROM campaigns GROUP BY campaign_id")
