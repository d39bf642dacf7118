"""Keeps the one row a person has in lists: summed anew when their identifiers changed, counted on when not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.identity.keys import Node
from choral.customers.identity.rules import LAST_STRONG
from choral.customers.profiles.rules import FigureKey, Figures

# One row a person. Channels are joined in the order of the alphabet, so that equal figures give equal rows.
_SUM = f"""WITH who AS (SELECT customer, key, tier FROM identity_identifier WHERE customer {{among}}),
    has AS (SELECT customer, max(CASE WHEN tier <= {LAST_STRONG} THEN 1 ELSE 0 END) AS known,
            count(*) AS identifiers FROM who GROUP BY customer),
    via AS (SELECT customer, channel, sum(events) AS events, sum(orders) AS orders, min(first_at) AS first_at,
            max(last_at) AS last_at, max(last_order_at) AS last_order_at,
            sum(CASE WHEN currency = %s THEN revenue - refunded ELSE 0 END) AS revenue,
            sum(CASE WHEN currency = %s THEN revenue ELSE 0 END) AS gross,
            sum(CASE WHEN currency = %s THEN orders ELSE 0 END) AS paid
        FROM who JOIN profiles_figure ON subject = key GROUP BY customer, channel ORDER BY customer, channel),
    sums AS (SELECT customer, {{joined}} AS channels, sum(events) AS events, sum(orders) AS orders,
            min(first_at) AS first_at, max(last_at) AS last_at, max(last_order_at) AS last_order_at,
            sum(revenue) AS revenue, CAST(sum(gross) AS BIGINT) AS gross, CAST(sum(paid) AS BIGINT) AS paid
        FROM via GROUP BY customer)
    INSERT INTO profiles_customer (customer, known, identifiers, events, orders, revenue, average, first_at, last_at,
        last_order_at, gross, paid, channels)
    SELECT customer, known, identifiers, coalesce(events, 0), coalesce(orders, 0), coalesce(revenue, 0),
        CASE WHEN paid > 0 THEN gross / paid ELSE 0 END, coalesce(first_at, 0), coalesce(last_at, 0),
        coalesce(last_order_at, 0), coalesce(gross, 0), coalesce(paid, 0), ',' || coalesce(channels || ',', '')
    FROM has LEFT JOIN sums USING (customer) WHERE 1 = 1
    ON CONFLICT (customer) DO UPDATE SET known = excluded.known, identifiers = excluded.identifiers,
        events = excluded.events, orders = excluded.orders, revenue = excluded.revenue, average = excluded.average,
        first_at = excluded.first_at, last_at = excluded.last_at, last_order_at = excluded.last_order_at,
        gross = excluded.gross, paid = excluded.paid, channels = excluded.channels"""  # noqa: S608
COUNTED = (
    "customer bigint, known bigint, identifiers bigint, events bigint, orders bigint, revenue bigint, average bigint,"
    " first_at bigint, last_at bigint, last_order_at bigint, gross bigint, paid bigint, channels text"
)
NAMES = [column.split()[0] for column in COUNTED.split(",")]
_EARNED = ("revenue", "average", "gross", "paid")


def _over(names: Iterable[str]) -> str:
    return f"ON CONFLICT (customer) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}"


_OVER = _over(NAMES[1:])
# Most events bring no money, and naming the column would write its index again for nothing.
_OVER_UNPAID = _over(name for name in NAMES[3:] if name not in _EARNED)
_NOTHING_YET = (0, 0, 0, 0, 0, 0, 0, 0, 0, ",")  # events .. channels


def sum_up(cursor: CursorWrapper, customers: Iterable[int], currency: str) -> None:
    """Write these persons' rows anew from the figures of their identifiers; who has none left, goes."""
    touched = sorted(customers)
    if not touched:
        return
    asked, among = sets.as_json(touched), sets.among_numbers(cursor)
    cursor.execute(
        f"DELETE FROM profiles_customer WHERE customer {among} AND NOT EXISTS"  # noqa: S608
        " (SELECT 1 FROM identity_identifier i WHERE i.customer = profiles_customer.customer)",
        [asked],
    )
    cursor.execute(_SUM.format(among=among, **sets.functions(cursor)), [asked, currency, currency, currency])


def begin(
    cursor: CursorWrapper, added: Mapping[FigureKey, Figures], newcomers: Mapping[int, Sequence[Node]], currency: str
) -> None:
    """Write the rows of persons of whom nothing is known but what a batch brought: its identifiers and figures.

    The row becomes what `sum_up` would make of it, without asking for what was just written.
    """
    owner = {node.key: customer for customer, nodes in newcomers.items() for node in nodes}
    mine = _shares(added, owner, currency)
    rows = [
        _counted(
            (customer, int(any(node.tier <= LAST_STRONG for node in nodes)), len(nodes), *_NOTHING_YET),
            mine.get(customer, []),
        )
        for customer, nodes in sorted(newcomers.items())
    ]
    sets.write(cursor, "profiles_customer", COUNTED, rows, _OVER)


def count_on(
    cursor: CursorWrapper, added: Mapping[FigureKey, Figures], owner: Mapping[int, int], currency: str
) -> None:
    """Add what a batch added to the rows of those persons (`owner` of an identifier) whose identifiers are as before.

    The row becomes what `sum_up` would make of it, at a third of the price.
    """
    mine = _shares(added, owner, currency)
    if not mine:
        return
    cursor.execute(
        f"SELECT {', '.join(NAMES)} FROM profiles_customer"  # noqa: S608
        f" WHERE customer {sets.among_numbers(cursor)}",
        [sets.as_json(sorted(mine))],
    )
    earning: list[sets.Row] = []
    others: list[sets.Row] = []
    for row in cursor.fetchall():
        counted = _counted(row, mine[row[0]])
        (others if _money(counted) == _money(row) else earning).append(counted)
    sets.write(cursor, "profiles_customer", COUNTED, earning, _OVER)
    sets.write(cursor, "profiles_customer", COUNTED, others, _OVER_UNPAID)


def _shares(
    added: Mapping[FigureKey, Figures], owner: Mapping[int, int], currency: str
) -> dict[int, list[tuple[str, bool, Figures]]]:
    """What was added for each person: channel, whether in the shop's currency, figures."""
    mine: defaultdict[int, list[tuple[str, bool, Figures]]] = defaultdict(list)
    for (subject, channel, spent_in), figures in added.items():
        if subject in owner:
            mine[owner[subject]].append((channel, spent_in == currency, figures))
    return mine


def _money(row: sets.Row) -> sets.Row:
    """The values of `_EARNED`."""
    return row[5], row[6], row[10], row[11]


def _counted(row: sets.Row, added: list[tuple[str, bool, Figures]]) -> sets.Row:
    (customer, known, identifiers, events, orders, revenue, average, first, last, ordered, gross, paid, channels) = row
    for channel, at_home, more in added:
        first = min(first, more.first_at) if events else more.first_at
        last = max(last, more.last_at) if events else more.last_at
        events += more.events
        if f",{channel}," not in channels:
            channels = f",{','.join(sorted({*channels.split(','), channel} - {''}))},"
        if more.last_order_at is not None:
            ordered = max(ordered, more.last_order_at) if orders else more.last_order_at
            orders += more.orders
        if at_home:
            revenue += more.revenue - more.refunded
            gross += more.revenue
            paid += more.orders
    if paid:
        average = gross // paid if gross >= 0 else -(-gross // paid)  # towards zero, as the database divides
    return (
        customer, known, identifiers, events, orders, revenue, average, first, last, ordered, gross, paid, channels,
    )  # fmt: skip
