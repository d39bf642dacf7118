"""One measure: marts made from the lake, the analyses on them, and the analyst's tables.

The door is `choral.analytics.door.Analytics`.
"""
