"""The list of audiences, and one audience: members, reach, trend, versions, why, overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from choral.core.errors import NotFound
from choral.core.money import Money
from choral.customers.audiences.values import AudienceRow, MemberRow
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.audiences.beginnings import BEGINNINGS
from choral.interfaces.web.pages.audiences.controls import reach_name
from choral.interfaces.web.stats import Stat, change
from choral.interfaces.web.tables import Cell, Column, Empty, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("customers", 20, gettext_lazy("Audiences"), "audiences", "customers.view", "audience", go="a",
          words=gettext_lazy("segments groups lists targets"))
]  # fmt: skip
_LONGEST_NOTE = 80  # the sentence stands whole on the audience's own page
_LIST = Table(
    key="audiences",
    caption=gettext_lazy("Audiences"),
    columns=[
        Column("name", gettext_lazy("Audience")),
        Column("members", gettext_lazy("People"), "number"),
        Column("week", gettext_lazy("In 7 days"), "number",
               explain=gettext_lazy("How many more or fewer than a week ago.")),
        Column("email", gettext_lazy("By e-mail"), "number",
               explain=gettext_lazy("They have an e-mail address and agreed to messages there.")),
        Column("sms", gettext_lazy("By text message"), "number",
               explain=gettext_lazy("They have a telephone number and agreed to messages there.")),
        Column("changed", gettext_lazy("Last changed"), "ago"),
    ],
    filters=[Filter("put", gettext_lazy("Which ones"), "choice", [("away", gettext_lazy("Put away"))])],
    sort="",
)  # fmt: skip
_MEMBERS = Table(
    key="members",
    caption=gettext_lazy("Members"),
    columns=[
        Column("name", gettext_lazy("Customer")),
        Column("orders", gettext_lazy("Orders"), "number"),
        Column("revenue", gettext_lazy("Sales"), "money"),
        Column("last_at", gettext_lazy("Last seen"), "ago"),
        Column("entered", gettext_lazy("Entered"), "ago"),
        Column("email", gettext_lazy("E-mail"), shown=False),
    ],
    sort="",
)


@page("customers.view")
def audiences(request: HttpRequest) -> HttpResponseBase:
    """All audiences with how many are in each and can be reached."""
    asker, found = asker_of(request), current_shop().customers.audiences
    asked = _LIST.read(request)
    rows = [_line(one) for one in found.list(asked.filters.get("put") == "away", _language())]
    nothing = Empty(
        gettext_lazy("No audiences yet"),
        gettext_lazy("An audience is a group you describe once, such as those who bought twice. Make the first one."),
        reverse("audience_new") if asker.may("audiences.manage") else "", gettext_lazy("New audience"), "filter",
    )  # fmt: skip
    if asked.export:
        return asked.csv(iter(rows), "audiences")
    context = {"table": asked.show(rows, next=None, total=len(rows), empty=nothing), "beginnings": BEGINNINGS,
               "may_change": asker.may("audiences.manage")}  # fmt: skip
    return render(request, "audiences/audiences.html", context)


@page("customers.view")
def audience(request: HttpRequest, key: str) -> HttpResponseBase:
    """One audience with its members."""
    shop, asker = current_shop(), asker_of(request)
    door = shop.customers.audiences
    one = door.get(key, _language())
    asked = _MEMBERS.read(request)
    members = door.members(key, asked.after, asked.limit, asker.may("customers.personal"))
    count = door.count(key)
    nobody = Empty(gettext_lazy("Nobody is in"), gettext_lazy("Nobody fulfils its conditions at the moment."))
    rows = list(_members(members.rows, shop.home.currency))
    others = [other for other in door.list(language=_language()) if other.key != key]
    context = {
        "one": one, "table": asked.show(rows, next=members.next, total=count, empty=nobody),
        "stats": _stats(one.row, count), "others": others, "may_change": asker.may("audiences.manage"),
    }  # fmt: skip
    compared = request.GET.get("with", "")
    if compared in {other.key for other in others}:
        overlap = door.overlap(key, compared)
        context |= {"overlap": overlap, "with": compared, "only_one": overlap.one - overlap.both,
                    "only_other": overlap.other - overlap.both}  # fmt: skip
    return render(request, "audiences/audience.html", context)


@page("customers.view")
def audience_why(request: HttpRequest, key: str) -> HttpResponse:
    """Why a customer is in or not; found by name, e-mail, card or id."""
    shop, personal = current_shop(), asker_of(request).may("customers.personal")
    find, customer = request.GET.get("find", "").strip()[:200], request.GET.get("customer", "")
    if find and personal and not customer:
        customer = shop.customers.identifiers(find)[0]  # a card, an account, a whole e-mail: one person
    hits = shop.customers.search(find, personal, 10) if find and not customer else ()
    if len(hits) == 1:
        customer = hits[0].id
    context: dict[str, object] = {
        "one": shop.customers.audiences.get(key, _language()), "find": find, "hits": hits,
    }  # fmt: skip
    if customer:
        why = shop.customers.audiences.why(key, customer, _language())
        called = [row.name for row in shop.customers.rows([why.customer], personal)]
        context |= {"why": why, "called": (called or [""])[0] or why.customer}
    return render(request, "audiences/why.html", context)


@page("customers.view", part=True)
def audience_export(request: HttpRequest, key: str) -> HttpResponseBase:
    """All members as CSV; names only for those who may see them."""
    shop = current_shop()
    shop.customers.audiences.get(key)
    asked = replace(_MEMBERS.read(request))
    found = shop.customers.audiences.export(key, asker_of(request).may("customers.personal"))
    return asked.csv(_members(found, shop.home.currency), key)


@page("audiences.manage", "POST")
def audience_freeze(request: HttpRequest, key: str) -> HttpResponse:
    """A list of those who are in now."""
    door = current_shop().customers.audiences
    name = _("%(name)s, %(day)s") % {"name": door.get(key).row.name[:90], "day": formats.day(door.reading.now().today)}
    made = door.freeze(asker_of(request).actor, key, name)
    toast(request, _("%(name)s is a list that does not move any more.") % {"name": name},
          undo=reverse("audience_archive", args=[made]))  # fmt: skip
    return redirect("audience", made)


@page("audiences.manage", "POST")
def audience_archive(request: HttpRequest, key: str) -> HttpResponse:
    """Put away; it can be taken out again."""
    door = current_shop().customers.audiences
    door.archive(asker_of(request).actor, key)
    toast(request, _("%(name)s is put away.") % {"name": door.get(key).row.name},
          undo=reverse("audience_restore", args=[key]))  # fmt: skip
    return redirect("audiences")


@page("audiences.manage", "POST")
def audience_restore(request: HttpRequest, key: str) -> HttpResponse:
    """Take out again."""
    door = current_shop().customers.audiences
    door.restore(asker_of(request).actor, key)
    toast(request, _("%(name)s is back.") % {"name": door.get(key).row.name})
    return redirect("audience", key)


@page("audiences.manage", "POST")
def audience_back(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Say again what an earlier version said."""
    door = current_shop().customers.audiences
    one = door.get(key)
    found = next((old for old in one.versions if old.version == version), None)
    if found is None:
        raise NotFound("no_such_version", "There is no such version.", fix="Look at the list of versions.", status=404)
    door.change(asker_of(request).actor, key, found.name, found.definition)
    toast(request, _("It says again what version %(version)s said.") % {"version": version},
          undo=reverse("audience_back", args=[key, one.row.version]))  # fmt: skip
    return redirect("audience", key)


