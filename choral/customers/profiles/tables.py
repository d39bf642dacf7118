"""The tables of the profile view; everything hangs on the identifier as seen, so a merge rewrites nothing."""

TABLES = (
    # What one identifier did on one channel in one currency ('' for events without a value).
    """CREATE TABLE profiles_figure (
        subject BIGINT NOT NULL, channel TEXT NOT NULL, currency TEXT NOT NULL,
        events BIGINT NOT NULL, orders BIGINT NOT NULL, revenue BIGINT NOT NULL, refunded BIGINT NOT NULL,
        first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, first_order_at BIGINT, last_order_at BIGINT,
        PRIMARY KEY (subject, channel, currency)) /*clustered*/""",
    # The newest statement of each source, so that a source can be withdrawn.
    """CREATE TABLE profiles_trait (
        subject BIGINT NOT NULL, field TEXT NOT NULL, source TEXT NOT NULL, value TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (subject, field, source)) /*clustered*/""",
    # The time line: one short row an event; the rest of it is in the log at its position.
    """CREATE TABLE profiles_moment (
        position BIGINT PRIMARY KEY, subject BIGINT NOT NULL, at BIGINT NOT NULL, name TEXT NOT NULL,
        channel TEXT NOT NULL, source TEXT NOT NULL, amount BIGINT, currency TEXT, order_id TEXT, campaign TEXT,
        place TEXT, label TEXT)""",
    "CREATE INDEX profiles_moment_subject ON profiles_moment (subject, at, position)",
    "CREATE INDEX profiles_moment_order ON profiles_moment (order_id) WHERE order_id IS NOT NULL",
    # One row a person, summed from the figures of their identifiers; money in the shop's own currency, minor units:
    # `revenue` less what was given back, `gross` before, of `paid` orders.
    """CREATE TABLE profiles_customer (
        customer BIGINT PRIMARY KEY, known BIGINT NOT NULL, identifiers BIGINT NOT NULL,
        events BIGINT NOT NULL, orders BIGINT NOT NULL, revenue BIGINT NOT NULL, average BIGINT NOT NULL,
        first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, last_order_at BIGINT NOT NULL,
        gross BIGINT NOT NULL, paid BIGINT NOT NULL, channels TEXT NOT NULL)""",
    "CREATE INDEX profiles_customer_last ON profiles_customer (last_at, customer) WHERE known = 1",
    "CREATE INDEX profiles_customer_revenue ON profiles_customer (revenue, customer) WHERE known = 1",
)
EMPTY = ("profiles_figure", "profiles_trait", "profiles_moment", "profiles_customer")
