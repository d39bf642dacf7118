"""Who a campaign reached and who redeemed its coupons: the rows behind its figures."""

from __future__ import annotations

from choral.analytics.campaigns import described
from choral.analytics.reading import Reading
from choral.analytics.values import Reached, ReachedPage
from choral.core.errors import InvalidInput

_PER_CUSTOMER = """
    WITH met AS (
      SELECT customer, min("day") FILTER (kind NOT IN ('order', 'refund', 'coupon')) AS first_day,
             count(*) FILTER (kind NOT IN ('order', 'refund', 'coupon')) AS times,
             count(*) FILTER (name IN ('Coupon Applied', 'Coupon Redeemed')) AS redemptions
      FROM touches WHERE campaign_id = $campaign GROUP BY customer),
    bought AS (
      SELECT customer, count(*) FILTER (NOT returned) AS orders, sum(amount)::BIGINT AS amount
      FROM orders WHERE "day" BETWEEN $starts AND $ends AND currency = $currency GROUP BY customer)
    SELECT customer, identifier, first_day, times, redemptions, coalesce(bought.orders, 0) AS orders,
           coalesce(bought.amount, 0) AS amount
    FROM met JOIN (SELECT customer, identifier FROM customers) AS known USING (customer)
         LEFT JOIN bought USING (customer)
    WHERE CASE WHEN $redeemed THEN redemptions > 0 ELSE times > 0 END"""


def reached(reading: Reading | None, campaign_id: str, redeemed: bool, after: str | None, limit: int) -> ReachedPage:
    """See `Analytics.reached`."""
    facts = described(reading, campaign_id)
    assert reading is not None  # otherwise it would not be described
    if after is not None and (not after.isdecimal() or len(after) > 15):
        raise InvalidInput("wrong_cursor", "The page asked for does not exist.", fix="Begin at the first.")
    skip = int(after or 0)
    said = reading.rows(
        _PER_CUSTOMER,
        "SELECT *, count(*) OVER () AS n FROM partials ORDER BY amount DESC, customer LIMIT $most OFFSET $skip",
        {
            "campaign": facts.id, "starts": facts.starts, "ends": facts.ends, "redeemed": redeemed,
            "currency": reading.as_of.currency, "most": limit + 1, "skip": skip,
        },
    )  # fmt: skip
    rows = tuple(
        Reached(
            str(row["customer"]), row["identifier"], row["first_day"], row["times"], row["redemptions"],
            row["orders"], row["amount"],
        )
        for row in said[:limit]
    )  # fmt: skip
    return ReachedPage(rows, str(skip + limit) if len(said) > limit else None, said[0]["n"] if said else 0)
