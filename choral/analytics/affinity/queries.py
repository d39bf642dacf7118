"""What customers of each part did on each channel, as sums over customers, bucket by bucket. SQL only.

Every measure says of a customer on a channel how much there was (`x`) and what came of it (`y`); the sums of their
squares and products are what intervals need, and add up over buckets.
"""

from __future__ import annotations

from datetime import date

import pyarrow
import pyarrow.compute

from choral.analytics import duck
from choral.analytics.mart_tables import BUCKETS
from choral.analytics.marts import Marts
from choral.events.relay import SOURCE as FACTS
from choral.events.schema.acts import SENT

HALF_LIFE, PRIOR, LEAST = 90, 6.0, 3.0  # days; acts; acts: as `choral.customers.traits.preference`
LEANING = 0.2533471031357997  # standard errors the first channel is ahead: it is the first with 60 %
FOLLOWED, ANSWERED, ABOUT = 7, 28, 90  # days
_FAR = "TIMESTAMPTZ '9999-01-01 00:00:00+00'"

PER_CHANNEL = f"""SELECT channel, count(*) AS acts FROM touches
    WHERE acted AND source <> '{FACTS}' GROUP BY channel"""

_MEASURES = f"""
    grouped AS (SELECT customer, coalesce(part, $rest) AS part FROM customers LEFT JOIN parts USING (customer)
                WHERE coalesce(part, $rest) >= 0),
    bought AS (SELECT part, o.* FROM orders AS o JOIN grouped USING (customer)
               WHERE NOT returned AND currency = $currency),
    visits AS (SELECT part, s.* FROM sessions AS s JOIN grouped USING (customer)),
    followed AS (
      SELECT v.part, v.channel, v.customer, v.session,
             coalesce(b.happened_at < v.started_at + INTERVAL {FOLLOWED} DAY, false) AS yes
      FROM (FROM visits WHERE started_at < $until - INTERVAL {FOLLOWED} DAY) AS v
      ASOF LEFT JOIN (SELECT customer, happened_at FROM bought) AS b
        ON v.customer = b.customer AND v.started_at <= b.happened_at),
    sent AS (
      SELECT part, customer, channel, campaign_id, min(happened_at) AS "at" FROM touches JOIN grouped USING (customer)
      WHERE name IN {SENT} AND campaign_id IS NOT NULL GROUP BY ALL HAVING "at" < $until - INTERVAL {ANSWERED} DAY),
    answered AS (
      SELECT s.part, s.customer, s.channel, s.campaign_id,
             bool_or(coalesce(a.happened_at < s."at" + INTERVAL {ANSWERED} DAY, false)) AS yes
      FROM sent AS s LEFT JOIN (FROM touches WHERE acted AND campaign_id IS NOT NULL) AS a
        ON a.customer = s.customer AND a.campaign_id = s.campaign_id AND a.happened_at >= s."at"
      GROUP BY ALL),
    weighed AS (
      SELECT part, customer, channel, sum(pow(2, -epoch($until - happened_at) / 86400 / {HALF_LIFE})) AS weight
      FROM touches JOIN grouped USING (customer)
      WHERE acted AND source <> '{FACTS}' AND happened_at <= $until GROUP BY ALL),
    acting AS (SELECT part, customer, sum(weight) AS weight FROM weighed GROUP BY ALL),
    likely AS (
      SELECT acting.part, customer, acting.weight AS whole,
             max(prior.share * {PRIOR} + coalesce(w.weight, 0), 2) AS two,
             arg_max(prior.channel, (prior.share * {PRIOR} + coalesce(w.weight, 0), prior.channel)) AS channel
      FROM acting CROSS JOIN prior
        LEFT JOIN (SELECT customer, channel, weight FROM weighed) AS w USING (customer, channel)
      GROUP BY ALL),
    ahead AS (
      SELECT part, customer, channel, whole, two[1] / (whole + {PRIOR}) AS first,
             coalesce(two[2], 0) / (whole + {PRIOR}) AS second FROM likely),
    preferring AS (
      SELECT part, customer, CASE WHEN whole < {LEAST} THEN '?'
               WHEN first - second
                    >= {LEANING} * sqrt((first + second - pow(first - second, 2)) / (whole + {PRIOR} + 1))
               THEN channel ELSE '' END AS channel FROM ahead),
    rated AS (
      SELECT t.part, t.customer, t.name, t.rating, o.channel
      FROM (SELECT part, touches.* FROM touches JOIN grouped USING (customer) WHERE rating IS NOT NULL) AS t
      ASOF JOIN (SELECT customer, happened_at, channel FROM bought) AS o
        ON t.customer = o.customer AND t.happened_at >= o.happened_at
      WHERE o.happened_at >= t.happened_at - INTERVAL {ABOUT} DAY),
    told AS (
      SELECT 'people' AS measure, part, '' AS channel, 0 AS key, customer, 1::DOUBLE AS x, 0::DOUBLE AS y FROM grouped
      UNION ALL SELECT 'orders', part, channel, 0, customer, count(*), sum(amount) FROM bought GROUP BY ALL
      UNION ALL SELECT 'margin', part, channel, 0, customer, sum(amount), sum(margin) FROM bought
                WHERE margin IS NOT NULL GROUP BY ALL
      UNION ALL SELECT 'bought', part, channel, 0, customer, count(*), count(*) FILTER (orders > 0) FROM visits
                GROUP BY ALL
      UNION ALL SELECT 'followed', part, channel, 0, customer, count(*), count(*) FILTER (yes) FROM followed
                GROUP BY ALL
      UNION ALL SELECT 'answered', part, channel, 0, customer, count(*), count(*) FILTER (yes) FROM answered
                GROUP BY ALL
      UNION ALL SELECT 'preferred', part, channel, 0, customer, 1, 1 FROM preferring
      UNION ALL SELECT 'reviews', part, channel, 0, customer, count(*), sum(rating) FROM rated
                WHERE name = 'Product Reviewed' GROUP BY ALL
      UNION ALL SELECT 'surveys', part, channel, 0, customer, count(*), sum(rating) FROM rated
                WHERE name = 'Survey Answered' GROUP BY ALL
      UNION ALL SELECT 'hours', part, channel, extract(hour FROM started_at), customer, 1, 1 FROM visits
      UNION ALL SELECT 'days', part, channel, extract(isodow FROM started_at), customer, 1, 1 FROM visits)
    SELECT measure, part, channel, key::INTEGER AS key, count(*) AS customers, sum(x) AS x, sum(y) AS y,
           sum(x * x) AS xx, sum(x * y) AS xy, sum(y * y) AS yy
    FROM told GROUP BY ALL ORDER BY measure, part, channel, key"""


def of_bucket(
    marts: Marts, bucket: int, parts: pyarrow.Table, prior: pyarrow.Table, rest: int, currency: str, until: date,
    time_zone: str,
) -> pyarrow.Table:  # fmt: skip
    """The sums of one bucket. `parts` gives customers (`customer`) the number of their part (`part`); the others are
    of part `rest`, or of none below 0. `prior` is each channel's share of all that is done."""
    here = pyarrow.compute.equal(pyarrow.compute.bit_wise_and(parts.column("customer"), BUCKETS - 1), bucket)
    tables = ", ".join(
        f"{name} AS NOT MATERIALIZED (FROM {files})"
        for name, files in marts.bucket(range(bucket, bucket + 1)).items()
        if name in ("customers", "orders", "sessions", "touches")
    )
    with duck.connect(time_zone) as database:
        duck.run(database, "SET threads = 1")  # sums of fractions come out the same everywhere
        database.register("parts", parts.filter(here))
        database.register("prior", prior)
        duck.run(database, "SET VARIABLE until = ($until::DATE + 1)::TIMESTAMPTZ", {"until": until})
        sql = f"WITH {tables}, {_MEASURES}".replace("$until", "getvariable('until')")
        return duck.table(database, sql, {"rest": rest, "currency": currency})
