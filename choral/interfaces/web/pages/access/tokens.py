"""Tokens: the list, giving out, and one token with what it opens, its loan, its readings and its printed code."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import ChoralError
from choral.customers.access import actions
from choral.customers.access.values import Grant, ReadLine, Token
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.access import people
from choral.interfaces.web.pages.access.forms import GrantForm, IssueForm, LendForm, ReplaceForm
from choral.interfaces.web.pages.access.words import DAYS, KINDS, REASONS, STATES, hours
from choral.interfaces.web.tables import Cell, Column, Empty, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("customers", 70, gettext_lazy("Tokens"), "tokens", "access.view", "token", go="w",
          words=gettext_lazy("wristband card RFID NFC door entry pass")),
]  # fmt: skip
TABLE = Table(
    key="tokens",
    caption=gettext_lazy("Tokens"),
    columns=[
        Column("value", gettext_lazy("Number"), "code"),
        Column("kind", gettext_lazy("What it is")),
        Column("holder", gettext_lazy("Whose")),
        Column("state", gettext_lazy("State")),
        Column("issued", gettext_lazy("Given out"), "time"),
        Column("read", gettext_lazy("Last read"), "ago"),
    ],
    filters=[
        Filter("find", gettext_lazy("Find by number")),
        Filter("state", gettext_lazy("State"), "choice", [(key, said) for key, (said, _tone) in STATES.items()]),
        Filter("customer", gettext_lazy("Customer")),
    ],
    export=False,
)
_LAST_READS = 12


@page("access.view")
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, the last given out first."""
    access, asked = current_shop().customers.access, TABLE.read(request)
    customer = asked.filters.get("customer")
    try:
        found = access.tokens(
            asked.filters.get("state"), customer, asked.filters.get("find", ""), asked.after, asked.limit
        )  # fmt: skip
        rows, after = found.rows, found.next
    except ChoralError:  # no such customer: then nobody has a token
        rows, after = (), None
    shown = people.cells((one.holder for one in rows), asker_of(request).may("customers.personal"))
    nothing = Empty(
        _("No tokens yet"),
        _("A wristband, a card or a printed code that opens doors and says who is there."),
        icon="key",
    )
    view = asked.show([_row(one, shown[one.holder]) for one in rows], next=after, empty=nothing)
    form = IssueForm(initial={"holder": customer or ""})
    return render(request, "access/tokens.html", {"table": view, "form": form, "places": bool(access.places())})


@page("access.manage", "POST")
def issue(request: HttpRequest) -> HttpResponse:
    """Give out a token; its page is where it is told what it opens."""
    access, form = current_shop().customers.access, IssueForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = act(
                actions.issue, asker_of(request).actor, given["kind"], given["value"], access.holder(given["holder"]),
                reusable=given["reusable"],
            )  # fmt: skip
        except ChoralError as problem:
            form.add_error("holder" if problem.code in ("bad_holder", "no_such_customer") else "value", problem.what)
        else:
            toast(request, _("Given out. Now say what it opens."), undo=reverse("token_change", args=[made, "return"]))
            return redirect("token", made)
    view = TABLE.read(request).show([])
    return render(request, "access/tokens.html", {"table": view, "form": form, "failed": True}, status=422)


@page("access.view")
def token(request: HttpRequest, token_id: str) -> HttpResponse:
    """One token."""
    access, asker = current_shop().customers.access, asker_of(request)
    whole, places = access.token(token_id), access.places()
    read = access.reads(token_id=token_id, limit=_LAST_READS).rows
    loan = next((one for one in whole.loans if one.ended_at is None and one.ends_at > SYSTEM_CLOCK.now()), None)
    identifiers = [whole.token.holder, *(one.person for one in read), *([loan.borrower] if loan else [])]
    shown = people.cells(identifiers, asker.may("customers.personal"))
    names = {one.code: one.name for one in places}
    said, tone = STATES[whole.token.state]
    context: dict[str, Any] = {
        "token": whole.token, "kind": KINDS[whole.token.kind], "said": said, "tone": tone,
        "holder": shown[whole.token.holder], "loan": loan, "borrower": shown[loan.borrower] if loan else None,
        "grants": [_grant(one, names) for one in whole.grants], "reads": [_read(one, names, shown) for one in read],
        "grant_form": GrantForm(places=places), "lend_form": LendForm(), "replace_form": ReplaceForm(),
        "places": places, "usable": whole.token.state in ("issued", "blocked"),
    }  # fmt: skip
    return render(request, "access/token.html", context)


@page("access.view", part=True)
def token_code(request: HttpRequest, token_id: str) -> HttpResponse:
    """The number as a QR code (SVG), to be printed."""
    import segno  # deferred: only for printed codes

    one = current_shop().customers.access.token(token_id).token
    picture = segno.make(one.value, error="m", micro=False).svg_inline(scale=6, border=2)
    return HttpResponse(
        picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )


@page("access.manage", "POST")
def change(request: HttpRequest, token_id: str, verb: str) -> HttpResponse:
    """Block, unblock, take back, end a loan."""
    actor = asker_of(request).actor
    if verb == "block":
        act(actions.block, actor, token_id, request.POST.get("reason", ""))
        toast(request, _("Blocked: it opens nothing."), undo=reverse("token_change", args=[token_id, "unblock"]))
    elif verb == "unblock":
        act(actions.unblock, actor, token_id)
        toast(request, _("It opens again what it opened before."))
    elif verb == "return":
        act(actions.take_back, actor, token_id)
        toast(request, _("Given back: its rights have ended, its number is free."))
        return redirect("tokens")
    else:
        act(actions.end_loan, actor, token_id)
        toast(request, _("It is back with its holder."))
    return redirect("token", token_id)


