"""The phone page: its shell per language, its service worker, its manifest and its texts.

Everything here is public and the same for everyone, so that the service worker may keep it: no name,
no CSRF token, no redirect to a sign-in page. What belongs to a person comes from /api/v1/.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation.trans_real import DjangoTranslation
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.i18n import JSONCatalog

from core import csp, modules
from organization.middleware import public

ENTRY = "js/phone/main.js"
WASM = "npm/zxing-wasm/dist/reader/zxing_reader.wasm"
STYLES = ("css/tokens.css", "css/phone.css")
IMAGES = ("img/icon.svg", "img/icon-192.png", "img/apple-touch-icon.png")
#: drawn into the shell for the scripts to take
ICONS = (
    "arrow-clockwise",
    "arrow-left-right",
    "box-arrow-right",
    "camera",
    "check-circle-fill",
    "check2",
    "chat-left-text",
    "chevron-left",
    "chevron-right",
    "clock-history",
    "cloud-arrow-up",
    "cloud-check",
    "cloud-slash",
    "envelope",
    "exclamation-circle",
    "exclamation-triangle-fill",
    "eye",
    "flag",
    "gear",
    "geo-alt",
    "heart-pulse",
    "info-circle",
    "inbox",
    "lightbulb",
    "list-check",
    "lock",
    "mic",
    "pencil-square",
    "people",
    "person-circle",
    "plus-lg",
    "qr-code-scan",
    "send",
    "slash-circle",
    "stop-circle",
    "telephone",
    "translate",
    "x-lg",
)
#: Django language code -> tag for the lang attribute
TAGS = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
#: Compiling the reader needs this keyword; the page decodes in itself.
WASM_SOURCE = "'wasm-unsafe-eval'"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Shell:
    """One rendered shell and the Content-Security-Policy it runs under."""

    html: str
    policy: str


@dataclass(frozen=True)
class Release:
    """What the service worker keeps; written into /sw.js."""

    id: str
    #: shell addresses by language code
    shells: dict[str, str]
    files: list[str]
    #: fetched only by phones that cannot read codes by themselves
    later: list[str]
    static: str
    debug: bool


def languages() -> list[str]:
    """Codes of the languages the page speaks."""
    return [code for code, _name in settings.LANGUAGES]


# --- texts ----------------------------------------------------------------------------------------


def _texts(language: str) -> bytes:
    """Catalogue of the project's own djangojs domain as JSON; English needs none of it."""
    view = JSONCatalog()
    view.translation = DjangoTranslation(  # what JSONCatalog.get sets
        language, domain="djangojs", localedirs=[str(path) for path in settings.LOCALE_PATHS]
    )
    body = {"language": language, "catalog": view.get_catalog()}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


_kept_texts = cache(_texts)


def texts(language: str) -> bytes:
    """``_texts``, kept for the life of the process except in development."""
    return _texts(language) if settings.DEBUG else _kept_texts(language)


def texts_url(language: str) -> str:
    """Address of the texts; it changes with them."""
    version = sha256(texts(language)).hexdigest()[:12]
    return reverse("phone_texts", args=[version, language])


@public
@require_safe
@gzip_page
def catalog(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """Texts for the phone page in one language; kept for ever when the version is the present one."""
    if language not in languages():
        return JsonResponse({"title": "Not found", "status": 404}, status=404)
    body = texts(language)
    response = HttpResponse(body, content_type="application/json")
    present = version == sha256(body).hexdigest()[:12]
    response.headers["Cache-Control"] = FOREVER if present else "no-cache"
    return response


# --- shells ---------------------------------------------------------------------------------------


def _shell(language: str) -> Shell:
    page = modules.page(ENTRY)
    with translation.override(language):
        html = render_to_string(
            "portal/phone/shell.html",
            {
                "page": page,
                "code": language,
                "tag": TAGS[language],
                "languages": settings.LANGUAGES,
                "tags": TAGS,
                "icons": ICONS,
                "texts": texts_url(language),
                "wasm": static(WASM),
            },
        )
    return Shell(html, csp.policy(page.csp_hash, WASM_SOURCE))


_kept_shell = cache(_shell)


def shell_of(language: str) -> Shell:
    """The shell in this language, rendered once per process except in development."""
    return _shell(language) if settings.DEBUG else _kept_shell(language)


@public
@require_safe
@gzip_page
def shell(request: HttpRequest, language: str) -> HttpResponse:
    """The phone page. All that follows happens in the browser, with or without a network."""
    if language not in languages():
        return HttpResponseRedirect(reverse("phone"))
    made = shell_of(language)
    response = HttpResponse(made.html)
    response.headers["Content-Security-Policy"] = made.policy
    response.headers["Content-Language"] = TAGS[language]
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """``/m/``: the phone page in the language of the browser or of the earlier choice."""
    return _to_language(request)


@public
@require_safe
def label(request: HttpRequest, token: str) -> HttpResponse:
    """``/c/<token>``, the address in a printed code: the point, on the phone page."""
    return _to_language(request, f"#/point/{token}")


def _to_language(request: HttpRequest, fragment: str = "") -> HttpResponse:
    language = translation.get_language() or settings.LANGUAGE_CODE
    language = language if language in languages() else settings.LANGUAGE_CODE
    response = HttpResponseRedirect(reverse("phone_shell", args=[language]) + fragment)
    response.headers["Cache-Control"] = "no-cache"
    return response


# --- service worker and manifest ------------------------------------------------------------------


def _release() -> Release:
    page = modules.page(ENTRY)
    shells = {code: reverse("phone_shell", args=[code]) for code in languages()}
    files = [
        *(static(path) for path in (*STYLES, *IMAGES)),
        *page.eager,
        *page.lazy,
        *(texts_url(code) for code in languages()),
    ]
    later = [static(WASM)]
    worker = render_to_string("portal/phone/sw.js", {"release": "{}"})
    content = [files, later, [asdict(shell_of(code)) for code in languages()], worker]
    return Release(
        id=sha256(json.dumps(content).encode()).hexdigest()[:12],
        shells=shells,
        files=files,
        later=later,
        static=settings.STATIC_URL,
        debug=settings.DEBUG,
    )


_kept_release = cache(_release)


def release() -> Release:
    """The present release: its id changes with any file, text or shell, and with the worker itself."""
    return _release() if settings.DEBUG else _kept_release()


@public
@require_safe
@gzip_page
def service_worker(request: HttpRequest) -> HttpResponse:
    """``/sw.js``, over the whole site by its place."""
    script = render_to_string("portal/phone/sw.js", {"release": json.dumps(asdict(release()))})
    response = HttpResponse(script, content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the page on its home screen."""
    icon: dict[str, Any] = {"type": "image/png", "purpose": "any"}
    body = render_to_string(
        "portal/phone/manifest.webmanifest",
        {
            "icons": json.dumps(
                [
                    {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                    {"src": static("img/icon-192.png"), "sizes": "192x192", **icon},
                    {"src": static("img/icon-512.png"), "sizes": "512x512", **icon},
                    {
                        "src": static("img/icon-maskable-512.png"),
                        "sizes": "512x512",
                        **icon,
                        "purpose": "maskable",
                    },
                ]
            ),
            "start": reverse("phone"),
        },
    )
    response = HttpResponse(body, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response
