"""Studies of areas and imported tables of areas: a book."""

from __future__ import annotations

from django.db import models


class Study(models.Model):
    """One question (JSON of `values.Question`). `removed_at` is when it was put away, NULL while it is shown."""

    id = models.TextField(primary_key=True)
    question = models.TextField()
    at = models.BigIntegerField()
    actor = models.TextField()
    removed_at = models.BigIntegerField(null=True)


class Table(models.Model):
    """One imported table: `body` is its panel as Arrow (a column a unit), the rest says what it holds."""

    id = models.TextField(primary_key=True)
    name = models.TextField()
    units = models.TextField()
    left_out = models.TextField()
    since = models.DateField()
    until = models.DateField()
    body = models.BinaryField()
    at = models.BigIntegerField()
    removed_at = models.BigIntegerField(null=True)
