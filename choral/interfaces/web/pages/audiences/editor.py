"""The editor of an audience: conditions added, nested and taken away, counted at every step; works without script."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from choral.core.errors import ChoralError
from choral.core.money import minor_digits
from choral.customers.audiences.values import Preview
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.pages.audiences.beginnings import BEGINNINGS
from choral.interfaces.web.pages.audiences.controls import KINDS, Control, Offered, controls, reach_name
from choral.interfaces.web.pages.audiences.draft import (
    Draft,
    act_on,
    from_form,
    place_of,
    places,
    root_of,
    scaled,
    to_tree,
)
from choral.interfaces.web.segments import segment_name
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_MOST_STEPS = 20  # that can be undone
_WISHES = ("add", "remove", "group", "up", "down")


@dataclass(frozen=True)
class Shown:
    """A condition as the page draws it."""

    place: str
    depth: int
    draft: Draft
    name: object
    controls: list[Control]
    people: int | None
    error: str
    first: bool
    last: bool
    closes: int


@dataclass
class Asked:
    """What the form asked: the draft, name, the steps before it (JSON texts), the version it began with."""

    draft: Draft
    name: str
    visitors: bool
    steps: list[str]
    expected: int | None


@page("audiences.manage", "GET", "POST")
def audience_new(request: HttpRequest) -> HttpResponse:
    """A new audience, from nothing or from one of the beginnings."""
    begun = BEGINNINGS.get(request.GET.get("from", ""))
    tree: dict[str, Any] = dict(begun.tree) if begun else {"is": "all", "of": []}
    return _editor(request, "", Asked(root_of(tree), str(begun.name) if begun else "", False, [], None))


@page("audiences.manage", "GET", "POST")
def audience_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change what an audience says: its next version."""
    found = current_shop().customers.audiences.get(key)
    tree: dict[str, Any] = found.definition["who"]  # type: ignore[index]
    visitors = bool(found.definition.get("visitors"))  # type: ignore[attr-defined]
    draft = root_of(scaled(tree, 1 / _factor()))
    asked = Asked(draft, found.row.name, visitors, [], found.row.version)
    if request.method == "GET" and not _whole(draft, tree, visitors):
        return render(request, "audiences/by_program.html", {"one": found, "json": json.dumps(tree, indent=2)})
    return _editor(request, key, asked)


def _editor(request: HttpRequest, key: str, asked: Asked) -> HttpResponse:
    status = 200
    if request.method == "POST":
        asked = _read(request)
        wish = request.POST.get("do", "")
        if wish == "save":
            saved = _save(request, key, asked)
            if isinstance(saved, HttpResponse):
                return saved
            status = 422
    preview, problem, place = _count(request, asked)
    shown = _shown(asked.draft, preview, problem if request.method == "POST" else "", place)
    context = {
        "key": key, "asked": asked, "shown": shown, "preview": preview, "kinds": list(KINDS.items()),
        "problem": problem if asked.draft.parts else "", "steps": json.dumps(asked.steps),
        "before": json.dumps(to_tree(asked.draft)),
        "beginnings": BEGINNINGS,
        "save_problem": getattr(request, "save_problem", ""), "personal": asker_of(request).may("customers.personal"),
        "reach": [(reach_name(one.channel), one) for one in preview.reach] if preview else [],
    }  # fmt: skip
    template = "audiences/editor_form.html" if request.headers.get("HX-Request") else "audiences/editor.html"
    return render(request, template, context, status=200 if request.headers.get("HX-Request") else status)


def _read(request: HttpRequest) -> Asked:
    posted = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    try:
        steps = [one for one in json.loads(posted.get("steps", "[]")) if isinstance(one, str)][-_MOST_STEPS:]
    except (ValueError, TypeError):
        steps = []
    draft, wish = from_form(posted), posted.get("do", "")
    before = posted.get("before", "")
    if wish == "undo" and steps:
        draft = _remembered(steps.pop())
    elif wish.partition(":")[0] in _WISHES:
        kind = posted.get(f"kind.{wish.partition(':')[2]}", "event")
        with suppress(IndexError, ValueError):  # a place that is not there any more: the form was old
            act_on(draft, f"{wish}:{kind}" if wish.startswith("add") else wish)
    now = json.dumps(to_tree(draft))
    if wish != "undo" and before and before != now:
        steps = [*steps, before][-_MOST_STEPS:]
    expected = posted.get("expected", "")
    return Asked(draft, posted.get("name", "")[:120], posted.get("visitors") == "1", steps,
                 int(expected) if expected.isdecimal() else None)  # fmt: skip


