"""What the marts hold, as SQL: one list of statements makes them all from the lake's tables. No files here.

Given: `lake_events`, `lake_lines`, `lake_products` and `identity` (identifier, customer), and the shop's $currency:
what a customer spent in others is not summed with it. Days are days of the shop's
time zone. A customer is a number; receipts nobody identified have none, and are spread over the buckets too.
"""

from __future__ import annotations

from choral.events.relay import SOURCE as FACTS

BUCKETS = 16
ORDER, REFUND = "Order Completed", "Order Refunded"
# Events that tell something about a customer but are no meeting with them.
NOT_TOUCHES = ("Customer Identified", "Identifiers Linked", "Group Joined", "Dataset Imported")

_BUCKET = f"coalesce(customer, position) & {BUCKETS - 1}"
# What the shop itself tells (a rule set, data imported) happens today, whatever year its customers' events are of.
_HAPPENED = f"source <> '{FACTS}' AND name <> 'Dataset Imported'"
_SORTED = f"ORDER BY {_BUCKET}, customer, happened_at, position"

STATEMENTS = (
    # Who was seen, and where in the buckets.
    """CREATE TEMP TABLE seen AS
       SELECT e.position, e."at" AS happened_at, timezone($time_zone, e."at")::DATE AS "day", e.name, e.channel,
              e.source, e.amount, e.currency, i.customer
       FROM lake_events AS e LEFT JOIN identity AS i ON i.identifier = e.subject""",
    """CREATE TEMP TABLE order_sums AS
       SELECT position, any_value(order_id) AS order_id, any_value(store_id) AS store_id,
              count(*) FILTER (line > 0) AS lines, sum(total)::BIGINT AS total, sum(discount)::BIGINT AS discount
       FROM lake_lines GROUP BY position""",
    f"""CREATE TEMP TABLE orders AS
       SELECT {_BUCKET} AS bucket, position, happened_at, "day", customer, order_id, channel, store_id, source,
              coalesce(name = '{REFUND}', false) AS returned,
              coalesce(total, CASE WHEN name = '{REFUND}' THEN -amount ELSE amount END, 0) AS amount,
              coalesce(discount, 0) AS discount, coalesce(lines, 0)::INTEGER AS lines,
              coalesce(currency, '') AS currency
       FROM seen LEFT JOIN order_sums USING (position) WHERE name IN ('{ORDER}', '{REFUND}') {_SORTED}""",
    # The currency people are summed in: the shop's, or the commonest where it never sold in its own.
    """CREATE TEMP TABLE main AS
       SELECT coalesce(any_value(currency) FILTER (currency = $currency), mode(currency) FILTER (currency <> ''),
                       $currency) AS currency FROM orders""",
    """CREATE TEMP TABLE known_products AS SELECT * FROM lake_products
       QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY department, category, name) = 1""",
    """CREATE TEMP TABLE order_lines AS
       SELECT o.bucket, position, l.line, o.happened_at, o."day", o.customer, o.channel, o.store_id, o.returned,
              l.product_id, coalesce(p.name, l.name) AS name, p.department,
              coalesce(p.category, l.category) AS category, l.quantity, l.total, l.discount, o.currency
       FROM lake_lines AS l JOIN orders AS o USING (position) LEFT JOIN known_products AS p USING (product_id)
       ORDER BY o.bucket, o.customer, o.happened_at, position, l.line""",
    f"""CREATE TEMP TABLE said AS
       SELECT position, properties->>'$.campaign_id' AS campaign_id,
              coalesce(properties->>'$.coupon_id', properties->>'$.product_id', properties->>'$.path') AS about
       FROM lake_events WHERE name NOT IN ('{ORDER}', '{REFUND}') AND (contains(properties, '"campaign_id"')
         OR contains(properties, '"coupon_id"') OR contains(properties, '"product_id"')
         OR contains(properties, '"path"'))""",
    f"""CREATE TEMP TABLE touches AS
       SELECT {_BUCKET} AS bucket, position, happened_at, "day", customer, name, channel,
              CASE WHEN name = '{ORDER}' THEN 'order' WHEN name = '{REFUND}' THEN 'refund'
                   WHEN starts_with(name, 'Coupon ') THEN 'coupon' ELSE channel END AS kind,
              campaign_id, about, amount
       FROM seen LEFT JOIN said USING (position)
       WHERE customer IS NOT NULL AND name NOT IN {NOT_TOUCHES} {_SORTED}""",
    """CREATE TEMP TABLE order_days AS
       SELECT customer, "day", date_diff('day', lag("day") OVER (PARTITION BY customer ORDER BY "day"), "day") AS gap
       FROM (SELECT DISTINCT customer, "day" FROM orders WHERE customer IS NOT NULL AND NOT returned)""",
    f"""CREATE TEMP TABLE customers AS
       WITH met AS (SELECT customer, min(happened_at) AS first_seen_at, max(happened_at) AS last_seen_at,
                           count(*) AS events FROM seen WHERE customer IS NOT NULL GROUP BY customer),
            names AS (SELECT customer, min(identifier) AS identifier FROM identity GROUP BY customer),
            bought AS (SELECT customer, count(*) FILTER (NOT returned) AS orders,
                              coalesce(sum(amount) FILTER (currency = (FROM main)), 0)::BIGINT AS amount,
                              min("day") FILTER (NOT returned) AS first_order_day,
                              max("day") FILTER (NOT returned) AS last_order_day
                       FROM orders WHERE customer IS NOT NULL GROUP BY customer),
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
              count(DISTINCT position) FILTER (NOT returned) AS orders
       FROM order_lines GROUP BY ALL ORDER BY "day", currency, channel, store_id, department""",
    """CREATE TEMP TABLE order_sums_by_day AS
       SELECT "day", currency, channel, coalesce(store_id, '') AS store_id, sum(amount)::BIGINT AS amount,
              sum(discount)::BIGINT AS discount, count(*) FILTER (NOT returned) AS orders,
              count(*) FILTER (returned) AS refunds, count(*) FILTER (NOT returned AND customer IS NULL) AS unidentified
       FROM orders GROUP BY ALL ORDER BY "day", currency, channel, store_id""",
    f"""CREATE TEMP TABLE summary AS
       SELECT (SELECT count(*) FROM seen) AS events, (SELECT count(*) FROM orders WHERE NOT returned) AS orders,
              (SELECT count(*) FROM customers) AS customers, (SELECT currency FROM main) AS currency,
              coalesce((SELECT min("day") FROM orders),
                       (SELECT min("day") FROM seen WHERE {_HAPPENED})) AS since,
              coalesce((SELECT max("day") FROM seen WHERE {_HAPPENED}), (SELECT max("day") FROM orders)) AS until,
              (SELECT list(currency ORDER BY orders DESC, currency) FROM
                (SELECT currency, sum(orders) AS orders FROM order_sums_by_day WHERE currency <> '' GROUP BY currency)
              ) AS currencies""",
)
BUCKETED = ("orders", "order_lines", "touches", "customers")
WHOLE = ("sales_days", "order_sums_by_day", "summary")
