"""What the marts hold, as SQL: one list of statements makes them all from the lake's tables. No files here.

Given: `lake_events`, `lake_lines`, `lake_products` and `identity` (identifier, customer, says_who), and the shop's
$currency with its $per_unit minor units: what a customer spent in others is not summed with it. Days are days of the
shop's time zone. A customer is a number; receipts nobody identified have none, and are spread over the buckets too. An
order is `identified` when something says who its customer is: one known by a browser or a receipt alone has a way to
its order, but is nobody whose value could be known.
"""

from __future__ import annotations

from choral.events.relay import SOURCE as FACTS
from choral.events.schema.acts import NOT_ACTS, NOT_MEETINGS

BUCKETS = 16
ORDER, REFUND = "Order Completed", "Order Refunded"
SESSION_MINUTES = 30  # of silence on a channel end a session

_BUCKET = f"coalesce(customer, position) & {BUCKETS - 1}"
# What the shop itself tells (a rule set, data imported) happens today, whatever year its customers' events are of.
HAPPENED = f"source <> '{FACTS}' AND name <> 'Dataset Imported'"
# Nobody is met by what the shop tells of its own rules and books, but by a token read at one of its doors.
_MET = f"(source <> '{FACTS}' OR name = 'Token Read') AND name NOT IN {NOT_MEETINGS}"
_SORTED = f"ORDER BY {_BUCKET}, customer, happened_at, position"


def _said(key: str) -> str:
    """What an event says beside a purchase. Few have each property, and to look for a word is cheaper than to parse;
    it is read here and not joined later, because a join of all events with what they say has to fit into memory."""
    return f"CASE WHEN e.name NOT IN ('{ORDER}', '{REFUND}') AND contains(properties, '\"{key}\"')" \
           f" THEN properties->>'$.{key}' END"  # fmt: skip


