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
# Since rules and corrections are kept: what events said of the proof of a pair (`rules.proof`), who proved what is
# theirs, the decisions of people as the log tells them (withdrawn ones too: a repetition must not revive them), and
# the rules in force.
PROOF = (
    "ALTER TABLE identity_link ADD COLUMN said BIGINT NOT NULL DEFAULT 1",
    "ALTER TABLE identity_identifier ADD COLUMN proven BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX identity_set_aside ON identity_identifier (state, key) WHERE state >= 2",
    """CREATE TABLE identity_correction (
        id TEXT PRIMARY KEY, joins BIGINT NOT NULL, one BIGINT NOT NULL, other BIGINT NOT NULL,
        withdrawn BIGINT NOT NULL, position BIGINT NOT NULL)""",
    "CREATE INDEX identity_correction_one ON identity_correction (one)",
    "CREATE INDEX identity_correction_other ON identity_correction (other)",
    "CREATE TABLE identity_rules (position BIGINT PRIMARY KEY, body TEXT NOT NULL)",
)
EMPTY = (
    "identity_identifier", "identity_link", "identity_state", "identity_withdrawn", "identity_correction",
    "identity_rules",
)  # fmt: skip
