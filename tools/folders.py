"""Where viscript keeps what it makes: results, runs and models of this user.

`VISCRIPT_HOME` puts all of it under one folder; otherwise each system's own places are used.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Results of tools: may be deleted at any time."""
    home = os.environ.get("VISCRIPT_HOME")
    return Path(home) / "cache" if home else Path(platformdirs.user_cache_dir("viscript"))


def runs_folder() -> Path:
    """One folder a run."""
    home = os.environ.get("VISCRIPT_HOME")
    return Path(home or platformdirs.user_data_dir("viscript")) / "runs"


def models_folder() -> Path:
    """Models that were fetched or converted on this machine."""
    home = os.environ.get("VISCRIPT_HOME")
    return Path(home or platformdirs.user_data_dir("viscript")) / "models"


def threads_folder() -> Path:
    """Requests that are open, and conversations."""
    home = os.environ.get("VISCRIPT_HOME")
    return Path(home or platformdirs.user_data_dir("viscript")) / "threads"


def examples_file() -> Path:
    """The worked examples that this user added, beside those that come with viscript."""
    home = os.environ.get("VISCRIPT_HOME")
    return Path(home or platformdirs.user_data_dir("viscript")) / "examples.toml"


def settings_file() -> Path:
    """What this user chose once and for all, written by hand."""
    home = os.environ.get("VISCRIPT_HOME")
    return Path(home or platformdirs.user_config_dir("viscript")) / "settings.toml"
