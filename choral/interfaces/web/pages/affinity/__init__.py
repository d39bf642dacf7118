"""Which channel works for which customers."""
