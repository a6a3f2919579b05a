"""``{% module %}``: start ES modules under the page's import map. ``{% icon %}``: one inline SVG."""

from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import modules

register = template.Library()


@register.simple_tag(takes_context=True)
def module(context: Context, *entries: str) -> SafeString:
    """Import map, preloads and script tags of the entries. Once a page: a page has one import map."""
    page = modules.page(*entries)
    request: HttpRequest | None = context.get("request")
    if request is not None:
        request.csp_script = page.csp_hash  # type: ignore[attr-defined]  # read by core.csp
    return format_html(
        '<script type="importmap">{}</script>\n{}\n{}',
        SafeString(page.import_map),  # our own JSON of static addresses; escaping would change its hash
        format_html_join("\n", '<link rel="modulepreload" href="{}">', ((url,) for url in page.eager)),
        format_html_join(
            "\n",
            '<script type="module" src="{}"></script>',
            ((url,) for url in page.entries),
        ),
    )


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of ``settings.ICONS``; decorative unless a label says what it means.

    Raises ModuleMissingError when the icon is not listed, so that a test finds it before a visitor does.
    """
    draw = _draw if settings.DEBUG else _drawn
    return draw(name, str(label))


def _draw(name: str, label: str) -> SafeString:
    meaning = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true" focusable="false"')
    )
    return format_html(
        '<svg class="icon" width="1em" height="1em" viewBox="0 0 16 16" fill="currentColor" {}>{}</svg>',
        meaning,
        _shape(name) if not settings.DEBUG else _read(name),
    )


def _read(name: str) -> SafeString:
    text = modules.source(f"npm/bootstrap-icons/icons/{name}.svg")
    inside = text[text.index(">") + 1 : text.rindex("</svg>")]
    return SafeString(inside.strip())  # a file of a package pinned by the lockfile


_shape = cache(_read)
#: The same few hundred on every page; labels may name people, so not without end.
_drawn = lru_cache(maxsize=500)(_draw)
