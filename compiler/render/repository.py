"""Files as a service that reviews a repository names them: relative to its root."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def repository_path(name: str) -> str:
    """A file's path from the root of the checkout (`GITHUB_WORKSPACE`, else this folder); outside of it, the whole."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    path = Path(name).absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def repository_uri(name: str) -> str:
    """The same as a URI reference: relative, or `file:` where the file lies outside."""
    path = repository_path(name)
    return Path(path).as_uri() if path.startswith("/") else quote(path)
