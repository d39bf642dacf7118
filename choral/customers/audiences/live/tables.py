"""The view that follows events for audiences; it can be thrown away and is filled again from the lake."""

TABLES = (
    # What conditions of live audiences are about. `since`: the consumer notes events above this position; `filled`:
    # those up to it were taken from the lake.
    """CREATE TABLE following_matcher (
        matcher TEXT PRIMARY KEY, says TEXT NOT NULL, since BIGINT NOT NULL, filled BIGINT NOT NULL)""",
    # Each event that a matcher counts, by the identifier it was seen under: a merge moves nothing.
    """CREATE TABLE following_hit (
        subject BIGINT NOT NULL, matcher TEXT NOT NULL, position BIGINT NOT NULL, at BIGINT NOT NULL,
        number DOUBLE PRECISION NOT NULL, PRIMARY KEY (subject, matcher, position)) /*clustered*/""",
    # Whom to look at next, and when (µs UTC, 0: now); `position` of the event that asked for it.
    "CREATE TABLE following_due (customer BIGINT PRIMARY KEY, at BIGINT NOT NULL, position BIGINT NOT NULL)",
    "CREATE INDEX following_due_at ON following_due (at, customer)",
    # Audiences that are followed: the version, and the log position its members were first worked out at.
    "CREATE TABLE following_audience (audience TEXT PRIMARY KEY, version BIGINT NOT NULL, position BIGINT NOT NULL)",
)
EMPTY = ("following_matcher", "following_hit", "following_due", "following_audience")
