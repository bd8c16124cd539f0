"""The settings: one schema gives validation, the sample file and the documentation.

``schema`` holds the settings as dataclasses whose fields carry their own help; ``load``
reads a TOML file and tells every problem at once; ``sample`` writes config.example.toml;
``paths`` says where things lie.
"""

from mailsense.config.load import load, parse
from mailsense.config.paths import Paths
from mailsense.config.schema import Account, Drafts, Me, Server, Settings, Sync, Tags

__all__ = [
    "Account",
    "Drafts",
    "Me",
    "Paths",
    "Server",
    "Settings",
    "Sync",
    "Tags",
    "load",
    "parse",
]
