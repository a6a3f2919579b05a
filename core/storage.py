"""Static files storage: hash every file, rewrite references in CSS only, leave JavaScript untouched.

Modules find their hashed neighbours through the page's import map (``core.modules``), so nothing in a
script is ever rewritten: cycles, comments and template literals in code are safe.
"""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_CSS_PATTERN, _CSS_RULES = HashedFilesMixin.patterns[0]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Content-hashed names; ``url()`` and ``@import`` in CSS follow; no source-map comments, no scripts."""

    patterns = ((_CSS_PATTERN, _CSS_RULES[:2]),)
