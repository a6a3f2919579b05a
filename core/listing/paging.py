"""Pages without a COUNT: one row more than a page is read to know whether another follows."""

from typing import Any

from django.core.paginator import EmptyPage, Page
from django_tables2.paginators import LazyPaginator


class Pages(LazyPaginator):
    """LazyPaginator that really never counts: ``list()`` of table rows asks for their length first."""

    def page(self, number: Any) -> Page[Any]:
        """One page. Raises EmptyPage beyond the last one."""
        number = self.validate_number(number or 1)
        bottom = (number - 1) * self.per_page
        rows = [row for row in self.object_list[bottom : bottom + self.per_page + 1]]  # noqa: C416 - see above
        if number != 1 and not rows:
            raise EmptyPage
        more = len(rows) > self.per_page
        self._num_pages = number + 1 if more else number
        return Page(rows[: self.per_page], number, self)
