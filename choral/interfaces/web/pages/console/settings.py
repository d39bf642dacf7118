"""A member's own settings: name, language, theme, password; the switches of the menu send here too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.errors import InvalidInput
from choral.interfaces.web.access import PUBLIC, SIGNED_IN, asker_of, page, safe_path
from choral.interfaces.web.context import THEMES
from choral.interfaces.web.errors import said
from choral.interfaces.web.names import THEME_NAMES
from choral.interfaces.web.toasts import toast
from choral.team import hash_password, set_password, set_preferences
from choral.team.models import Member

_YEAR = 365 * 86_400


class ProfileForm(forms.Form):
    """What everybody may change of themselves."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=django_settings.LANGUAGES)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=list(THEME_NAMES.items()))


class PasswordForm(forms.Form):
    """The present one is asked for when there is one: an unattended screen must not be enough."""

    present = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=4096,
        help_text=gettext_lazy("At least ten characters. A few words in a row are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, member: Member, data: Any = None) -> None:
        super().__init__(data)
        self._member = member
        if not member.has_usable_password():
            del self.fields["present"]

    def clean_present(self) -> str:
        given = str(self.cleaned_data["present"])
        if not self._member.check_password(given):
            raise forms.ValidationError(_("This is not the present password."))
        return given


@page(SIGNED_IN, "GET", "POST")
def settings(request: HttpRequest) -> HttpResponse:
    """Name, language and theme."""
    member: Any = request.user
    first = {"name": member.name, "language": member.language, "theme": member.theme}
    form = ProfileForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        asker = asker_of(request)
        act(set_preferences, asker.actor, asker.id, **form.cleaned_data)
        translation.activate(form.cleaned_data["language"])
        toast(request, _("Saved."))
        return redirect("settings")
    return _page(request, form, PasswordForm(member))


@page(SIGNED_IN, "POST")
def password(request: HttpRequest) -> HttpResponse:
    """Set the password; every other session of the member ends."""
    member: Any = request.user
    form = PasswordForm(member, request.POST)
    if form.is_valid():
        try:
            hashed = hash_password(form.cleaned_data["new"])
        except InvalidInput as problem:
            form.add_error("new", f"{said(problem)['what']} {said(problem)['fix']}")
        else:
            asker = asker_of(request)
            act(set_password, asker.actor, asker.id, hashed)
            member.refresh_from_db()
            update_session_auth_hash(request, member)
            toast(request, _("The password is changed. Other devices are signed out."))
            return redirect("settings")
    first = {"name": member.name, "language": member.language, "theme": member.theme}
    return _page(request, ProfileForm(initial=first), form, 422)


@page(PUBLIC, "POST")
def preferences(request: HttpRequest) -> HttpResponse:
    """The switches of theme and language, for members and (by cookie) for people who are not signed in."""
    onward = safe_path(request, request.POST.get("next"))
    theme, language = request.POST.get("theme"), request.POST.get("language")
    theme = theme if theme in THEMES else None
    language = language if language in dict(django_settings.LANGUAGES) else None
    response = redirect(onward)
    if request.user.is_authenticated:
        asker = asker_of(request)
        act(set_preferences, asker.actor, asker.id, language=language, theme=theme)
    secure = bool(django_settings.SESSION_COOKIE_SECURE)
    for name, value in (("choral_theme", theme), (django_settings.LANGUAGE_COOKIE_NAME, language)):
        if value:
            response.set_cookie(name, value, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _page(request: HttpRequest, form: ProfileForm, password_form: PasswordForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "password_form": password_form, "first": request.GET.get("first") == "1"}
    return render(request, "console/settings.html", context, status=status)


urlpatterns = [
    path("settings", settings, name="settings"),
    path("settings/password", password, name="password"),
    path("preferences", preferences, name="preferences"),
]
