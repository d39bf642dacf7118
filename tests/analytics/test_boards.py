"""Boards keep what somebody arranged, show the figures of the catalogue, and go out as files and mails."""

from __future__ import annotations

import io
import smtplib
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import openpyxl
import pytest
from aiosmtpd.controller import Controller
from small_shop import fill, order

from choral import Shop
from choral.analytics.boards import actions, mailing, queries, rules
from choral.analytics.boards.values import Arrangement, Card, MailServer, Reader
from choral.analytics.values import AsOf
from choral.books import Actor, act
from choral.core.clock import SYSTEM_CLOCK, to_microseconds
from choral.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from choral.team import create_member, deactivate_member, members

ANNA, BEN = Reader("member:1", "marketer"), Reader("member:2", "analyst")
ACTOR = Actor("member:1")
MINE = Arrangement("Shops", cards=(Card("a", "figure", "sales"), Card("b", "bar", "sales", "store")))


@pytest.fixture
def sold(shop: Shop) -> Shop:
    fill(
        shop,
        [
            order("card:a", "2024-03-04T10:00:00Z", 10), order("card:b", "2024-03-12T10:00:00Z", 20, store="=2+3"),
            order("card:a", "2024-03-24T10:00:00Z", 30),
        ],
    )  # fmt: skip
    return shop


def test_a_board_shows_the_figures_of_the_catalogue(sold: Shop) -> None:
    door = sold.analytics.boards
    made = door.make(ACTOR, replace(MINE, period="all"))
    shown = door.show(made, ANNA)
    assert [one.figures and one.figures.total.value for one in shown.cards] == [6000, 6000]
    assert door.show(made, ANNA, "1w").cards[0].figures.total.value == 3000  # type: ignore[union-attr]
    ready = door.show("monday", ANNA)
    assert all(one.figures and not one.problem for one in ready.cards)


def test_a_board_is_seen_by_its_owner_and_those_it_is_shared_with(sold: Shop) -> None:
    door = sold.analytics.boards
    made = door.make(ACTOR, MINE)
    assert [one.id for one in door.all(ANNA)] == [made] and door.all(BEN) == ()
    with pytest.raises(NotFound):
        door.show(made, BEN)
    door.change(ACTOR, made, ANNA, replace(MINE, readers=("analyst",)))
    assert door.one(made, BEN).arrangement.name == "Shops"
    with pytest.raises(NotAllowed):
        door.change(Actor("member:2"), made, BEN, MINE)


def test_a_change_can_be_taken_back_and_a_removed_board_comes_back(sold: Shop) -> None:
    door = sold.analytics.boards
    made = door.make(ACTOR, MINE)
    door.change(ACTOR, made, ANNA, replace(MINE, name="Other", cards=()))
    assert door.undo(ACTOR, made, ANNA).arrangement == MINE
    assert door.undo(ACTOR, made, ANNA).arrangement.name == "Other"
    door.remove(ACTOR, made, ANNA)
    assert door.all(ANNA) == ()
    door.restore(ACTOR, made, ANNA)
    assert [one.id for one in door.all(ANNA)] == [made]


def test_two_who_change_a_board_at_once_do_not_lose_a_change(sold: Shop) -> None:
    made = sold.analytics.boards.make(ACTOR, MINE)
    read = queries.board(made)
    act(actions.change_board, ACTOR, read, replace(MINE, name="First"))
    with pytest.raises(Conflict):
        act(actions.change_board, ACTOR, read, replace(MINE, name="Second"))
    assert queries.board(made).arrangement.name == "First"


