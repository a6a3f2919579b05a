"""The only module that imports WeasyPrint. ``core.reports.pdf`` loads it when a PDF is asked for."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

# A browser's properties that paper has no use for are no news, nor are the tables of a face.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.WARNING)


class LocalFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint ships no types
    """Reads data: addresses and files under ``roots``; everything else is refused, the network above all."""

    def __init__(self, roots: Sequence[Path]) -> None:
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)
        self._roots = [root.resolve() for root in roots]

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The resource. Raises PermissionError for a place that may not be read."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            path = Path(url2pathname(parts.path)).resolve()
            if parts.netloc or not any(path.is_relative_to(root) for root in self._roots):
                raise PermissionError(f"a report may not read {url}")
        elif parts.scheme != "data":
            raise PermissionError(f"a report may not fetch {url}")
        return super().fetch(url, headers)


def print_document(html: str, styles: Sequence[str], fileobj: IO[bytes], roots: Sequence[Path]) -> None:
    """Write ``html`` under ``styles`` as a tagged PDF; only files under ``roots`` may be read."""
    fetcher, fonts = LocalFetcher(roots), FontConfiguration()
    sheets = [CSS(string=style, font_config=fonts, url_fetcher=fetcher) for style in styles]
    HTML(string=html, url_fetcher=fetcher).write_pdf(
        fileobj, stylesheets=sheets, font_config=fonts, pdf_tags=True
    )
