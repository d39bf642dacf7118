"""Tokens in customers' hands, what they open, and the doors that ask."""
