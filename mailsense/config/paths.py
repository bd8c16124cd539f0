"""Where things lie: the usual folders of the system, or all under MAILSENSE_HOME."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The folders of one installation of one user."""

    config: Path
    data: Path

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Paths:
        """Given the environment, return the paths: MAILSENSE_HOME, else the system's usual ones."""
        if home := env.get("MAILSENSE_HOME"):
            root = Path(home).expanduser().absolute()
            return cls(root / "config", root / "data")
        import platformdirs

        return cls(
            platformdirs.user_config_path("mailsense"), platformdirs.user_data_path("mailsense")
        )

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def templates(self) -> Path:
        """The user's own templates: a file of the same name overrides the shipped one."""
        return self.config / "templates"

    @property
    def database(self) -> Path:
        return self.data / "mailsense.db"

    @property
    def model(self) -> Path:
        """The user's own retrained model."""
        return self.data / "model"

    @property
    def key(self) -> Path:
        """The key with which this installation signs its own models."""
        return self.data / "model.key"
