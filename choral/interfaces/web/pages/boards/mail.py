"""A board sent by e-mail to members of the team, and the mail server that the owner connects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.boards import actions
from choral.analytics.boards.values import MailServer, Schedule
from choral.books import act
from choral.core.errors import ChoralError
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.boards.words import reader_of
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop
from choral.team import may, members

Text = str | Promise
NAVIGATION = [
    Entry("shop", 60, gettext_lazy("Mail server"), "mail", "settings.manage", "mail", words=gettext_lazy("SMTP e-mail"))
]
_WEEKDAYS: dict[int, Text] = {
    1: gettext_lazy("Every Monday"), 2: gettext_lazy("Every Tuesday"), 3: gettext_lazy("Every Wednesday"),
    4: gettext_lazy("Every Thursday"), 5: gettext_lazy("Every Friday"), 6: gettext_lazy("Every Saturday"),
    7: gettext_lazy("Every Sunday"), 0: gettext_lazy("Every day"),
}  # fmt: skip
_STATES: dict[str, tuple[Text, str]] = {
    "sent": (gettext_lazy("sent"), "good"), "failed": (gettext_lazy("not sent"), "bad"),
    "sending": (gettext_lazy("nobody knows"), "warn"), "unknown": (gettext_lazy("nobody knows"), "warn"),
}  # fmt: skip


class ScheduleForm(forms.Form):
    """When, and to whom."""

    weekday = forms.TypedChoiceField(label=gettext_lazy("When"), choices=list(_WEEKDAYS.items()), coerce=int)
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, initial=8
    )
    to = forms.TypedMultipleChoiceField(label=gettext_lazy("To"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        shown: Any = self.fields["to"]
        shown.choices = [(one.id, f"{one.name} ({one.email})") for one in members()
                         if one.active and may(one.role, "analytics.view")]  # fmt: skip


class ServerForm(forms.Form):
    """Where mails are handed over."""

    host = forms.CharField(label=gettext_lazy("Server"), max_length=253, help_text=gettext_lazy("smtp.example.com"))
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65_535, initial=465)
    security = forms.ChoiceField(
        label=gettext_lazy("Encryption"),
        choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", gettext_lazy("None: only within the house"))],
    )
    username = forms.CharField(label=gettext_lazy("User"), max_length=200, required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=400, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Empty keeps the one there is. It is never shown again."),
    )  # fmt: skip
    sender = forms.EmailField(label=gettext_lazy("Mails come from"), max_length=254)


@page("boards.manage", "GET", "POST")
def board_mail(request: HttpRequest, board_id: str) -> HttpResponse:
    """When a board is sent to whom, and what became of it."""
    door, asker = current_shop().analytics.boards, asker_of(request)
    found = door.one(board_id, reader_of(request))
    form = ScheduleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = door.send_regularly(asker.actor, board_id, reader_of(request), data["weekday"], data["hour"], data["to"])
        toast(request, _("It is sent from now on."), undo=reverse("schedule_pause", args=[made]))
        return redirect("board_mail", board_id)
    names = {one.id: one.name for one in members()}
    context = {
        "board": found, "form": form, "server": door.server(), "may_connect": asker.may("settings.manage"),
        "schedules": [_line(one, names) for one in door.schedules(board_id)],
    }  # fmt: skip
    return render(request, "boards/mail.html", context, status=422 if request.method == "POST" else 200)


@page("boards.manage", "POST")
def pause(request: HttpRequest, schedule_id: str) -> HttpResponse:
    """Nothing is sent by it; the way back is in the toast."""
    board = _own(request, schedule_id)
    act(actions.pause_schedule, asker_of(request).actor, schedule_id)
    toast(request, _("It is not sent any more."), undo=reverse("schedule_resume", args=[schedule_id]))
    return redirect("board_mail", board)


@page("boards.manage", "POST")
def resume(request: HttpRequest, schedule_id: str) -> HttpResponse:
    board = _own(request, schedule_id)
    act(actions.resume_schedule, asker_of(request).actor, schedule_id, current_shop().home.time_zone)
    toast(request, _("It is sent from now on."))
    return redirect("board_mail", board)


@page("boards.manage", "POST")
def send_now(request: HttpRequest, schedule_id: str) -> HttpResponse:
    """One mail to oneself at once, to see it."""
    asker, board = asker_of(request), _own(request, schedule_id)
    try:
        current_shop().analytics.boards.send_now(schedule_id, asker.id)
    except ChoralError as problem:
        toast(request, f"{said(problem)['what']} {problem.why}".strip(), tone="error")
    else:
        toast(request, _("Sent to %(address)s.") % {"address": asker.email})
    return redirect("board_mail", board)


@page("settings.manage", "GET", "POST")
def mail(request: HttpRequest) -> HttpResponse:
    """The mail server; without one nothing is sent."""
    server = current_shop().analytics.boards.server()
    first = (
        {name: getattr(server, name) for name in ("host", "port", "security", "username", "sender")} if server else {}
    )
    form = ServerForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        password = data.pop("password") or None
        act(actions.connect_server, asker_of(request).actor, MailServer(**data), password)
        toast(request, _("The mail server is connected: boards can be sent."))
        return redirect("mail")
    context = {"form": form, "server": server}
    return render(request, "boards/server.html", context, status=422 if request.method == "POST" else 200)


@page("settings.manage", "POST")
def disconnect(request: HttpRequest) -> HttpResponse:
    act(actions.disconnect_server, asker_of(request).actor)
    toast(request, _("Nothing is sent any more, and the password is gone."))
    return redirect("mail")


def _own(request: HttpRequest, schedule_id: str) -> str:
    """The board of a schedule that is theirs to change."""
    return current_shop().analytics.boards.schedule_of(schedule_id, reader_of(request)).board_id


def _line(one: Schedule, names: dict[int, str]) -> dict[str, Any]:
    sent = current_shop().analytics.boards.sendings(one.id)
    return {
        "id": one.id, "when": _WEEKDAYS[one.weekday], "hour": f"{one.hour:02}:00", "active": one.active,
        "to": ", ".join(names.get(member, str(member)) for member in one.members),
        "next": formats.moment(one.next_at),
        "sent": [
            {"at": line.due_at, "to": names.get(line.member, str(line.member)), "state": _STATES[line.state][0],
             "tone": _STATES[line.state][1], "problem": line.problem}
            for line in sent[:8]
        ],
    }  # fmt: skip


urlpatterns = [
    path("settings/mail", mail, name="mail"),
    path("settings/mail/disconnect", disconnect, name="mail_disconnect"),
    path("measure/boards/<str:board_id>/mail", board_mail, name="board_mail"),
    path("measure/schedules/<str:schedule_id>/pause", pause, name="schedule_pause"),
    path("measure/schedules/<str:schedule_id>/resume", resume, name="schedule_resume"),
    path("measure/schedules/<str:schedule_id>/send", send_now, name="schedule_send"),
]
