"""Experiments: what was tried on whom, what it brought, and how sure that is."""
