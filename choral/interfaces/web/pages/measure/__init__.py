"""One measure: sales, campaigns, value, paths, orders."""
