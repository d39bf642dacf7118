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


def touches(by: Dimension, each: bool, source: str = "touches", told: bool = False) -> str:
    """SELECT of a bucket's touches: customer, at (ms), position, day, place, label, pushed, sorted; with `told` the
    name of the first event too.

    Unless `each` is asked for, a session is one touch, and so is what one campaign sent or showed on one day.
    """
    event = "arg_min(name, (happened_at, position)) AS event," if told else ""
    return f"""{_counted(by, source)}
      SELECT customer, epoch_ms(min(happened_at)) AS "at", min(position) AS position, min("day") AS "day", place,
             {_named(by)} AS label, {event} bool_or(name IN {EXPOSURES}) AS pushed
      FROM counted GROUP BY {_once(each)} ORDER BY customer, "at", position"""  # noqa: S608


def orders(source: str = "orders") -> str:
    """SELECT of a bucket's purchases by known customers: customer, at (ms), position, day, amount, margin, ..."""
    return f"""
      SELECT customer, epoch_ms(happened_at) AS "at", position, "day", amount, margin, currency,
             coalesce(order_id, '') AS order_id, channel,
             row_number() OVER (PARTITION BY customer ORDER BY happened_at, position) = 1 AS first
      FROM {source} WHERE NOT returned AND customer IS NOT NULL
      ORDER BY customer, "at", position"""  # noqa: S608


def labels(by: Dimension, source: str = "touches") -> str:
    """SELECT of the labels there are: place, label, and in the days `$since` to `$until` touches and cost; a place
    without a touch in them is listed too."""
    return f"""{_counted(by, source)},
           met AS (SELECT min("day") AS "day", place, {_named(by)} AS label, sum(cost)::BIGINT AS cost
                   FROM counted GROUP BY {_once(False)})
      SELECT label, place, count(*) FILTER ("day" BETWEEN $since AND $until) AS touches,
             (sum(cost) FILTER ("day" BETWEEN $since AND $until))::BIGINT AS cost FROM met GROUP BY ALL"""  # noqa: S608


def _counted(by: Dimension, source: str) -> str:
    """The events that count, each with its place and label."""
    return f"""
      WITH told AS (SELECT *, CASE WHEN name IN {VISITS} THEN 'store' ELSE channel END AS place FROM {source}),
           back AS (SELECT DISTINCT customer, channel, campaign_id FROM told WHERE name IN {_BACK}),
           counted AS (SELECT *, {_label(by)} AS label FROM told ANTI JOIN back
                         ON told.customer = back.customer AND told.channel = back.channel AND name IN {SENT}
                         AND told.campaign_id IS NOT DISTINCT FROM back.campaign_id WHERE {_COUNTS})"""  # noqa: S608


def _once(each: bool) -> str:
    """What makes events one touch."""
    once = "position" if each else 'CASE WHEN session IS NULL THEN "day" END'
    return f"""customer, place, session, {once}, CASE WHEN session IS NULL THEN campaign_id END,
               CASE WHEN session IS NULL THEN creative END"""


def _named(by: Dimension) -> str:
    """The label of a touch: that of the first of its events that names one."""
    if _label(by) == "place":
        return "place"
    named = "any_value(label ORDER BY happened_at, position) FILTER (label IS NOT NULL)"
    return f"coalesce({named}, '{ELSEWHERE}' || place)"


def _label(by: Dimension) -> str:
    if by not in get_args(Dimension):
        raise InvalidInput(
            "wrong_dimension", f"Credit cannot be given by “{str(by)[:40]}”.",
            fix=f"Choose one of: {', '.join(get_args(Dimension))}.",
        )  # fmt: skip
    return _LABELS[by]
