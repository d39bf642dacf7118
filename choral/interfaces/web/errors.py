"""How an error looks: a page, a toast for htmx, or JSON for a script; always what, why, what to do, an id."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.errors import ChoralError

# What lower floors say is English; the errors a member meets often are said in their language, by code.
_SAID = {
    "not_allowed": (
        gettext_lazy("You may not open this."),
        gettext_lazy("Your role does not include the permission it needs."),
        gettext_lazy("Ask an owner of the shop for another role."),
    ),
    "last_owner": (
        gettext_lazy("This is the last owner of the shop."),
        gettext_lazy("Without an owner nobody could give roles or keys any more."),
        gettext_lazy("Make somebody else an owner first."),
    ),
    "member_exists": (
        gettext_lazy("Somebody already signs in with this e-mail address."),
        gettext_lazy("Each member has an address of their own."),
        gettext_lazy("Look in the list; they may be deactivated."),
    ),
    "bad_email": (
        gettext_lazy("This is not an e-mail address."),
        gettext_lazy("Members sign in with it."),
        gettext_lazy("Write it like name@example.com."),
    ),
    "no_name": (
        gettext_lazy("The name is missing."),
        gettext_lazy("Others must know who or what this is."),
        gettext_lazy("Write a name."),
    ),
    "weak_password": (
        gettext_lazy("This password is too easy to guess."),
        gettext_lazy("It is short, or on the list of common passwords."),
        gettext_lazy("Choose at least ten characters that are not a common password."),
    ),
    "link_spent": (
        gettext_lazy("This link does not work (any more)."),
        gettext_lazy("A sign-in link works once and for a short time."),
        gettext_lazy("Ask an owner of the shop for a new one."),
    ),
    "storage_unavailable": (
        gettext_lazy("Nothing can be written at the moment."),
        gettext_lazy("The disk may be full, or another program holds the file."),
        gettext_lazy("Make space on the disk, then try again; nothing was changed."),
    ),
    "no_such_member": (
        gettext_lazy("There is no such member."),
        gettext_lazy("The address may be mistyped, or the member was never there."),
        gettext_lazy("Go back to the list."),
    ),
}


def said(problem: ChoralError) -> dict[str, object]:
    """The error's code and its three sentences, in the reader's language where we know them in it."""
    what, why, fix = _SAID.get(problem.code, (problem.what, problem.why, problem.fix))
    return {"code": problem.code, "what": what, "why": why, "fix": fix, "status": problem.status}


def problem_page(request: HttpRequest, problem: ChoralError) -> HttpResponse:
    """The answer for a typed error, in the form the asker can show."""
    return _answer(request, said(problem), problem.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's answer to what it cannot read (400)."""
    return _answer(
        request, _plain("bad_request", _("The request could not be read."), "", _("Go back and try again.")), 400
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the page was open too long, or came from elsewhere (403)."""
    words = _plain(
        "form_expired",
        _("This form is no longer valid."),
        _("The page was open for long, or you signed in again since."),
        _("Reload the page and send the form again."),
    )
    return _answer(request, words, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No page at this address (404)."""
    words = _plain(
        "no_such_page",
        _("There is no page at this address."),
        _("It may be mistyped, or the thing was removed."),
        _("Go back, or search for it with Ctrl-K."),
    )
    return _answer(request, words, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours (500)."""
    words = _plain(
        "internal_error",
        _("Something went wrong on our side."),
        _("The server met an error it did not expect; nothing was half done."),
        _("Try again. If it stays, give the id below to whoever runs the server: it is in the log."),
    )
    return _answer(request, words, 500)


def _plain(code: str, what: str, why: str, fix: str) -> dict[str, object]:
    return {"code": code, "what": what, "why": why, "fix": fix}


def _answer(request: HttpRequest, words: dict[str, object], status: int) -> HttpResponse:
    identity = getattr(request, "choral_id", "")
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=status, headers={"HX-Reswap": "none"})
        from choral.interfaces.web.middleware import set_trigger  # deferred: middleware imports this module

        text = " ".join(str(words[key]) for key in ("what", "fix") if words[key])
        set_trigger(response, "choral:toast", {"text": text, "tone": "error"})
        return response
    if "text/html" not in request.headers.get("Accept", "text/html"):
        plain = {key: str(words[key]) for key in ("code", "what", "why", "fix")}
        return JsonResponse({"error": plain | {"request_id": identity}}, status=status)
    member = getattr(getattr(request, "user", None), "is_authenticated", False)
    layout = "layout.html" if member and status != 500 else "plain.html"
    context = {"problem": words, "problem_layout": layout, "status": status, "request_id": identity}
    return render(request, "errors/problem.html", context, status=status)
