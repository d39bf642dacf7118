"""Coming in and going out: e-mail and password, one-time links, sign-out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import Actor, act
from choral.core.errors import NotAllowed
from choral.interfaces.web.access import PUBLIC, SIGNED_IN, address_of, asker_of, page, safe_path
from choral.interfaces.web.actions import note_sign_in, note_sign_out
from choral.interfaces.web.attempts import Attempts
from choral.team import peek_link, sign_in_with_link
from choral.team.models import Member

BY_ACCOUNT = Attempts(most=10)
BY_ADDRESS = Attempts(most=50)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(forms.Form):
    """Password managers know these names."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@page(PUBLIC, "GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it."""
    onward = safe_path(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(onward)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        member, refusal = _check(request, form.cleaned_data["email"].lower(), form.cleaned_data["password"])
        if member:
            _enter(request, member, "password")
            return redirect(onward)
        form.add_error(None, refusal)
        status = 401
    return render(request, "console/sign_in.html", {"form": form, "next": onward}, status=status)


@page(PUBLIC, "GET", "POST")
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link only shows whom it signs in (mail scanners open links); the button spends it."""
    if request.method == "POST":
        member = sign_in_with_link(token, address_of(request))
        _enter(request, Member.objects.get(pk=member.id), "link")
        return redirect(f"{reverse('settings')}?first=1" if not _has_password(member.id) else "/")
    found = peek_link(token)
    if found is None:
        raise NotAllowed("link_spent", "This link does not work (any more).", status=403)
    return render(request, "console/sign_in_link.html", {"invited": found})


@page(SIGNED_IN, "POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    asker = asker_of(request)
    act(note_sign_out, asker.actor, asker.id)
    logout(request)
    return redirect("sign_in")


def _check(request: HttpRequest, email: str, password: str) -> tuple[Member | None, str]:
    address = address_of(request)
    wait = max(BY_ACCOUNT.wait(email), BY_ADDRESS.wait(address))
    if wait:
        minutes = -(-wait // 60)
        return None, _("Too many attempts. Try again in %(minutes)d minutes, or ask an owner for a link.") % {
            "minutes": minutes
        }
    member: Any = authenticate(request, username=email, password=password)
    if member is None:
        BY_ACCOUNT.failed(email)
        BY_ADDRESS.failed(address)
        return None, _("E-mail and password do not fit together. Try again, or ask an owner for a sign-in link.")
    BY_ACCOUNT.forget(email)
    return member, ""


def _enter(request: HttpRequest, member: Member, how: str) -> None:
    login(request, member, backend=_BACKEND)
    act(note_sign_in, Actor(f"member:{member.pk}", address_of(request)), member.pk, how)


def _has_password(member: int) -> bool:
    return Member.objects.get(pk=member).has_usable_password()


urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-in/link/<str:token>", sign_in_link, name="sign_in_link"),
    path("sign-out", sign_out, name="sign_out"),
]
