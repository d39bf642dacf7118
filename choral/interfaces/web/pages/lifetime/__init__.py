"""What customers will still bring."""
