"""The only writers of boards, notes, queries and schedules."""

from __future__ import annotations

import json
from datetime import date

import msgspec

from choral.analytics.boards import queries, rules
from choral.analytics.boards.values import Arrangement, Board, MailServer
from choral.books import Tx
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.ids import new_id

_LONGEST_QUERY = 20_000


def make_board(tx: Tx, arrangement: Arrangement) -> str:
    """A new board of whoever asks; its id."""
    one, made = rules.checked(arrangement), str(new_id(tx.now))
    tx.execute(
        "INSERT INTO boards_board (id, owner, name, readers, period, compare, cards, before, created_at, changed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, '', %s, %s)",
        (made, tx.actor.name, *_values(one), tx.now, tx.now),
    )
    tx.audit("board.made", f"board:{made}", after={"name": one.name, "cards": len(one.cards)})
    return made


def change_board(tx: Tx, board: Board, arrangement: Arrangement) -> None:
    """Arrange it otherwise. `Conflict` `board_changed` when it was changed since it was read."""
    one = rules.checked(arrangement)
    _write(tx, board, one, _kept(board.arrangement))
    tx.audit("board.changed", f"board:{board.id}", after={"name": one.name, "cards": len(one.cards)})


def undo_board(tx: Tx, board: Board) -> None:
    """Take the last change of a board back; doing it again brings the change back."""
    found = tx.rows("SELECT before FROM boards_board WHERE id = %s", (board.id,))
    if not found or not found[0][0]:
        raise Conflict("nothing_to_undo", "There is no change to take back.", status=409)
    _write(tx, board, msgspec.json.decode(found[0][0], type=Arrangement), _kept(board.arrangement))
    tx.audit("board.changed", f"board:{board.id}", after={"undone": True})


def remove_board(tx: Tx, board_id: str) -> None:
    """A board goes away; nothing is sent of it any more."""
    _found(
        tx.execute("UPDATE boards_board SET removed_at = %s WHERE id = %s AND removed_at IS NULL", (tx.now, board_id))
    )
    tx.audit("board.removed", f"board:{board_id}")


def restore_board(tx: Tx, board_id: str) -> None:
    """A removed board is there again, with its schedules."""
    _found(tx.execute("UPDATE boards_board SET removed_at = NULL WHERE id = %s", (board_id,)))
    tx.audit("board.restored", f"board:{board_id}")


def add_note(tx: Tx, day: date, words: str) -> str:
    """Note what happened on a day; its id."""
    text, made = words.strip()[:120], str(new_id(tx.now))
    if not text:
        raise InvalidInput("no_words", "The note says nothing.", fix="Write what happened.", status=422)
    tx.execute(
        "INSERT INTO boards_note (id, day, words, author, made_at) VALUES (%s, %s, %s, %s, %s)",
        (made, day, text, tx.actor.name, tx.now),
    )
    tx.audit("note.added", f"note:{made}", after={"day": day.isoformat(), "words": text})
    return made


def remove_note(tx: Tx, note: str) -> None:
    """A note goes away."""
    _found(tx.execute("UPDATE boards_note SET removed_at = %s WHERE id = %s AND removed_at IS NULL", (tx.now, note)))
    tx.audit("note.removed", f"note:{note}")


def restore_note(tx: Tx, note: str) -> None:
    """A removed note is there again."""
    _found(tx.execute("UPDATE boards_note SET removed_at = NULL WHERE id = %s", (note,)))
    tx.audit("note.restored", f"note:{note}")


def save_query(tx: Tx, name: str, sql: str, shared: bool) -> str:
    """Keep a SELECT under a name; one of the same name and owner is written over. Its id."""
    title, text = name.strip()[:120], sql.strip()
    if not title or not text or len(text) > _LONGEST_QUERY:
        raise InvalidInput(
            "bad_query", "This cannot be kept.", f"It needs a name and up to {_LONGEST_QUERY:,} characters.",
            "Give it a name.", 422,
        )  # fmt: skip
    there = tx.rows(
        "UPDATE boards_query SET sql = %s, shared = %s, changed_at = %s, removed_at = NULL"
        " WHERE owner = %s AND name = %s RETURNING id",
        (text, shared, tx.now, tx.actor.name, title),
    )
    made = str(there[0][0]) if there else str(new_id(tx.now))
    if not there:
        tx.execute(
            "INSERT INTO boards_query (id, name, sql, owner, shared, changed_at) VALUES (%s, %s, %s, %s, %s, %s)",
            (made, title, text, tx.actor.name, shared, tx.now),
        )
    tx.audit("query.saved", f"query:{made}", after={"name": title, "shared": shared})
    return made


def remove_query(tx: Tx, query: str) -> None:
    """A query of one's own goes away."""
    _found(
        tx.execute(
            "UPDATE boards_query SET removed_at = %s WHERE id = %s AND owner = %s AND removed_at IS NULL",
            (tx.now, query, tx.actor.name),
        )
    )
    tx.audit("query.removed", f"query:{query}")


def restore_query(tx: Tx, query: str) -> None:
    """A removed query is there again."""
    _found(tx.execute("UPDATE boards_query SET removed_at = NULL WHERE id = %s AND owner = %s", (query, tx.actor.name)))
    tx.audit("query.restored", f"query:{query}")


