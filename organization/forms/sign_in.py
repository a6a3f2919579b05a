"""The sign-in form."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """Staff number, phone or mail, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Staff number, phone or e-mail")
        login.max_length = 254
        login.widget.attrs.update(autocomplete="username", autocapitalize="none", spellcheck="false")
        login.widget.attrs.pop("placeholder", None)
        password = self.fields["password"]
        password.widget.attrs.pop("placeholder", None)
        password.help_text = ""
        self.fields.pop("remember", None)
