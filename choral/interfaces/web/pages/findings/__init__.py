"""What changed, why, and what was said."""
