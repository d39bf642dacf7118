"""Signing in, the shop's own people, settings, the audit log, search."""
