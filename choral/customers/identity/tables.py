"""The tables of the identity view; they can be thrown away and filled again from the log."""

TABLES = (
    # What was seen. `tier` and `state` as in rules.py; `customer` is the identifier that stands for the person.
    """CREATE TABLE identity_identifier (
        key BIGINT PRIMARY KEY, text TEXT /*bytes*/ NOT NULL, tier BIGINT NOT NULL, customer BIGINT NOT NULL,
        state BIGINT NOT NULL, position BIGINT NOT NULL)""",
    "CREATE INDEX identity_by_customer ON identity_identifier (customer)",
    "CREATE INDEX identity_by_text ON identity_identifier (text) WHERE tier <= 5",
    # Evidence: two identifiers in one event. `a` is the stronger one, `tier` that of `b`. Each source's evidence is
    # kept apart, so that a source can be withdrawn; `position` is its first event that shows it, `at` the earliest.
    """CREATE TABLE identity_link (
        a BIGINT NOT NULL, tier BIGINT NOT NULL, b BIGINT NOT NULL, source TEXT NOT NULL, position BIGINT NOT NULL,
        at BIGINT NOT NULL, PRIMARY KEY (a, tier, b, source)) /*clustered*/""",
    "CREATE INDEX identity_link_back ON identity_link (b, a)",
    "CREATE TABLE identity_state (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    # Sources whose events no longer count, and the position of the fact that said so.
    "CREATE TABLE identity_withdrawn (source TEXT PRIMARY KEY, position BIGINT NOT NULL)",
)
EMPTY = ("identity_identifier", "identity_link", "identity_state", "identity_withdrawn")
