"""The page of the analyst's SQL."""
