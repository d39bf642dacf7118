"""The pages of attribution: whom orders are credited to."""
