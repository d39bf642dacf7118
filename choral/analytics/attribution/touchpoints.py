"""What counts as a touch of a path, and what it is called: SQL over the marts' touches.

A touch is a meeting or a medium: a visit, a search, a call, a chat, a click; a message, a letter or an advert that
reached somebody. No touch: the order itself, coupons, check-out and consent, what is done after the sale (parcels,
returns, reviews), a message opened by a mail program, and messages that came back.
"""

from __future__ import annotations

from typing import get_args

from choral.analytics.attribution.values import ELSEWHERE, Dimension
from choral.core.errors import InvalidInput
from choral.events.schema.acts import SENT

# The shop's own places: a customer comes there, brought by something or by themselves.
DIRECT = ("store", "web", "app", "marketplace", "token", "server", "form", "other")
EXPOSURES = (*SENT, "Ad Impression", "Social Post Viewed")
VISITS = ("Store Visited", "Token Read")
_BACK = ("Email Bounced", "SMS Failed", "Push Failed", "Mail Piece Returned")
_AFTER = ("Product Reviewed", "Email Unsubscribed", "Promotion Viewed")
_KINDS = ("Order", "Coupon", "Parcel", "Delivery", "Pickup", "Points", "Payment", "Checkout", "Consent", "Return")
_COUNTS = (
    f"(session IS NOT NULL OR name IN {EXPOSURES}) AND kind NOT IN ('order', 'refund', 'coupon')"
    f" AND name NOT IN {_AFTER} AND split_part(name, ' ', 1) NOT IN {_KINDS}"
)
_LABELS = {"channel": "place", "campaign": "campaign_id", "creative": "creative", "store": "store_id"}


def touches(by: Dimension, each: bool, source: str = "touches") -> str:
    """SELECT of a bucket's touches: customer, at (ms), position, day, place, label, pushed, event, cost, sorted.

    Unless `each` is asked for, a session is one touch, and so is what one campaign sent or showed on one day.
    """
    once = "position" if each else 'CASE WHEN session IS NULL THEN "day" END'
    named = "any_value(label ORDER BY happened_at, position) FILTER (label IS NOT NULL)"
    return f"""
      WITH told AS (SELECT *, CASE WHEN name IN {VISITS} THEN 'store' ELSE channel END AS place FROM {source}),
           back AS (SELECT DISTINCT customer, channel, campaign_id FROM told WHERE name IN {_BACK}),
           counted AS (SELECT *, {_label(by)} AS label FROM told ANTI JOIN back
                         ON told.customer = back.customer AND told.channel = back.channel AND name IN {SENT}
                         AND told.campaign_id IS NOT DISTINCT FROM back.campaign_id WHERE {_COUNTS})
      SELECT customer, epoch_ms(min(happened_at)) AS "at", min(position) AS position, min("day") AS "day", place,
             coalesce({named}, '{ELSEWHERE}' || place) AS label, bool_or(name IN {EXPOSURES}) AS pushed,
             arg_min(name, (happened_at, position)) AS event, sum(cost)::BIGINT AS cost
      FROM counted GROUP BY customer, place, session, {once}, CASE WHEN session IS NULL THEN campaign_id END,
                            CASE WHEN session IS NULL THEN creative END
      ORDER BY customer, "at", position"""  # noqa: S608


def orders(source: str = "orders") -> str:
    """SELECT of a bucket's purchases by known customers: customer, at (ms), position, day, amount, margin, ..."""
    return f"""
      SELECT customer, epoch_ms(happened_at) AS "at", position, "day", amount, margin, currency,
             coalesce(order_id, '') AS order_id, channel,
             row_number() OVER (PARTITION BY customer ORDER BY happened_at, position) = 1 AS first
      FROM {source} WHERE NOT returned AND customer IS NOT NULL
      ORDER BY customer, "at", position"""  # noqa: S608


def labels(by: Dimension) -> tuple[str, str]:
    """The statement per bucket and the merging one that list the labels there are, with place, touches and cost."""
    per_bucket = f"""SELECT label, place, count(*) AS touches, sum(cost)::BIGINT AS cost
      FROM ({touches(by, False)}) WHERE "day" BETWEEN $since AND $until GROUP BY ALL"""  # noqa: S608
    merge = """SELECT label, arg_max(place, (touches, place)) AS place, sum(touches)::BIGINT AS touches,
                      sum(cost)::BIGINT AS cost
               FROM (SELECT label, place, sum(touches) AS touches, sum(cost) AS cost FROM partials GROUP BY ALL)
               GROUP BY label ORDER BY label"""
    return per_bucket, merge


def _label(by: Dimension) -> str:
    if by not in get_args(Dimension):
        raise InvalidInput(
            "wrong_dimension", f"Credit cannot be given by “{str(by)[:40]}”.",
            fix=f"Choose one of: {', '.join(get_args(Dimension))}.",
        )  # fmt: skip
    return _LABELS[by]
