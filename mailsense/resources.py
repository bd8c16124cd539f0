"""Where the shipped files are: ``templates/`` and ``models/``.

In a wheel they lie inside the package (hatchling's force-include); in a checkout and an
editable install they lie beside it, at the top level.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(kind: str) -> Path:
    """Given ``templates`` or ``models``, return the folder. Raise FileNotFoundError if absent."""
    for folder in (_PACKAGE / "_shipped" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation lacks its {kind}/ folder: install mailsense again")
