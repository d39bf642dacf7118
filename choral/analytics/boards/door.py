"""The door of boards: what is arranged, what it shows now, saved queries, and boards sent by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from choral.analytics.boards import actions, queries, rules
from choral.analytics.boards.ready import ready
from choral.analytics.boards.values import (
    Arrangement,
    Board,
    BoardShown,
    Card,
    CardShown,
    MailServer,
    Note,
    Query,
    Reader,
    Schedule,
    Sending,
)
from choral.analytics.values import Choice
from choral.books import Actor, act
from choral.core.errors import ChoralError, Conflict, NotAllowed
from choral.core.ids import new_id
from choral.home import Home

if TYPE_CHECKING:
    from choral.analytics.boards.files import FileKind
    from choral.analytics.door import Analytics

READY_NAME = "Monday morning"


class Boards:
    """Boards of one shop. A `Reader` sees their own and those shared with their role."""

    def __init__(self, home: Home, analytics: Analytics) -> None:
        self._home, self._analytics = home, analytics

    def all(self, reader: Reader) -> tuple[Board, ...]:
        """The boards somebody may see, by name."""
        return tuple(one for one in queries.boards() if rules.may_read(one, reader))

    def one(self, board: str, reader: Reader) -> Board:
        """A board; `NotFound` `no_such_board`, of one that is not theirs to see too. `monday` is the ready one."""
        found = ready(READY_NAME) if board == rules.READY else queries.board(board)
        if not rules.may_read(found, reader):
            raise queries.no_board()
        return found

    def show(self, board: str, reader: Reader, period: str = "") -> BoardShown:
        """A board with its figures of now; `period` instead of its own rule for days."""
        return self.shown(self.one(board, reader), period)

    def shown(self, board: Board, period: str = "") -> BoardShown:
        """The same of a board that was read before."""
        rule = rules.period(period) if period else board.arrangement.period
        since, until = rules.days(rule, self._analytics.as_of())
        cards = tuple(self._card(card, board.arrangement, rule) for card in board.arrangement.cards)
        return BoardShown(board, since, until, cards, tuple(queries.notes(since, until)) if until else ())

    def make(self, actor: Actor, arrangement: Arrangement) -> str:
        """A new board; its id. `InvalidInput` `bad_board`."""
        return act(actions.make_board, actor, _with_ids(arrangement))

    def change(self, actor: Actor, board: str, reader: Reader, arrangement: Arrangement) -> Board:
        """Arrange a board otherwise; the last change can be undone. `NotAllowed`, `Conflict` `board_changed`."""
        act(actions.change_board, actor, self._changeable(board, reader), _with_ids(arrangement))
        return queries.board(board)

    def undo(self, actor: Actor, board: str, reader: Reader) -> Board:
        """Take the last change back."""
        act(actions.undo_board, actor, self._changeable(board, reader))
        return queries.board(board)

    def remove(self, actor: Actor, board: str, reader: Reader) -> None:
        """A board goes away, until `restore`."""
        act(actions.remove_board, actor, self._changeable(board, reader).id)

    def restore(self, actor: Actor, board: str, reader: Reader) -> None:
        """A removed board is there again."""
        found = queries.board(board, removed=True)
        self._must_change(found, reader)
        act(actions.restore_board, actor, found.id)

    def notes(self, since: date | None = None, until: date | None = None) -> tuple[Note, ...]:
        """What was noted on days, for all charts."""
        return tuple(queries.notes(since, until))

    def saved_queries(self, reader: Reader) -> tuple[Query, ...]:
        """One's own queries and those shared with everybody who may ask in SQL."""
        return tuple(queries.saved(reader.name))

    def schedules(self, board: str | None = None) -> tuple[Schedule, ...]:
        """When boards are sent, and to whom."""
        return tuple(queries.schedules(board))

    def schedule_of(self, schedule: str, reader: Reader) -> Schedule:
        """A schedule of a board that is theirs to change; `NotFound`, `NotAllowed`."""
        found = queries.schedule(schedule)
        self._changeable(found.board_id, reader)
        return found

    def sendings(self, schedule: str) -> tuple[Sending, ...]:
        """What became of the last e-mails."""
        return tuple(queries.sendings(schedule))

    def send_regularly(
        self, actor: Actor, board: str, reader: Reader, weekday: int, hour: int, members: Sequence[int]
    ) -> str:
        """Send a board by e-mail on a weekday (ISO; 0 every day) at an hour of the shop's zone; the schedule's id."""
        found = self._changeable(board, reader)
        return act(actions.add_schedule, actor, found.id, weekday, hour, tuple(members), self._home.time_zone)

    def server(self) -> MailServer | None:
        """The mail server; None before the owner connected one. Its password is not told."""
        found = queries.server()
        return found[0] if found else None

    def send_due(self) -> bool:
        """Send the boards whose time has come, each mail once; the worker's."""
        from choral.analytics.boards import mailing  # deferred: mail, spreadsheets and PDF are heavy

        return mailing.send_due(self._for_mail, self._home.time_zone) > 0

    def send_now(self, schedule: str, member: int) -> None:
        """One mail of a schedule to one member at once, to try it; `Conflict` `no_mail_server`, `Unavailable`."""
        from choral.analytics.boards import mailing  # deferred: as above

        found = queries.server()
        if found is None:
            raise Conflict(
                "no_mail_server", "No mail server is connected.", fix="The owner can connect one.", status=409
            )
        mailing.send_now(queries.schedule(schedule), member, self._for_mail, found)

    def file(self, kind: FileKind, shown: BoardShown) -> bytes:
        """A board as CSV, Excel workbook or PDF, in the language that is active."""
        from choral.analytics.boards import files  # deferred: as above

        return files.made(kind, shown)

    def prepare(self) -> None:
        """Work out what boards show, so that whoever opens one does not wait; the worker's, after the marts changed."""
        for board in (ready(READY_NAME), *queries.boards()):
            self.shown(board)

    def _for_mail(self, schedule: Schedule, reader: Reader) -> BoardShown:
        """The board as the one who gets it may see it; a board they may not see is not sent to them."""
        board = queries.board(schedule.board_id)
        if not rules.may_read(board, reader):
            raise queries.no_board()
        return self.shown(board)

    def _card(self, card: Card, arrangement: Arrangement, rule: str) -> CardShown:
        if card.kind == "text":
            return CardShown(card, None, "")
        since, until = rules.days(card.period or rule, self._analytics.as_of())
        choice = Choice(since, until, card.channel or None, card.store or None)
        try:
            figures = self._analytics.metric(card.metric, card.by, card.split, choice, arrangement.compare)
        except ChoralError as problem:  # a metric of another release must not take the whole board away
            return CardShown(card, None, str(problem))
        return CardShown(card, figures, "")

    def _changeable(self, board: str, reader: Reader) -> Board:
        found = self.one(board, reader)
        self._must_change(found, reader)
        return found

    def _must_change(self, board: Board, reader: Reader) -> None:
        if not rules.may_change(board, reader):
            raise NotAllowed(
                "not_your_board", "This board is somebody else's.", "Only its owner can change it.",
                "Make a copy of your own.", 403,
            )  # fmt: skip


def _with_ids(arrangement: Arrangement) -> Arrangement:
    """Cards that have no id yet get one."""
    cards = tuple(card if card.id else replace(card, id=str(new_id(0))[-12:]) for card in arrangement.cards)
    return replace(arrangement, cards=cards)
