"""The search words of personal values: a table of its own making, because its rows are many and small."""

TABLES = (
    # A word of a searchable value, folded (no case, no accents), so that the beginning of it finds the person.
    """CREATE TABLE records_word (
        word TEXT /*bytes*/ NOT NULL, identifier TEXT NOT NULL, PRIMARY KEY (word, identifier)) /*clustered*/""",
    "CREATE INDEX records_word_of ON records_word (identifier)",
)