STATEMENTS = (
    # Who was seen, and where in the buckets.
    f"""CREATE TEMP TABLE seen AS
       SELECT e.position, e."at" AS happened_at, timezone($time_zone, e."at")::DATE AS "day", e.name, e.channel,
              e.source, e.amount, e.currency, i.customer,
              {_said("campaign_id")} AS campaign_id, {_said("creative")} AS creative, {_said("store_id")} AS said_store,
              coalesce({_said("coupon_id")}, {_said("product_id")}, {_said("path")}) AS about,
              round(TRY_CAST({_said("cost")} AS DOUBLE) * $per_unit)::BIGINT AS cost,
              CASE e.name WHEN 'Product Reviewed' THEN TRY_CAST(properties->>'$.rating' AS DOUBLE)
                          WHEN 'Survey Answered' THEN TRY_CAST(properties->>'$.score' AS DOUBLE) END AS rating
       FROM lake_events AS e LEFT JOIN identity AS i ON i.identifier = e.subject""",
    "CREATE TEMP TABLE known_people AS SELECT customer FROM identity GROUP BY customer HAVING bool_or(says_who)",
    """CREATE TEMP TABLE known_products AS SELECT * FROM lake_products
       QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY department, category, name) = 1""",
    # What belongs to no product (line 0) cost nothing; a product without a known cost leaves the margin unknown.
    """CREATE TEMP TABLE costed AS
       SELECT l.*, p.name AS known_name, p.department, p.category AS known_category,
              CASE WHEN line = 0 THEN total ELSE total - round(p.cost * quantity)::BIGINT END AS margin
       FROM lake_lines AS l LEFT JOIN known_products AS p USING (product_id)""",
    """CREATE TEMP TABLE order_sums AS
       SELECT position, any_value(order_id) AS order_id, any_value(store_id) AS store_id,
              count(*) FILTER (line > 0) AS lines, sum(total)::BIGINT AS total, sum(discount)::BIGINT AS discount,
              CASE WHEN count(margin) = count(*) THEN sum(margin)::BIGINT END AS margin
       FROM costed GROUP BY position""",
    f"""CREATE TEMP TABLE orders AS
       SELECT {_BUCKET} AS bucket, position, happened_at, "day", customer, order_id, channel, store_id, source,
              coalesce(name = '{REFUND}', false) AS returned,
              coalesce(total, CASE WHEN name = '{REFUND}' THEN -amount ELSE amount END, 0) AS amount,
              coalesce(discount, 0) AS discount, coalesce(lines, 0)::INTEGER AS lines,
              coalesce(currency, '') AS currency, CASE WHEN currency = $currency THEN margin END AS margin,
              people.customer IS NOT NULL AS identified
       FROM seen LEFT JOIN order_sums USING (position) LEFT JOIN known_people AS people USING (customer)
       WHERE name IN ('{ORDER}', '{REFUND}') {_SORTED}""",
    # The currency people are summed in: the shop's, or the commonest where it never sold in its own.
    """CREATE TEMP TABLE main AS
       SELECT coalesce(any_value(currency) FILTER (currency = $currency), mode(currency) FILTER (currency <> ''),
                       $currency) AS currency FROM orders""",
    """CREATE TEMP TABLE order_lines AS
       SELECT o.bucket, position, l.line, o.happened_at, o."day", o.customer, o.channel, o.store_id, o.returned,
              l.product_id, coalesce(known_name, l.name) AS name, department,
              coalesce(known_category, l.category) AS category, l.quantity, l.total, l.discount, o.currency,
              CASE WHEN o.currency = $currency THEN l.margin END AS margin
       FROM costed AS l JOIN orders AS o USING (position)
       ORDER BY o.bucket, o.customer, o.happened_at, position, l.line""",
    "DROP TABLE costed",
    f"""CREATE TEMP TABLE meetings AS
       SELECT {_BUCKET} AS bucket, position, happened_at, "day", customer, name, channel,
              CASE WHEN name = '{ORDER}' THEN 'order' WHEN name = '{REFUND}' THEN 'refund'
                   WHEN starts_with(name, 'Coupon ') THEN 'coupon' ELSE channel END AS kind,
              campaign_id, about, amount, source, creative, coalesce(store_id, said_store) AS store_id, cost,
              rating, name NOT IN {NOT_ACTS} AS acted
       FROM seen LEFT JOIN order_sums USING (position)
       WHERE customer IS NOT NULL AND {_MET}""",
    # A session is named by the position of its first act: unique, and the same however often it is made.
    f"""CREATE TEMP TABLE acts AS
       WITH steps AS (
              SELECT position, customer, channel, happened_at,
                     coalesce(happened_at - lag(happened_at) OVER acts > INTERVAL {SESSION_MINUTES} MINUTE, true) AS new
              FROM meetings WHERE acted WINDOW acts AS (PARTITION BY customer, channel ORDER BY happened_at, position)),
            numbered AS (
              SELECT position, customer, channel, sum(new::INTEGER) OVER (
                       PARTITION BY customer, channel ORDER BY happened_at, position ROWS UNBOUNDED PRECEDING) AS number
              FROM steps)
       SELECT position, min(position) OVER (PARTITION BY customer, channel, number) AS session FROM numbered""",
    f"""CREATE TEMP TABLE touches AS
       SELECT meetings.*, session FROM meetings LEFT JOIN acts USING (position) {_SORTED}""",
    *(f"DROP TABLE {done}" for done in ("meetings", "acts")),
    """CREATE TEMP TABLE sessions AS
       SELECT bucket, customer, session, channel, min(happened_at) AS started_at, max(happened_at) AS ended_at,
              min("day") AS "day", count(*)::INTEGER AS touches, count(*) FILTER (kind = 'order')::INTEGER AS orders,
              coalesce(sum(amount) FILTER (kind = 'order'), 0)::BIGINT AS amount,
              arg_min(campaign_id, (happened_at, position)) FILTER (campaign_id IS NOT NULL) AS campaign_id,
              arg_min(store_id, (happened_at, position)) FILTER (store_id IS NOT NULL) AS store_id
       FROM touches WHERE session IS NOT NULL GROUP BY bucket, customer, session, channel
       ORDER BY bucket, customer, started_at, session""",
    # Lots drawn in experiments, by this shop or told by other tools; no meetings, so they are no touches.
    f"""CREATE TEMP TABLE lots AS
       SELECT {_BUCKET} AS bucket, position, customer, happened_at, "day", seen.channel,
              properties->>'$.experiment_id' AS experiment_id, properties->>'$.experiment_name' AS experiment_name,
              coalesce(properties->>'$.variation_id', properties->>'$.variation_name') AS variation_id,
              properties->>'$.variation_name' AS variation_name
       FROM seen JOIN (SELECT position, properties FROM lake_events WHERE name = 'Experiment Viewed') USING (position)
       WHERE customer IS NOT NULL AND properties->>'$.experiment_id' <> '' {_SORTED}""",
    """CREATE TEMP TABLE order_days AS
       SELECT customer, "day", date_diff('day', lag("day") OVER (PARTITION BY customer ORDER BY "day"), "day") AS gap
       FROM (SELECT DISTINCT customer, "day" FROM orders WHERE identified AND NOT returned)""",
    f"""CREATE TEMP TABLE customers AS
       WITH met AS (SELECT customer, min(happened_at) AS first_seen_at, max(happened_at) AS last_seen_at,
                           count(*) AS events FROM seen WHERE customer IS NOT NULL AND {_MET} GROUP BY customer),
            names AS (SELECT customer, min(identifier) AS identifier FROM identity GROUP BY customer),
            bought AS (SELECT customer, count(*) FILTER (NOT returned) AS orders,
                              coalesce(sum(amount) FILTER (currency = (FROM main)), 0)::BIGINT AS amount,
                              min("day") FILTER (NOT returned) AS first_order_day,
                              max("day") FILTER (NOT returned) AS last_order_day
                       FROM orders WHERE identified GROUP BY customer),
            rhythm AS (SELECT customer, count(*)::INTEGER AS order_days, median(gap)::DOUBLE AS usual_gap,
                              max(gap)::INTEGER AS longest_gap
                       FROM order_days GROUP BY customer)
       SELECT customer & {BUCKETS - 1} AS bucket, customer, identifier, first_seen_at, last_seen_at, events,
              coalesce(orders, 0) AS orders, coalesce(amount, 0) AS amount, (SELECT currency FROM main) AS currency,
              first_order_day, last_order_day, coalesce(order_days, 0) AS order_days,
              usual_gap, longest_gap
       FROM met LEFT JOIN names USING (customer) LEFT JOIN bought USING (customer) LEFT JOIN rhythm USING (customer)
       ORDER BY bucket, customer""",
    # Sums a page can read at once however many events there are; grain: one row per combination of the names.
    """CREATE TEMP TABLE sales_days AS
       SELECT "day", currency, channel, coalesce(store_id, '') AS store_id, coalesce(department, '') AS department,
              sum(total)::BIGINT AS amount, sum(discount)::BIGINT AS discount, count(*) FILTER (line > 0) AS lines,
              count(*) FILTER (line > 0 AND NOT returned) AS bought,
              coalesce(-sum(total) FILTER (returned), 0)::BIGINT AS given_back,
              count(DISTINCT position) FILTER (NOT returned) AS orders, sum(margin)::BIGINT AS margin,
              coalesce(sum(total) FILTER (margin IS NOT NULL), 0)::BIGINT AS margin_of
       FROM order_lines GROUP BY ALL ORDER BY "day", currency, channel, store_id, department""",
    """CREATE TEMP TABLE order_sums_by_day AS
       SELECT "day", currency, channel, coalesce(store_id, '') AS store_id, sum(amount)::BIGINT AS amount,
              sum(discount)::BIGINT AS discount, count(*) FILTER (NOT returned) AS orders,
              count(*) FILTER (returned) AS refunds,
              count(*) FILTER (NOT returned AND NOT identified) AS unidentified,
              coalesce(sum(lines) FILTER (NOT returned), 0)::BIGINT AS bought,
              coalesce(-sum(amount) FILTER (returned), 0)::BIGINT AS given_back,
              sum(margin)::BIGINT AS margin, coalesce(sum(amount) FILTER (margin IS NOT NULL), 0)::BIGINT AS margin_of
       FROM orders GROUP BY ALL ORDER BY "day", currency, channel, store_id""",
    # `contacts` are meetings that are neither a purchase, nor a refund, nor a coupon.
    """CREATE TEMP TABLE touch_days AS
       SELECT "day", channel, coalesce(store_id, '') AS store_id, coalesce(campaign_id, '') AS campaign_id,
              count(*) AS touches, count(*) FILTER (kind NOT IN ('order', 'refund', 'coupon')) AS contacts,
              count(*) FILTER (name IN ('Coupon Applied', 'Coupon Redeemed')) AS redemptions,
              sum(cost)::BIGINT AS cost
       FROM touches GROUP BY ALL ORDER BY "day", channel, store_id, campaign_id""",
    """CREATE TEMP TABLE session_days AS
       SELECT "day", channel, coalesce(store_id, '') AS store_id, count(*) AS sessions,
              count(*) FILTER (orders > 0) AS bought
       FROM sessions GROUP BY ALL ORDER BY "day", channel, store_id""",
    f"""CREATE TEMP TABLE summary AS
       SELECT (SELECT count(*) FROM seen) AS events, (SELECT count(*) FROM orders WHERE NOT returned) AS orders,
              (SELECT count(*) FROM customers) AS customers, (SELECT currency FROM main) AS currency,
              coalesce((SELECT min("day") FROM orders),
                       (SELECT min("day") FROM seen WHERE {HAPPENED})) AS since,
              coalesce((SELECT max("day") FROM seen WHERE {HAPPENED}), (SELECT max("day") FROM orders)) AS until,
              (SELECT list(currency ORDER BY orders DESC, currency) FROM
                (SELECT currency, sum(orders) AS orders FROM order_sums_by_day WHERE currency <> '' GROUP BY currency)
              ) AS currencies""",
)
BUCKETED = ("orders", "order_lines", "touches", "sessions", "lots", "customers")
WHOLE = ("sales_days", "order_sums_by_day", "touch_days", "session_days", "summary")
