"""The shop's own people: invited by link, given a role, deactivated and taken back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.errors import ChoralError
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.names import ROLE_HELP, ROLE_NAMES
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Action, Asked, Cell, Column, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.team import (
    INVITATION_LIFETIME,
    TeamMember,
    add_member,
    change_role,
    create_sign_in_link,
    deactivate_member,
    member,
    members,
    reactivate_member,
    set_store,
    sign_in_path,
)

TABLE = Table(
    key="team",
    caption=gettext_lazy("Members"),
    sort="name",
    columns=[
        Column("name", gettext_lazy("Name"), sortable=True),
        Column("role", gettext_lazy("Role"), sortable=True, explain=gettext_lazy("What a member may see and do.")),
        Column("store", gettext_lazy("Store"), explain=gettext_lazy("A store associate sees this store only.")),
        Column("state", gettext_lazy("State")),
        Column("since", gettext_lazy("Since"), "time", sortable=True),
    ],
    filters=[
        Filter("find", gettext_lazy("Find by name or e-mail")),
        Filter("role", gettext_lazy("Role"), "choice", list(ROLE_NAMES.items())),
    ],
)


class InviteForm(forms.Form):
    """A new member."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(ROLE_NAMES.items()), initial="marketer")
    store = forms.CharField(
        label=gettext_lazy("Store"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For a store associate: the number of the only store they see."),
    )


class RoleForm(forms.Form):
    """What of a member can be changed."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(ROLE_NAMES.items()))
    store = forms.CharField(label=gettext_lazy("Store"), max_length=40, required=False)


@page("team.manage", "GET", "POST")
def team(request: HttpRequest) -> HttpResponse:
    """The list, and the form that invites."""
    form = InviteForm(request.POST or None)
    link = ""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                made, token = act(
                    add_member, asker_of(request).actor, given["email"], given["name"], given["role"],
                    store=given["store"],
                )  # fmt: skip
            except ChoralError as problem:
                form.add_error(
                    "email" if problem.code in ("bad_email", "member_exists") else None, str(said(problem)["what"])
                )
            else:
                return _with_link(request, member(made), token)
    return render(request, "console/team.html", _context(request, form, link), status=status)


@page("team.manage", "GET", "POST")
def team_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member: role, store, sign-in link."""
    found = member(member_id)
    form = RoleForm(request.POST or None, initial={"role": found.role, "store": found.store})
    if request.method == "POST" and form.is_valid():
        actor = asker_of(request).actor
        try:
            act(change_role, actor, member_id, form.cleaned_data["role"])
            act(set_store, actor, member_id, form.cleaned_data["store"])
        except ChoralError as problem:
            form.add_error("role", f"{said(problem)['what']} {said(problem)['fix']}")
        else:
            toast(request, _("%(name)s is changed.") % {"name": found.name})
            return redirect("team")
    status = 422 if form.errors else 200
    roles = [(name, ROLE_HELP[role]) for role, name in ROLE_NAMES.items()]
    return render(request, "console/team_member.html", {"one": found, "form": form, "roles": roles}, status=status)


@page("team.manage", "POST")
def team_link(request: HttpRequest, member_id: int) -> HttpResponse:
    """A new sign-in link for a member, shown once."""
    token = act(create_sign_in_link, asker_of(request).actor, member_id, INVITATION_LIFETIME)
    return _with_link(request, member(member_id), token)


@page("team.manage", "POST")
def team_deactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """The member can no longer sign in; the toast takes it back."""
    act(deactivate_member, asker_of(request).actor, member_id)
    undo = reverse("team_reactivate", args=[member_id])
    toast(request, _("%(name)s can no longer sign in.") % {"name": member(member_id).name}, undo=undo)
    return redirect("team")


@page("team.manage", "POST")
def team_reactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """The member can sign in again."""
    act(reactivate_member, asker_of(request).actor, member_id)
    toast(request, _("%(name)s can sign in again.") % {"name": member(member_id).name})
    return redirect("team")


def _with_link(request: HttpRequest, whom: TeamMember, token: str) -> HttpResponse:
    link = request.build_absolute_uri(sign_in_path(token))
    return render(request, "console/team.html", _context(request, InviteForm(), link, whom))


def _context(request: HttpRequest, form: InviteForm, link: str, whom: TeamMember | None = None) -> dict[str, object]:
    asked = TABLE.read(request)
    found = _chosen(asked)
    table = asked.show([_row(one) for one in found], total=len(found))
    days = INVITATION_LIFETIME // (86_400 * 1_000_000)
    return {"table": table, "form": form, "link": link, "whom": whom, "days": days}


def _chosen(asked: Asked) -> list[TeamMember]:
    text = asked.filters.get("find", "").casefold()
    role = asked.filters.get("role")
    found = [
        one for one in members() if text in f"{one.name} {one.email}".casefold() and (not role or one.role == role)
    ]
    by = {"name": lambda m: m.name.casefold(), "role": lambda m: m.role, "since": lambda m: m.created_at}[asked.sort]
    return sorted(found, key=by, reverse=asked.descending)


def _row(one: TeamMember) -> Row:
    state = Cell(_("Active"), tone="good") if one.active else Cell(_("Deactivated"), tone="plain")
    cells: dict[str, object] = {
        "name": Cell(one.name, note=one.email),
        "role": ROLE_NAMES[one.role],
        "store": one.store,
        "state": state,
        "since": one.created_at,
    }
    link = Action(_("Sign-in link"), reverse("team_link", args=[one.id]))
    words = _("%(name)s will be signed out and can no longer sign in. It can be undone.") % {"name": one.name}
    off = Action(_("Deactivate"), reverse("team_deactivate", args=[one.id]), "bad", words)
    on = Action(_("Activate"), reverse("team_reactivate", args=[one.id]))
    return Row(str(one.id), cells, reverse("team_member", args=[one.id]), (link, off) if one.active else (on,))


urlpatterns = [
    path("team", team, name="team"),
    path("team/<int:member_id>", team_member, name="team_member"),
    path("team/<int:member_id>/link", team_link, name="team_link"),
    path("team/<int:member_id>/deactivate", team_deactivate, name="team_deactivate"),
    path("team/<int:member_id>/reactivate", team_reactivate, name="team_reactivate"),
]
NAVIGATION = [
    Entry(
        "shop", 80, gettext_lazy("Team"), "team", "team.manage", "team", go="e",
        words=gettext_lazy("members roles invite colleague"),
    ),
]  # fmt: skip
