"""The tables of personal values: made by hand, because their rows are many, small and clustered."""

TABLES = (
    # A number for each identifier: what is said about it lies together, and the index below is made of numbers.
    "CREATE TABLE records_subject (subject BIGINT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE)",
    # One personal value a source said about one identifier (`card:8812`, `email:#..`), with when. Of each field every
    # source's newest is kept, so that a source can be withdrawn; readers take the newest of all.
    """CREATE TABLE records_record (
        subject BIGINT NOT NULL, field TEXT NOT NULL, source TEXT NOT NULL, value TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (subject, field, source)) /*clustered*/""",
    # For three letters in a row (`grams.py`) the subjects whose searchable values have them: a Roaring bitmap for
    # each `part` of 16,384 numbers, so that a newcomer rewrites little.
    """CREATE TABLE records_gram (
        gram BIGINT NOT NULL, part BIGINT NOT NULL, subjects BYTEA NOT NULL, PRIMARY KEY (gram, part)) /*clustered*/""",
)
# Values with the identifiers they were said about.
NAMED = "records_record JOIN records_subject USING (subject)"
