"""Boards sent by e-mail: at most one mail for a member and a due time, whatever happens in between.

Before the server is spoken to, a row says that the mail is about to go. A process that dies then leaves that row: the
mail may have gone or not, so it is not sent again, and the page says that nobody knows.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from html import escape

from django.utils import translation
from django.utils.translation import gettext

from choral.analytics.boards import actions, files, labels, queries, rules
from choral.analytics.boards.values import BoardShown, MailServer, Reader, Schedule
from choral.books import SYSTEM, act
from choral.core.clock import HOUR, SYSTEM_CLOCK
from choral.core.errors import NotFound, Unavailable
from choral.team import TeamMember, may, member

_SECONDS = 20.0
_LATEST = 12 * HOUR  # what could not be sent for so long is old news
Connect = Callable[[MailServer, str], smtplib.SMTP]
Show = Callable[[Schedule, Reader], BoardShown]


def send_due(show: Show, zone: str, connect: Connect | None = None) -> int:
    """Send what is due; how many mails went. For the worker.

    Nothing is due before a server is connected: the time passes, and the next one is planned.
    """
    sent = 0
    for schedule in queries.due(SYSTEM_CLOCK.now()):
        now = SYSTEM_CLOCK.now()
        following = rules.due_after(now, schedule.weekday, schedule.hour, zone)
        found = queries.server()
        if found is not None and now - schedule.next_at < _LATEST:
            sent += sum(_send(schedule, number, show, found, connect or connected) for number in schedule.members)
        act(actions.plan_next, SYSTEM, schedule.id, schedule.next_at, following)
    return sent


def send_now(
    schedule: Schedule, member_id: int, show: Show, server: tuple[MailServer, str], connect: Connect | None = None
) -> None:
    """One mail of a schedule to one member at once, to try it; `Unavailable` `mail_failed` with the server's words."""
    to = member(member_id)
    message = written(show(schedule, _reader(to)), to, server[0])
    try:
        _hand_over(message, server, connect or connected)
    except (OSError, smtplib.SMTPException) as problem:
        raise Unavailable(
            "mail_failed", "The mail server did not take it.", _said(problem), "Look at the mail settings.", 503
        ) from problem


def connected(server: MailServer, password: str) -> smtplib.SMTP:
    """A connection, encrypted as the owner said, and signed in.

    The address is the one the owner typed, private ones too: shops' mail servers stand in the house. Nobody else can
    set it, and it gets nothing but mails.
    """
    context = ssl.create_default_context()
    if server.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
        if server.security == "starttls":
            line.starttls(context=context)
    if server.username:
        line.login(server.username, password)
    return line


def written(shown: BoardShown, to: TeamMember, server: MailServer) -> EmailMessage:
    """The mail to a member, in their language: the headline figures as text and HTML, the board as PDF and CSV."""
    with translation.override(to.language):
        name = labels.board_name(shown.board)
        days = f"{labels.day(shown.since)} – {labels.day(shown.until)}" if shown.since and shown.until else ""
        lines = [
            (labels.card_title(one.card, one.figures.metric), labels.written(one.figures, one.figures.total.value),
             labels.changed(one.figures.total))
            for one in shown.cards if one.figures is not None
        ]  # fmt: skip
        message = EmailMessage()
        message["Subject"] = f"{name}: {days}" if days else name
        message["From"], message["To"] = server.sender, to.email
        foot = gettext("The whole board is attached. You get this because your team has it sent to you.")
        body = "\n".join(f"{title}: {value}  {change}".rstrip() for title, value, change in lines)
        message.set_content(f"{name}\n{days}\n\n{body}\n\n{foot}\n")
        message.add_alternative(_html(name, days, lines, foot), subtype="html")
        for kind, subtype in (("pdf", ("application", "pdf")), ("csv", ("text", "csv"))):
            content = files.made(kind, shown)  # type: ignore[arg-type] # one of the kinds
            message.add_attachment(content, *subtype, filename=f"{_file_name(name)}.{kind}")
    return message


def _send(
    schedule: Schedule, member_id: int, show: Show, server: tuple[MailServer, str], connect: Connect
) -> bool:  # fmt: skip
    """One mail for one due time, unless it was begun before; what became of it is written down."""
    try:
        to = member(member_id)
    except NotFound:
        return False
    if not to.active or not may(to.role, "analytics.view"):
        return False
    try:
        message = written(show(schedule, _reader(to)), to, server[0])
    except NotFound:  # the board is not theirs to see any more
        return False
    if not act(actions.claim, SYSTEM, schedule.id, schedule.next_at, member_id):
        return False
    state, problem = "sent", ""
    try:
        _hand_over(message, server, connect)
    except _Doubtful as error:
        state, problem = "unknown", _said(error.__cause__ or error)
    except (OSError, smtplib.SMTPException) as error:
        state, problem = "failed", _said(error)
    act(actions.settle, SYSTEM, schedule.id, schedule.next_at, member_id, state, problem)
    return state == "sent"


class _Doubtful(Exception):
    """The line broke while the mail was being handed over."""


def _hand_over(message: EmailMessage, server: tuple[MailServer, str], connect: Connect) -> None:
    with connect(*server) as line:
        try:
            line.send_message(message)
        except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError) as error:
            raise _Doubtful from error


def _reader(to: TeamMember) -> Reader:
    return Reader(f"member:{to.id}", to.role)


def _html(name: str, days: str, lines: list[tuple[str, str, str]], foot: str) -> str:
    cell = 'style="padding:8px 12px;border-bottom:1px solid #dcdce2"'
    rows = "".join(
        f'<tr><td {cell}>{escape(title)}</td><td {cell} align="right"><b>{escape(value)}</b></td>'
        f'<td {cell} align="right">{escape(change)}</td></tr>'
        for title, value, change in lines
    )
    return (
        f'<html><body style="font-family:system-ui,sans-serif;color:#23232b"><h1 style="font-size:20px">{escape(name)}'
        f'</h1><p>{escape(days)}</p><table style="border-collapse:collapse">{rows}</table>'
        f'<p style="color:#6b6b76">{escape(foot)}</p></body></html>'
    )  # fmt: skip


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-").lower() or "board"


def _said(problem: BaseException) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        answer = problem.smtp_error
        return f"{problem.smtp_code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"[:300]
    return (str(problem) or type(problem).__name__)[:300]