def _remembered(step: str) -> Draft:
    try:
        return root_of(json.loads(step))
    except (ValueError, KeyError, TypeError):
        return Draft("all")


def _save(request: HttpRequest, key: str, asked: Asked) -> HttpResponse | None:
    audiences, actor = current_shop().customers.audiences, asker_of(request).actor
    try:
        if key:
            audiences.change(actor, key, asked.name, _definition(asked), asked.expected)
        else:
            key = audiences.create(actor, asked.name, _definition(asked))
    except ChoralError as problem:
        told = said(problem)
        request.save_problem = f"{told['what']} {told['why']} {told['fix']}"  # type: ignore[attr-defined]
        return None
    toast(request, _("%(name)s is saved. Its members are being worked out.") % {"name": asked.name})
    response: HttpResponse = redirect("audience", key)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("audience", args=[key])
    return response


def _count(request: HttpRequest, asked: Asked) -> tuple[Preview | None, str, str]:
    """The preview, or what is wrong and at which place."""
    try:
        personal = asker_of(request).may("customers.personal")
        language = get_language() or "en"
        return current_shop().customers.audiences.preview(_definition(asked), language, personal), "", ""
    except ChoralError as problem:
        where = str(problem.details.get("path", ""))
        told = said(problem)
        return None, f"{told['why']} {told['fix']}", place_of(where, _definition(asked)["who"])


def _definition(asked: Asked) -> dict[str, Any]:
    return {"who": scaled(to_tree(asked.draft), _factor()), "visitors": asked.visitors}


def _whole(draft: Draft, tree: dict[str, Any], visitors: bool) -> bool:
    """Whether the form can say all that the tree says."""
    audiences = current_shop().customers.audiences
    again = audiences.read({"who": scaled(to_tree(draft), _factor()), "visitors": visitors})
    return again in (audiences.read({"who": tree, "visitors": visitors}),
                     audiences.read({"who": {"is": "all", "of": [tree]}, "visitors": visitors}))  # fmt: skip


def _factor() -> int:
    digits: int = 10 ** minor_digits(current_shop().home.currency)
    return digits


def _shown(draft: Draft, preview: Preview | None, problem: str, where: str) -> list[Shown]:
    offered = offers()
    tree = to_tree(draft)
    people = {place_of(part.path, tree): part.people for part in preview.parts} if preview else {}
    nodes = [(place, node) for place, node in places(draft) if place]
    found = []
    for index, (place, node) in enumerate(nodes):
        above, _sep, number = place.rpartition("-")
        depth = place.count("-")
        following = nodes[index + 1][0].count("-") if index + 1 < len(nodes) else 0
        following = max(following, depth + 1) if node.group and not node.parts else following
        found.append(Shown(
            place, depth, node, KINDS.get(node.kind, node.kind), controls(node, offered), people.get(place),
            problem if where == place and problem else "", number == "0",
            int(number) == len(draft.at(above).parts) - 1, max(0, depth - following),
        ))  # fmt: skip
    return found


def offers() -> Offered:
    """What can be chosen from in this shop."""
    shop = current_shop()
    audiences = shop.customers.audiences
    purposes = [(one.key, one.names.get(get_language() or "en", one.key)) for one in shop.customers.consent.purposes()]
    channels = [(key, reach_name(key)) for key in audiences.consent_channels()]
    attributes = {name: [(value, segment_name(value)) for value in one.values()]
                  for name, one in audiences.offered.attributes.items()}  # fmt: skip
    named = [(one.key, one.name) for one in audiences.list()]
    return Offered(audiences.choices(), purposes, channels, attributes, named, shop.home.currency)


urlpatterns = [
    path("audiences/new", audience_new, name="audience_new"),
    path("audiences/<slug:key>/edit", audience_edit, name="audience_edit"),
]
