"""Media spend as it stands in the lake: lines, weeks and channels. Read directly, so that a new line shows at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from choral.analytics import duck
from choral.analytics.mix.values import ChannelSpend, Spending, SpendLine, SpendPage
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput
from choral.events.lake.datasets import Datasets

Weekly = dict[str, dict[date, int]]  # channel, Monday, minor units
_FIELDS = "channel, starts, ends, amount, currency, campaign_id, creative, region, impressions, clicks"
_NEWEST = "ORDER BY starts DESC, channel, campaign_id, creative, region"
# What is spread over n days: day i gets what is between the i-th and the next part, so that days sum to the whole.
_WEEKLY = """
    WITH days AS (
      SELECT channel, starts + i::INTEGER AS "day", (amount * (i + 1)) // n - (amount * i) // n AS amount
      FROM (SELECT channel, starts, amount, date_diff('day', starts, ends) + 1 AS n FROM {lines}
            WHERE currency = $currency)
      CROSS JOIN LATERAL (SELECT unnest(range(n)) AS i))
    SELECT channel, date_trunc('week', "day")::DATE AS week, sum(amount)::BIGINT AS amount
    FROM days GROUP BY ALL ORDER BY channel, week"""
_TOLD = """SELECT channel, date_trunc('week', "day")::DATE AS week, sum(cost)::BIGINT AS cost
           FROM touches WHERE cost IS NOT NULL GROUP BY ALL"""
_TOLD_IN_ALL = """SELECT channel, week, sum(cost)::BIGINT AS amount FROM partials GROUP BY ALL
                  HAVING sum(cost) > 0 ORDER BY channel, week"""


class SpendTable:
    """The data set of one lake. Its cells hold no personal data."""

    def __init__(self, lake: str) -> None:
        self._datasets = Datasets(lake)

    @property
    def version(self) -> int | None:
        """Which state of the data set this is; None when nothing was ever paid."""
        return self._datasets.version("spend")

    def lines(self, channel: str | None, after: str | None, limit: int, currency: str) -> SpendPage:
        """Lines newest first; `amount` sums those of the currency."""
        skip = _offset(after)
        said = self._ask(
            f"""SELECT {_FIELDS}, count(*) OVER () AS n,
                  coalesce(sum(amount) FILTER (currency = $currency) OVER (), 0)::BIGINT AS whole
                FROM {{lines}} WHERE $channel IS NULL OR channel = $channel
                {_NEWEST} LIMIT $most OFFSET $skip""",
            {"channel": channel, "most": limit + 1, "skip": skip, "currency": currency},
        )
        rows = tuple(_line(row) for row in said[:limit])
        more = str(skip + limit) if len(said) > limit else None
        return SpendPage(rows, more, said[0]["n"] if said else 0, said[0]["whole"] if said else 0)

    def every(self) -> tuple[SpendLine, ...]:
        """All lines, newest first."""
        said = self._ask(f"SELECT {_FIELDS} FROM {{lines}} {_NEWEST}")
        return tuple(_line(row) for row in said)

    def weekly(self, currency: str) -> Weekly:
        """What each channel cost by week (Mondays), summing to the lines to the cent."""
        return _by_week(self._ask(_WEEKLY, {"currency": currency}))

    def counts(self) -> dict[str, int]:
        """How many lines each channel has."""
        said = self._ask("SELECT channel, count(*) AS n FROM {lines} GROUP BY 1")
        return {row["channel"]: row["n"] for row in said}

    def currencies(self) -> set[str]:
        """The currencies spend was paid in."""
        return {row["currency"] for row in self._ask("SELECT DISTINCT currency FROM {lines}")}

    def campaign(self, campaign_id: str, currency: str) -> int | None:
        """What a campaign cost in one currency; None when no line names it."""
        said = self._ask(
            "SELECT sum(amount)::BIGINT AS amount FROM {lines} WHERE campaign_id = $campaign AND currency = $currency",
            {"campaign": campaign_id, "currency": currency},
        )
        amount: int | None = said[0]["amount"]
        return amount

    def _ask(self, sql: str, params: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        with duck.connect("UTC") as database:
            return duck.rows(duck.table(database, sql.replace("{lines}", self._datasets.scan("spend")), params))


def told_by_events(reading: Reading | None) -> Weekly:
    """What channels cost by what their own events say (`cost`), by week; of the marts."""
    return _by_week(reading.rows(_TOLD, _TOLD_IN_ALL)) if reading else {}


def weekly(table: SpendTable, reading: Reading | None, currency: str) -> tuple[Weekly, set[str]]:
    """Spend by channel and week from lines, and from events for channels no line names; and which those are."""
    lines, told = table.weekly(currency), told_by_events(reading)
    more = {channel: weeks for channel, weeks in told.items() if channel not in lines}
    return lines | more, set(more)


def spending(table: SpendTable, reading: Reading | None, currency: str) -> Spending:
    """See `Mix.spending`."""
    found, by_events = weekly(table, reading, currency)
    counts = table.counts()
    mondays = [week for weeks in found.values() for week in weeks]
    weeks = _mondays(min(mondays), max(mondays)) if mondays else ()
    channels = [
        ChannelSpend(
            channel, sum(amounts.values()), tuple(amounts.get(week, 0) for week in weeks), counts.get(channel, 0),
            "events" if channel in by_events else "lines",
        )
        for channel, amounts in found.items()
    ]  # fmt: skip
    channels.sort(key=lambda one: (-one.amount, one.channel))
    others = tuple(sorted(table.currencies() - {currency}))
    return Spending(currency, sum(one.amount for one in channels), weeks, tuple(channels), others, _placements(reading))


def _placements(reading: Reading | None) -> int:
    if reading is None:
        return 0
    return int(reading.whole("SELECT count(*) AS n FROM placements")[0]["n"])


def _by_week(said: list[dict[str, Any]]) -> Weekly:
    found: Weekly = {}
    for row in said:
        found.setdefault(row["channel"], {})[row["week"]] = row["amount"]
    return found


def _mondays(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1))


def _line(row: dict[str, Any]) -> SpendLine:
    return SpendLine(**{name: row[name] for name in SpendLine.__dataclass_fields__})


def _offset(after: str | None) -> int:
    if after is not None and (not after.isdecimal() or len(after) > 15):
        raise InvalidInput("wrong_cursor", "The page asked for does not exist.", fix="Begin at the first.")
    return int(after or 0)
