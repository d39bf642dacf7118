"""The truth: what no retailer can see, written to a folder of its own as JSON lines."""