@page("access.manage", "POST")
def replace(request: HttpRequest, token_id: str) -> HttpResponse:
    """Another token takes its place, with all rights."""
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        return _again(request, token_id, "")
    try:
        new = act(
            actions.replace, asker_of(request).actor, token_id, form.cleaned_data["value"], "",
            form.cleaned_data["reason"],
        )  # fmt: skip
    except ChoralError as problem:
        return _again(request, token_id, problem.what)
    toast(request, _("This one opens now what the other opened; the other opens nothing any more."))
    return redirect("token", new)


@page("access.manage", "POST")
def lend(request: HttpRequest, token_id: str) -> HttpResponse:
    """Another person has it for a while."""
    access, form = current_shop().customers.access, LendForm(request.POST)
    if not form.is_valid():
        return _again(request, token_id, "")
    ends_at = form.ends_at(access.end_of_day())
    try:
        borrower = access.holder(form.cleaned_data["borrower"])
        act(actions.lend, asker_of(request).actor, token_id, borrower, ends_at, may_pay=form.cleaned_data["may_pay"])
    except ChoralError as problem:
        return _again(request, token_id, problem.what)
    undo = reverse("token_change", args=[token_id, "end-loan"])
    toast(request, _("Lent until %(when)s.") % {"when": formats.moment(ends_at)}, undo=undo)
    return redirect("token", token_id)


@page("access.manage", "POST")
def grant(request: HttpRequest, token_id: str) -> HttpResponse:
    """Let it open a place."""
    form = GrantForm(request.POST, places=current_shop().customers.access.places())
    if not form.is_valid():
        return _again(request, token_id, "")
    try:
        number = act(actions.grant, asker_of(request).actor, token_id, form.rights())
    except ChoralError as problem:
        return _again(request, token_id, f"{problem.what} {problem.why}")
    toast(request, _("It opens the place."), undo=reverse("grant_change", args=[number, "revoke"]))
    return redirect("token", token_id)


@page("access.manage", "POST")
def change_grant(request: HttpRequest, grant_id: int, verb: str) -> HttpResponse:
    """Revoke a grant, or let it hold again."""
    revoking = verb == "revoke"
    token_id = act(actions.revoke if revoking else actions.restore, asker_of(request).actor, grant_id)
    if revoking:
        undo = reverse("grant_change", args=[grant_id, "restore"])
        toast(request, _("It no longer opens the place."), undo=undo)
    else:
        toast(request, _("It opens the place again."))
    return redirect("token", token_id)


def _again(request: HttpRequest, token_id: str, problem: str) -> HttpResponse:
    toast(request, problem or _("Nothing was changed: something is missing or cannot be read."), tone="warning")
    return redirect("token", token_id)


def _row(one: Token, holder: Cell) -> Row:
    said, tone = STATES[one.state]
    cells: dict[str, object] = {
        "value": one.value, "kind": KINDS[one.kind], "holder": holder, "state": Cell(said, tone=tone),  # type: ignore[arg-type]
        "issued": one.issued_at, "read": one.last_read_at,
    }  # fmt: skip
    return Row(one.id, cells, reverse("token", args=[one.id]))


def _grant(one: Grant, names: dict[str, str]) -> dict[str, object]:
    rights = one.rights
    when = []
    if rights.days:
        when.append(" ".join(str(DAYS[day]) for day in rights.days))
    if rights.opens is not None or rights.closes is not None:
        when.append(f"{hours(rights.opens, '00:00')}–{hours(rights.closes, '24:00')}")
    left = None if rights.entries is None else max(0, rights.entries - one.used)
    return {
        "id": one.id, "place": names.get(rights.place, rights.place), "when": ", ".join(when), "left": left,
        "entries": rights.entries, "used": one.used, "starts_at": rights.starts_at, "ends_at": rights.ends_at,
        "one_at_a_time": not rights.passback, "revoked": one.revoked_at is not None,
    }  # fmt: skip


def _read(one: ReadLine, names: dict[str, str], shown: dict[str, Cell]) -> dict[str, object]:
    return {
        "at": one.at, "place": names.get(one.place, one.place), "allowed": one.allowed,
        "words": REASONS.get(one.reason, one.reason), "person": shown.get(one.person, Cell("")).value,
    }  # fmt: skip


urlpatterns = [
    path("tokens", tokens, name="tokens"),
    path("tokens/issue", issue, name="token_issue"),
    path("tokens/<str:token_id>", token, name="token"),
    path("tokens/<str:token_id>/code.svg", token_code, name="token_code"),
    path("tokens/<str:token_id>/replace", replace, name="token_replace"),
    path("tokens/<str:token_id>/lend", lend, name="token_lend"),
    path("tokens/<str:token_id>/grant", grant, name="token_grant"),
    path("tokens/<str:token_id>/<str:verb>", change, name="token_change"),
    path("grants/<int:grant_id>/<str:verb>", change_grant, name="grant_change"),
]