def _line(one: AudienceRow) -> Row:
    reach = {} if one.archived else {
        each.channel: each.people for each in current_shop().customers.audiences.reach(one.key)
    }  # fmt: skip
    note = gettext_lazy("Frozen list") if one.fixed else Truncator(one.sentence).chars(_LONGEST_NOTE)
    before = one.trend[-8][1] if len(one.trend) > 7 else None
    return Row(
        one.key,
        {
            "name": Cell(one.name, note=note), "members": one.members,
            "week": None if before is None or one.members is None else one.members - before,
            "email": reach.get("email"), "sms": reach.get("sms"), "changed": one.updated_at,
        },
        href=reverse("audience", args=[one.key]),
    )  # fmt: skip


def _members(found: Iterable[MemberRow], currency: str) -> Iterator[Row]:
    for one in found:
        row = one.customer
        yield Row(
            row.id,
            {
                "name": row.name or row.id, "orders": row.orders, "revenue": Money(row.revenue, currency),
                "last_at": row.last_at or None, "entered": one.entered_at, "email": row.email,
            },
            href=reverse("customer", args=[row.id]),
        )  # fmt: skip


def _stats(one: AudienceRow, count: int) -> list[Stat]:
    trend = [size for _day, size in one.trend]
    stats = [Stat(_("People"), formats.number(count), change(count, trend[-8] if len(trend) > 7 else None), "none",
                  note=_("against 7 days ago") if len(trend) > 7 else "", spark=trend[-30:])]  # fmt: skip
    explain = _("They have an address for this channel and agreed to messages there.")
    for each in current_shop().customers.audiences.reach(one.key):
        note = _("of %(all)s with an address") % {"all": formats.number(each.with_address)}
        many = formats.number(each.people)
        stats += [Stat(reach_name(each.channel), many, note=note, explain=explain)] if each.with_address else []
    return stats


def _language() -> str:
    return get_language() or "en"


urlpatterns = [
    path("audiences", audiences, name="audiences"),
    path("audiences/<slug:key>", audience, name="audience"),
    path("audiences/<slug:key>/why", audience_why, name="audience_why"),
    path("audiences/<slug:key>/members.csv", audience_export, name="audience_export"),
    path("audiences/<slug:key>/freeze", audience_freeze, name="audience_freeze"),
    path("audiences/<slug:key>/archive", audience_archive, name="audience_archive"),
    path("audiences/<slug:key>/restore", audience_restore, name="audience_restore"),
    path("audiences/<slug:key>/back/<int:version>", audience_back, name="audience_back"),
]
