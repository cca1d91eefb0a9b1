"""How static files are named, so that browsers may keep them for ever."""

import re
from collections.abc import Callable
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Name files by their content, those that a script imports as well.

    Otherwise a script of a new version could meet an import of the old one in a browser's cache.
    """

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, Any], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """Leave scripts of packages alone: comments in them look like imports of files that are not there."""
        if name.startswith("django_htmx/"):
            return lambda match: match["matched"]
        converter: Callable[[re.Match[str]], str] = super().url_converter(name, hashed_files, template)
        return converter
