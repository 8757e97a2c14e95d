"""A copy of the whole project, in which one mistake after another is made and taken back."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDERS = ("proto", "gen", "services", "stack", "envoy", "tests", "k8s", "istio", "docs")
FILES = ("buf.yaml", "buf.gen.yaml", "pyproject.toml", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
# A changed file gets a time of its own, so that Python compiles it anew, however quickly the next change follows.
_TIMES = itertools.count(1_000_000_000)


@dataclass(frozen=True)
class Edit:
    """One change of a file: the first `old` becomes `new`; without `old` the file is made of `new`, or goes."""

    file: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Tree:
    """The copy."""

    root: Path

    @contextmanager
    def changed(self, edits: tuple[Edit, ...]) -> Iterator[None]:
        """Makes the changes, and takes them back at the end; fails when a text is not there any more."""
        before = {each.file: self._read(each.file) for each in edits}
        try:
            for each in edits:
                self._make(each)
            yield
        finally:
            for file, content in before.items():
                self._write(file, content)

    def _make(self, edit: Edit) -> None:
        if not edit.old:
            self._write(edit.file, edit.new.encode() or None)
            return
        text = (self.root / edit.file).read_text()
        if edit.old not in text:
            pytest.fail(f"{edit.file}:1: has no {edit.old!r} any more: mend the mistake that changes it", pytrace=False)
        self._write(edit.file, text.replace(edit.old, edit.new, 1).encode())

    def _read(self, file: str) -> bytes | None:
        path = self.root / file
        return path.read_bytes() if path.exists() else None

    def _write(self, file: str, content: bytes | None) -> None:
        path = self.root / file
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (time := next(_TIMES), time))


def copy_of(source: Path, root: Path) -> Tree:
    """The copy of a checkout in an empty folder."""
    for name in FOLDERS:
        shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(source / name, root / name)
    (root / ".deps").symlink_to(source / ".deps")
    return Tree(root)
