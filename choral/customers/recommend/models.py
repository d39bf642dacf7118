"""The owner's rules of what may be recommended: a book, because two people may change them at once."""

from __future__ import annotations

from django.db import models


class Rule(models.Model):
    """One rule: its kind, what it is about ('' for the whole shop) and its value; see `rules.Rules`."""

    kind = models.TextField()
    subject = models.TextField()
    value = models.TextField()
    at = models.BigIntegerField()
    actor = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="recommend_rule_once")]