def test_what_cannot_be_shown_is_refused_with_its_reason(shop: Shop) -> None:
    for wrong in (
        replace(MINE, name=" "), replace(MINE, period="soon"), replace(MINE, readers=("king",)),
        replace(MINE, cards=(Card("a", "line", "sales", "campaign"),)), replace(MINE, cards=(Card("a", "text"),)),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            shop.analytics.boards.make(ACTOR, wrong)
    with pytest.raises(NotFound):
        shop.analytics.boards.make(ACTOR, replace(MINE, cards=(Card("a", "line", "profit"),)))


def test_a_note_stands_on_the_boards_that_show_its_day(sold: Shop) -> None:
    note = act(actions.add_note, ACTOR, date(2024, 3, 12), "Television flight began")
    assert [one.words for one in sold.analytics.boards.show("monday", ANNA).notes] == ["Television flight began"]
    act(actions.remove_note, ACTOR, note)
    assert sold.analytics.boards.notes() == ()
    act(actions.restore_note, ACTOR, note)
    assert len(sold.analytics.boards.notes()) == 1


def test_days_of_a_rule_are_whole_weeks_and_months() -> None:
    as_of = AsOf(True, 1, "UTC", "EUR", (), date(2023, 1, 2), date(2024, 3, 20))
    assert rules.days("2w", as_of) == (date(2024, 3, 4), date(2024, 3, 17))
    assert rules.days("2m", as_of) == (date(2024, 1, 1), date(2024, 2, 29))
    assert rules.days("28d", as_of) == (date(2024, 2, 22), date(2024, 3, 20))
    assert rules.days("all", as_of) == (date(2023, 1, 2), date(2024, 3, 20))
    young = replace(as_of, since=date(2024, 3, 19))
    assert rules.days("2w", young) == (date(2024, 3, 19), date(2024, 3, 20))


def test_monday_at_eight_is_eight_on_the_shops_clocks_in_summer_too() -> None:
    winter = to_microseconds(datetime(2024, 3, 25, 7, 30, tzinfo=UTC))  # a Monday, 8:30 in Paris
    due = rules.due_after(winter, 1, 8, "Europe/Paris")
    assert due == to_microseconds(datetime(2024, 4, 1, 6, 0, tzinfo=UTC))  # summer time began on 31 March


def test_a_board_as_csv_keeps_names_from_being_formulas(sold: Shop) -> None:
    door = sold.analytics.boards
    text = door.file("csv", door.show("monday", ANNA, "all")).decode("utf-8-sig")
    assert "'=2+3" in text and ",=2+3" not in text
    assert "Sales,Sales,2024-03-04,2024-03-24,60.0" in text


def test_a_board_as_workbook_opens_with_its_numbers_and_charts(sold: Shop) -> None:
    door = sold.analytics.boards
    book = openpyxl.load_workbook(io.BytesIO(door.file("xlsx", door.show("monday", ANNA, "all"))))
    first = book.worksheets[0]
    assert (first["A2"].value, first["C2"].value) == ("Sales", 60)
    assert any(sheet._charts for sheet in book.worksheets)
    names = [cell.value for sheet in book.worksheets for cell in sheet[1]]
    assert "=2+3" in names and all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_a_board_is_printed(sold: Shop) -> None:
    door = sold.analytics.boards
    act(actions.add_note, ACTOR, date(2024, 3, 12), "Ž and 語 stand here")
    made = door.file("pdf", door.show("monday", ANNA, "all"))
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF") and len(made) < 60_000


class Postbox:
    """A real server that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.answer = "250 kept"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            mail: Any = message_from_bytes(envelope.content, policy=policy.default)
            self.got.append((envelope.rcpt_tos, mail))
        return self.answer


@pytest.fixture
def box() -> Iterator[tuple[Postbox, int]]:
    kept = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield kept, port
    finally:
        server.stop()


@pytest.fixture
def sending(sold: Shop) -> tuple[Shop, str, int]:
    """A board that is due to be sent to its owner."""
    member = act(create_member, Actor("system"), "anna@shop.example", "Anna", "marketer")
    number = member if isinstance(member, int) else members()[0].id
    reader = Reader(f"member:{number}", "marketer")
    made = sold.analytics.boards.make(Actor(reader.name), replace(MINE, period="all"))
    schedule = sold.analytics.boards.send_regularly(Actor(reader.name), made, reader, 1, 8, [number])
    _due(schedule)
    return sold, schedule, number


def _due(schedule: str) -> None:
    now = SYSTEM_CLOCK.now()

    def set_due(tx: Any) -> None:
        tx.execute("UPDATE boards_schedule SET next_at = %s WHERE id = %s", (now - 1_000_000, schedule))
        tx.audit("test.due", schedule)

    act(set_due, ACTOR)


def _connect(port: int) -> None:
    server = MailServer("127.0.0.1", port, "none", "", "boards@shop.example")
    act(actions.connect_server, Actor("member:9"), server, None)


def test_a_board_comes_by_mail_once_with_its_figures_and_files(
    sending: tuple[Shop, str, int], box: tuple[Postbox, int]
) -> None:
    shop, schedule, _ = sending
    _connect(box[1])
    assert shop.analytics.boards.send_due() is True
    assert shop.analytics.boards.send_due() is False
    [(to, mail)] = box[0].got
    assert to == ["anna@shop.example"] and str(mail["Subject"]).startswith("Shops")
    body = mail.get_body(("plain",))
    assert body is not None and "60.00" in body.get_content()
    assert [one.get_filename() for one in mail.iter_attachments()] == ["shops.pdf", "shops.csv"]
    assert [one.state for one in shop.analytics.boards.sendings(schedule)] == ["sent"]
    assert queries.schedule(schedule).next_at > SYSTEM_CLOCK.now()


def test_nothing_is_sent_before_the_owner_connected_a_server(sending: tuple[Shop, str, int]) -> None:
    shop, schedule, number = sending
    assert shop.analytics.boards.send_due() is False
    assert shop.analytics.boards.sendings(schedule) == ()
    with pytest.raises(Conflict, match="No mail server"):
        shop.analytics.boards.send_now(schedule, number)


def test_a_worker_killed_while_a_mail_went_does_not_send_it_twice(
    sending: tuple[Shop, str, int], box: tuple[Postbox, int]
) -> None:
    shop, schedule, number = sending
    _connect(box[1])
    due = queries.schedule(schedule).next_at

    class Killed(BaseException):
        pass

    def dies_after(server: MailServer, password: str) -> smtplib.SMTP:
        line = mailing.connected(server, password)
        whole = line.send_message

        def send(message: EmailMessage) -> Any:
            whole(message)
            raise Killed

        line.send_message = send  # type: ignore[method-assign, assignment]
        return line

    with pytest.raises(Killed):
        mailing.send_due(shop.analytics.boards._for_mail, "Europe/Paris", dies_after)
    assert queries.schedule(schedule).next_at == due and len(box[0].got) == 1
    assert shop.analytics.boards.send_due() is False
    assert len(box[0].got) == 1
    assert [(one.member, one.state) for one in shop.analytics.boards.sendings(schedule)] == [(number, "sending")]


def test_a_server_that_refuses_is_written_down(sending: tuple[Shop, str, int], box: tuple[Postbox, int]) -> None:
    shop, schedule, number = sending
    _connect(box[1])
    box[0].answer = "554 not today"
    assert shop.analytics.boards.send_due() is False
    [line] = shop.analytics.boards.sendings(schedule)
    assert line.state == "failed" and "not today" in line.problem
    with pytest.raises(Unavailable, match="not today"):
        shop.analytics.boards.send_now(schedule, number)


def test_who_was_shut_out_gets_no_mail_any_more(sending: tuple[Shop, str, int], box: tuple[Postbox, int]) -> None:
    shop, _, number = sending
    _connect(box[1])
    act(create_member, Actor("system"), "owner@shop.example", "Olga", "owner")
    act(deactivate_member, Actor("system"), number)
    shop.analytics.boards.send_due()
    assert box[0].got == []


def test_the_password_of_the_server_is_kept_and_never_told(sold: Shop) -> None:
    server = MailServer("mail.shop.example", 465, "tls", "shop", "boards@shop.example")
    act(actions.connect_server, ACTOR, server, "s3cret")
    act(actions.connect_server, ACTOR, replace(server, port=587), None)
    assert queries.server() == (replace(server, port=587), "s3cret")
    assert "s3cret" not in repr(sold.analytics.boards.server())
    act(actions.disconnect_server, ACTOR)
    assert sold.analytics.boards.server() is None
