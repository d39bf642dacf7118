"""Customers who may be one person: looked at side by side and decided."""
