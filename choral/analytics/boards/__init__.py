"""Saved boards of figures, what is noted on their days, saved queries, and boards sent by e-mail."""
