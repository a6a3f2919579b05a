"""Pages that are one form: authorise, show, validate, call the service, redirect. Nothing typed is lost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm, FileField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from core.attachments import StoreUnavailable
from core.idempotency.forms import FormKeyMixin

#: A browser never fills in files again, so the message says that they have to be chosen once more.
STORE_UNAVAILABLE = gettext_lazy(
    "The files could not be kept: the store is full or does not answer. Nothing has been saved; what you typed is "
    "still here. Save it without files now, or choose them again later."
)

Form = Any  # a view's own form class; FormView's generic parameter says nothing more here


class FormPage(FormKeyMixin, FormView[BaseForm]):
    """A page with one form. Subclasses say who may (`prepare`), what is typed (`form_class`), what is done (`save`)."""

    template_name = "base_form.html"
    heading: Any = ""
    intro: Any = ""
    submit_label: Any = ""
    done_message: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Authorise before anything else."""
        self.setup_page()
        return super().dispatch(request, *args, **kwargs)

    def setup_page(self) -> None:
        """Fetch what the page is about (404) and check that the user may (403)."""

    def save(self, form: Form) -> str:
        """Call the service; return the address to go to."""
        raise NotImplementedError

    def cancel_url(self) -> str:
        """Where "Cancel" leads."""
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """A ModelForm gets the object of the page, if the view has one."""
        kwargs = super().get_form_kwargs()
        instance = getattr(self, "instance", None)
        if instance is not None:
            kwargs["instance"] = instance
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What base_form.html needs."""
        return super().get_context_data(
            heading=self.heading,
            intro=self.intro,
            submit_label=self.submit_label or _("Save"),
            cancel_url=self.cancel_url(),
            **kwargs,
        )

    def form_valid(self, form: Form) -> HttpResponse:
        """Save; a rule the service or the database found broken is shown in the form."""
        try:
            with transaction.atomic():
                target = self.save(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        except IntegrityError as error:
            form.add_error(None, integrity_message(error))
            return self.form_invalid(form)
        except StoreUnavailable:
            form.add_error(file_field(form), STORE_UNAVAILABLE)
            return self.render_to_response(self.get_context_data(form=form), status=503)
        if self.done_message:
            messages.success(self.request, str(self.done_message))
        return HttpResponseRedirect(target)

    def form_invalid(self, form: Form) -> HttpResponse:
        """The form again, with what was typed and what is wrong; 422 so that no cache or script takes it for done."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def add_errors(form: Form, error: ValidationError) -> None:
    """Put a service's ValidationError beside the fields it names; what names no field of this form goes on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields else None, problems)


def file_field(form: Form) -> str | None:
    """The field in which files are chosen; None when the form has none."""
    return next((name for name, field in form.fields.items() if isinstance(field, FileField)), None)


def integrity_message(error: IntegrityError) -> str:
    """Plain words for a broken constraint: most are names or codes taken by somebody faster."""
    text = str(error)
    if "unique" in text:
        return _("Something with the same code, name or time exists already.")
    if "exclusion" in text or "overlap" in text:
        return _("This overlaps with something that exists already.")
    return _("This does not fit what is stored. Check the values and try again.")
