"""Consent: the pages of the shop's customers, and those of who looks after it."""