def add_schedule(tx: Tx, board_id: str, weekday: int, hour: int, members: tuple[int, ...], zone: str) -> str:
    """Send a board by e-mail from now on; its id. `InvalidInput` `bad_schedule`."""
    if not members or not 0 <= weekday <= 7 or not 0 <= hour <= 23:
        raise InvalidInput(
            "bad_schedule", "This is no schedule.", "It needs a weekday, an hour and somebody to send it to.",
            "Choose at least one member of the team.", 422,
        )  # fmt: skip
    made = str(new_id(tx.now))
    tx.execute(
        "INSERT INTO boards_schedule (id, board_id, weekday, hour, members, active, next_at, author)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (made, board_id, weekday, hour, json.dumps(sorted(set(members))), True,
         rules.due_after(tx.now, weekday, hour, zone), tx.actor.name),
    )  # fmt: skip
    tx.audit("schedule.added", f"board:{board_id}", after={"weekday": weekday, "hour": hour, "members": list(members)})
    return made


def pause_schedule(tx: Tx, schedule: str) -> None:
    """Nothing is sent by it until it is resumed."""
    _found(tx.execute("UPDATE boards_schedule SET active = %s WHERE id = %s", (False, schedule)))
    tx.audit("schedule.paused", f"schedule:{schedule}")


def resume_schedule(tx: Tx, schedule: str, zone: str) -> None:
    """It sends again, from its next time on: what was due meanwhile is not sent."""
    one = queries.schedule(schedule)
    _found(
        tx.execute(
            "UPDATE boards_schedule SET active = %s, next_at = %s WHERE id = %s",
            (True, rules.due_after(tx.now, one.weekday, one.hour, zone), schedule),
        )
    )
    tx.audit("schedule.resumed", f"schedule:{schedule}")


def plan_next(tx: Tx, schedule: str, due_at: int, next_at: int) -> bool:
    """A due time is in hand: the next one stands in the book from now on; False when another took it."""
    return bool(
        tx.execute(
            "UPDATE boards_schedule SET next_at = %s WHERE id = %s AND next_at = %s AND active",
            (next_at, schedule, due_at),
        )
    )


def claim(tx: Tx, schedule: str, due_at: int, member: int) -> bool:
    """Write down that an e-mail is about to go; False when it was written down before, then it must not go again."""
    return bool(
        tx.execute(
            "INSERT INTO boards_sending (schedule_id, due_at, member, state, problem, at)"
            " VALUES (%s, %s, %s, 'sending', '', %s) ON CONFLICT (schedule_id, due_at, member) DO NOTHING",
            (schedule, due_at, member, tx.now),
        )
    )


def settle(tx: Tx, schedule: str, due_at: int, member: int, state: str, problem: str) -> None:
    """Write down what became of it."""
    tx.execute(
        "UPDATE boards_sending SET state = %s, problem = %s, at = %s"
        " WHERE schedule_id = %s AND due_at = %s AND member = %s",
        (state, problem[:300], tx.now, schedule, due_at, member),
    )


def connect_server(tx: Tx, server: MailServer, password: str | None) -> None:
    """The mail server from now on; without a password the one before is kept. `InvalidInput` `bad_server`."""
    if not server.host.strip() or not 0 < server.port < 65_536 or "@" not in server.sender:
        raise InvalidInput(
            "bad_server", "This is no mail server.", "It needs a name, a port and the address mails come from.",
            "Ask whoever runs your mail.", 422,
        )  # fmt: skip
    tx.execute(
        "INSERT INTO boards_server (id, host, port, security, username, sender, password)"
        " VALUES (1, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET host = excluded.host,"
        " port = excluded.port, security = excluded.security, username = excluded.username,"
        " sender = excluded.sender"
        + (", password = excluded.password" if password is not None else ""),
        (server.host.strip()[:253], server.port, server.security, server.username.strip()[:200],
         server.sender.strip()[:254], password or ""),
    )  # fmt: skip
    tx.audit("mail.connected", "mail", after={"host": server.host, "port": server.port, "sender": server.sender})


def disconnect_server(tx: Tx) -> None:
    """No e-mail leaves any more; the password is gone."""
    _found(tx.execute("DELETE FROM boards_server"))
    tx.audit("mail.disconnected", "mail")


def _write(tx: Tx, board: Board, one: Arrangement, before: str) -> None:
    changed = tx.execute(
        "UPDATE boards_board SET name = %s, readers = %s, period = %s, compare = %s, cards = %s, before = %s,"
        " changed_at = %s WHERE id = %s AND changed_at = %s",
        (*_values(one), before, max(tx.now, board.changed_at + 1), board.id, board.changed_at),
    )
    if not changed:
        raise Conflict(
            "board_changed", "Somebody else changed this board meanwhile.", fix="Look at it and try again.", status=409
        )


def _kept(one: Arrangement) -> str:
    return msgspec.json.encode(one).decode()


def _values(one: Arrangement) -> tuple[str, ...]:
    cards = msgspec.json.encode(one.cards).decode()
    return one.name, json.dumps(list(one.readers)), one.period, one.compare or "", cards


def _found(rows: int) -> None:
    if not rows:
        raise NotFound("not_there", "There is no such thing any more.", status=404)
