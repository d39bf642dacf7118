"""Boards, notes, queries and schedules: a book, because what somebody arranged must be there again tomorrow."""

from __future__ import annotations

from django.db import models


class Board(models.Model):
    """A page of cards somebody arranged. `cards` is read and written whole, as JSON; `before` is what it was before the
    last change, for the way back. `readers` are roles as JSON ("*": everybody); the owner reads it in any case."""

    id = models.CharField(max_length=36, primary_key=True)
    name = models.CharField(max_length=120)
    owner = models.CharField(max_length=40, db_index=True)
    readers = models.TextField(default="[]")
    period = models.CharField(max_length=8)
    compare = models.CharField(max_length=10, default="")
    cards = models.TextField(default="[]")
    before = models.TextField(default="")
    created_at = models.BigIntegerField()
    changed_at = models.BigIntegerField()
    removed_at = models.BigIntegerField(null=True)


class Note(models.Model):
    """Something that happened on a day, drawn on every chart that shows the day."""

    id = models.CharField(max_length=36, primary_key=True)
    day = models.DateField(db_index=True)
    words = models.CharField(max_length=120)
    author = models.CharField(max_length=40)
    made_at = models.BigIntegerField()
    removed_at = models.BigIntegerField(null=True)


class Query(models.Model):
    """A SELECT somebody kept; `shared` with everybody who may ask in SQL."""

    id = models.CharField(max_length=36, primary_key=True)
    name = models.CharField(max_length=120)
    sql = models.TextField()
    owner = models.CharField(max_length=40, db_index=True)
    shared = models.BooleanField(default=False)
    changed_at = models.BigIntegerField()
    removed_at = models.BigIntegerField(null=True)


class Schedule(models.Model):
    """A board sent by e-mail to members of the team (their numbers, as JSON): on a weekday (ISO, 1 is Monday; 0 every
    day) at an hour of the shop's zone. `next_at` in µs UTC."""

    id = models.CharField(max_length=36, primary_key=True)
    board_id = models.CharField(max_length=36, db_index=True)
    weekday = models.IntegerField()
    hour = models.IntegerField()
    members = models.TextField(default="[]")
    active = models.BooleanField(default=True)
    next_at = models.BigIntegerField(db_index=True)
    author = models.CharField(max_length=40)


class Sending(models.Model):
    """One e-mail to one member for one due time: there is at most one, whatever happens. `sending` is written before
    the server is spoken to; where that is all there is, nobody knows whether it arrived, and it is not repeated."""

    id = models.BigAutoField(primary_key=True)
    schedule_id = models.CharField(max_length=36)
    due_at = models.BigIntegerField()
    member = models.BigIntegerField()
    state = models.CharField(max_length=10)
    problem = models.CharField(max_length=300, default="")
    at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule_id", "due_at", "member"], name="boards_sent_once"),
        ]


class Server(models.Model):
    """The mail server the owner connected; one row, or none."""

    id = models.IntegerField(primary_key=True)
    host = models.CharField(max_length=253)
    port = models.IntegerField()
    security = models.CharField(max_length=8)
    username = models.CharField(max_length=200, default="")
    password = models.CharField(max_length=400, default="")
    sender = models.CharField(max_length=254)
