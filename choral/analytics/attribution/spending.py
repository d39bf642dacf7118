"""What was paid for media on some days, from the data set `spend`: a placement's amount lies evenly on its days."""

from __future__ import annotations

from datetime import date

from choral.analytics.attribution.values import Dimension
from choral.analytics.reading import Reading

_BY = {"channel": "channel", "campaign": "campaign_id", "creative": "creative"}
_SPENT = """SELECT {column} AS key,
    round(sum(amount * (1 + date_diff('day', greatest(starts, $since), least(coalesce(ends, starts), $until)))::DOUBLE
          / (1 + date_diff('day', starts, coalesce(ends, starts)))))::BIGINT AS amount
  FROM spend WHERE currency = $currency AND starts <= $until AND coalesce(ends, starts) >= $since
    AND coalesce(ends, starts) >= starts AND coalesce({column}, '') <> '' GROUP BY ALL"""


def spent(reading: Reading, by: Dimension, since: date, until: date, currency: str) -> dict[str, int]:
    """Minor units by channel, campaign or creative; by store nothing is known."""
    if by not in _BY:
        return {}
    rows = reading.whole(_SPENT.format(column=_BY[by]), {"since": since, "until": until, "currency": currency})
    return {row["key"]: row["amount"] for row in rows}


def told(reading: Reading) -> bool:
    """Whether any spend was ever given."""
    return bool(reading.whole("SELECT count(*) > 0 AS any FROM spend")[0]["any"])
