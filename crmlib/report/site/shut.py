"""No page may pull in a file or write HTML by a directive, whatever text found its way into it: a Sphinx extension."""

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", _shut)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _shut(app: Sphinx) -> None:
    app.env.settings.update(file_insertion_enabled=False, raw_enabled=False)
