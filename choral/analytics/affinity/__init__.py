"""Which channel works for which customers, where the most valuable are met, and how content each leaves them."""
