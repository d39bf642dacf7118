"""The computed traits a shop has defined itself, and the built-in ones it has hidden: a book."""

from __future__ import annotations

from django.db import models


class Trait(models.Model):
    """One definition (JSON of `definitions.Definition`); '' hides the built-in one of this key."""

    key = models.TextField(unique=True)
    definition = models.TextField()
    at = models.BigIntegerField()
    actor = models.TextField()
