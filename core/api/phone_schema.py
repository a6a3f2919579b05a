"""What the phone's endpoints take and answer, in OpenAPI's words (they are plain views, not viewsets)."""

from __future__ import annotations

from typing import Any

_SESSION: list[dict[str, list[str]]] = [{"session": []}]


def _answer(reference: str, description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{reference}"}}},
    }


def _body(reference: str) -> dict[str, Any]:
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{reference}"}}},
    }


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "integer", "minimum": 0}}


_HASH: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
_NULLABLE_NUMBER: dict[str, Any] = {"type": "number", "nullable": True}
_SHA_PARAMETER = {"name": "sha256", "in": "path", "required": True, "schema": _HASH}

COMPONENTS: dict[str, Any] = {
    "PhoneSession": {
        "type": "object",
        "required": ["person", "company", "own_password_needed", "csrf"],
        "properties": {
            "person": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "name": {"type": "string"},
                    "staff_number": {"type": "string"},
                    "language": {"type": "string"},
                },
            },
            "company": {"type": "object", "properties": {"id": {"type": "integer", "nullable": True}}},
            "own_password_needed": {
                "type": "boolean",
                "description": "The password is a one-time one: until it is replaced the API takes in operations "
                "and photos and answers 403 own_password_needed to everything else.",
            },
            "csrf": {"type": "string"},
        },
    },
    "PhoneCredentials": {
        "type": "object",
        "required": ["identifier", "password"],
        "additionalProperties": False,
        "properties": {
            "identifier": {"type": "string", "description": "Staff number, phone, e-mail or sign-in name"},
            "password": {"type": "string", "format": "password"},
        },
    },
    "PhonePassword": {
        "type": "object",
        "required": ["current", "password"],
        "additionalProperties": False,
        "properties": {
            "current": {"type": "string", "format": "password"},
            "password": {"type": "string", "format": "password", "description": "The one chosen"},
        },
    },
    "PhoneOperation": {
        "type": "object",
        "required": ["id", "kind", "person_id", "made_at", "body"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "UUIDv7 made on the phone"},
            "kind": {"type": "string"},
            "schema": {"type": "integer", "minimum": 1},
            "seq": {"type": "integer", "nullable": True},
            "person_id": {"type": "integer"},
            "made_at": _INSTANT | {"description": "By the device's clock"},
            "offset_ms": _NULLABLE_NUMBER | {"description": "Server minus device, as last measured"},
            "offset_age_ms": _NULLABLE_NUMBER,
            "mono_ms": _NULLABLE_NUMBER,
            "ahead_ms": _NULLABLE_NUMBER
            | {"description": "How far the wall clock ran ahead of the monotonic one since the measurement"},
            "page": {"type": "string", "nullable": True},
            "body": {"type": "object", "additionalProperties": True},
            "photos": {"type": "array", "items": _HASH, "maxItems": 20},
        },
    },
    "PhoneBatch": {
        "type": "object",
        "required": ["operations"],
        "properties": {
            "device": {"type": "string", "format": "uuid", "nullable": True},
            "sent_at": _INSTANT,
            "lost_since": {
                "type": "object",
                "nullable": True,
                "description": "Told once after the browser threw the phone's storage away: `id` of the loss, the "
                "numbers and the count that may be gone, as far as the phone knows",
                "additionalProperties": True,
            },
            "clock": {
                "type": "object",
                "nullable": True,
                "description": "The phone's clocks at sending, when it measured the server's in this page life",
                "required": ["at", "mono_ms", "page", "offset_ms"],
                "properties": {
                    "at": _INSTANT,
                    "mono_ms": {"type": "number"},
                    "page": {"type": "string", "format": "uuid"},
                    "offset_ms": {"type": "number"},
                },
            },
            "operations": {
                "type": "array",
                "maxItems": 500,
                "items": {"$ref": "#/components/schemas/PhoneOperation"},
            },
        },
    },
    "PhoneReceipts": {
        "type": "object",
        "required": ["receipts", "need", "server_time"],
        "properties": {
            "receipts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "outcome", "reasons", "sha256"],
                    "properties": {
                        "id": {"description": "As sent", "nullable": True},
                        "outcome": {
                            "type": "string",
                            "enum": ["accepted", "flagged", "quarantined", "conflict", "retry"],
                        },
                        "reasons": {"type": "array", "items": {"type": "string"}},
                        "sha256": {"type": "string", "nullable": True},
                    },
                },
            },
            "need": {"type": "array", "items": _HASH},
            "server_time": _INSTANT,
        },
    },
    "PhoneUpload": {
        "type": "object",
        "required": ["sha256", "state", "offset", "size", "reason"],
        "properties": {
            "sha256": _HASH,
            "state": {"type": "string", "enum": ["pending", "stored", "refused"]},
            "offset": {"type": "integer", "description": "The next byte wanted"},
            "size": {"type": "integer", "nullable": True},
            "reason": {"type": "string", "nullable": True},
        },
    },
}

PATHS: dict[str, Any] = {
    "/api/v1/session/": {
        "get": {
            "operationId": "session_retrieve",
            "tags": ["phone"],
            "description": "Whose session this is; 401, with a CSRF token, when nobody's.",
            "responses": {"200": _answer("PhoneSession", "Signed in")},
        },
        "post": {
            "operationId": "session_create",
            "tags": ["phone"],
            "description": "Sign in (X-CSRFToken from the 401 of GET).",
            "requestBody": _body("PhoneCredentials"),
            "responses": {"200": _answer("PhoneSession", "Signed in")},
        },
        "delete": {
            "operationId": "session_destroy",
            "tags": ["phone"],
            "description": "Sign out.",
            "responses": {"204": {"description": "Signed out"}},
        },
    },
    "/api/v1/session/password/": {
        "post": {
            "operationId": "session_password_create",
            "tags": ["phone"],
            "description": "Choose one's own password. 400 names what is wrong by field: `errors` in words, `codes` "
            "for programs (password_too_short, password_too_common, password_too_similar, password_unchanged, "
            "password_wrong). Every other session of the person ends.",
            "security": _SESSION,
            "requestBody": _body("PhonePassword"),
            "responses": {"200": _answer("PhoneSession", "Changed")},
        },
    },
    "/api/v1/operations/": {
        "post": {
            "operationId": "operations_create",
            "tags": ["phone"],
            "description": "Hand in what was done offline; one receipt for each operation, the same for every replay.",
            "security": _SESSION,
            "requestBody": _body("PhoneBatch"),
            "responses": {"200": _answer("PhoneReceipts", "Receipts, in the order of the operations")},
        },
    },
    "/api/v1/uploads/{sha256}/": {
        "get": {
            "operationId": "uploads_retrieve",
            "tags": ["phone"],
            "description": "How far the upload of a photo is.",
            "security": _SESSION,
            "parameters": [_SHA_PARAMETER],
            "responses": {"200": _answer("PhoneUpload", "Progress")},
        },
        "put": {
            "operationId": "uploads_update",
            "tags": ["phone"],
            "description": "One piece of a photo. The last one has it checked against its hash and kept.",
            "security": _SESSION,
            "parameters": [_SHA_PARAMETER, _header("Upload-Offset"), _header("Upload-Length")],
            "requestBody": {
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
            },
            "responses": {"200": _answer("PhoneUpload", "Progress")},
        },
    },
}
