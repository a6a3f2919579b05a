"""Tables of the lists."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.listing import AtColumn, NumberColumn, StatusColumn, Table
from organization.models import Department, Holiday, Household, Person, Site, SiteNotice, Zone


class SiteTable(Table):
    """Sites."""

    name = tables.Column(linkify=("organization:site", {"pk": tables.A("pk")}))

    class Meta(Table.Meta):
        model = Site
        fields = ("code", "name", "site_type", "height_class", "time_zone", "households", "is_active")


class ZoneTable(Table):
    """The zone table: number, zone name, responsible person, phone, main duties (R029)."""

    code = tables.Column(linkify=("organization:zone", {"pk": tables.A("pk")}))
    name = tables.Column(linkify=("organization:zone", {"pk": tables.A("pk")}))
    responsible = tables.TemplateColumn(
        "{% load i18n ui %}{% if value %}{{ value }}{% else %}{% translate 'Nobody' as nobody %}{% badge nobody 'warn' %}{% endif %}",
        empty_values=(),
        order_by="responsible__name",
    )
    review_due_on = tables.DateColumn()

    class Meta(Table.Meta):
        model = Zone
        fields = (
            "code",
            "name",
            "site",
            "kind",
            "responsible",
            "phone",
            "duties",
            "area_m2",
            "review_due_on",
        )
        order_by = ("code",)

    def value_responsible(self, record: Zone) -> str:
        """The name alone, for files."""
        return record.responsible.name if record.responsible else ""


class HouseholdTable(Table):
    """The household register: units and how many people are known in each. No names: the list may be exported."""

    code = tables.Column(linkify=("organization:household", {"pk": tables.A("pk")}))
    kind = StatusColumn()
    known = NumberColumn(verbose_name=pgettext_lazy("number", "residents"), order_by="known")

    class Meta(Table.Meta):
        model = Household
        fields = ("code", "building", "floor", "kind", "known", "note", "site")
        order_by = ("code",)


class PersonTable(Table):
    """People."""

    name = tables.Column(linkify=("organization:person", {"pk": tables.A("pk")}))
    roles = tables.Column(verbose_name=_("roles"), accessor="pk", orderable=False)
    last_login = AtColumn(verbose_name=_("last sign-in"))

    class Meta(Table.Meta):
        model = Person
        fields = ("staff_number", "name", "roles", "phone", "email", "is_active", "last_login")

    def render_roles(self, record: Person) -> str:
        """What they hold today."""
        return ", ".join(
            f"{row.get_role_display()} · {row.site.name}" if row.site else str(row.get_role_display())
            for row in record.memberships.all()
        )


class DepartmentTable(Table):
    """Departments."""

    name = tables.Column(linkify=("organization:department", {"pk": tables.A("pk")}))

    class Meta(Table.Meta):
        model = Department
        fields = ("name", "site", "head")


class HolidayTable(Table):
    """The company's calendar."""

    remove = tables.TemplateColumn(
        template_name="organization/_holiday_remove.html",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Holiday
        fields = ("day", "name", "is_working_day")


class NoticeTable(Table):
    """Notices to residents."""

    title = tables.Column(linkify=("organization:notice", {"pk": tables.A("pk")}), orderable=False)
    kind = StatusColumn()
    starts_at = AtColumn(site="site")
    ends_at = AtColumn(site="site")
    published_at = AtColumn(site="site")
    withdrawn_at = AtColumn(site="site")

    class Meta(Table.Meta):
        model = SiteNotice
        fields = ("title", "kind", "site", "starts_at", "ends_at", "published_at", "withdrawn_at")
