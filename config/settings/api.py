"""The JSON API: Django REST framework, its OpenAPI description, and the limits of uploads and batches."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.BearerAuthentication",
        "core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "core.api.permissions.HasScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.NewestFirst",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": "3000/min"},
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "NUM_PROXIES": None,
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Orderly",
    "DESCRIPTION": (
        "Everything the desk shows, as JSON. Sign in with the session cookie of the desk, or send an "
        "integration token as `Authorization: Bearer …`. Errors are problem+json (RFC 9457); lists are "
        "paged by cursor; writes accept an `Idempotency-Key`. Rows of other companies and sites answer 404."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.describe_phone_endpoints",
        "core.api.schema.describe_problems",
    ],
}

#: Largest photo a phone or a form may send, in bytes.
PHOTO_MAX_BYTES = 15 * 1024 * 1024
#: Largest photo in pixels (width × height), checked before decoding.
PHOTO_MAX_PIXELS = 24_000_000
#: Largest voice note, in bytes, and the longest, in seconds.
VOICE_MAX_BYTES = 2 * 1024 * 1024
VOICE_MAX_SECONDS = 120
#: Unfinished or unused photos a person may have on the server at one time.
PHOTO_MAX_UNUSED_PER_PERSON = 400
#: Days after which a photo nobody refers to is swept away.
PHOTO_ORPHAN_DAYS = 30
