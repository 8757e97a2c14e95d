"""Wheels as they are in the image: unpacked as published, without commands, and without what no service uses."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from stack.image import ImageError, packages

SITE = packages.SITE


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """One wheel, with a command, a header and data beside its modules, and one archive of sources."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    beside = ("scripts/one", "headers/one.h", "purelib/more.py", "data/share/x")
    modules = ("one/__init__.py", "one/big.dat", "one-1.dist-info/METADATA")
    _wheel(folder / "one-1-py3-none-any.whl", *modules, *(f"one-1.data/{name}" for name in beside))
    _source(folder / "two-2.tar.gz", "setup.py", "PKG-INFO", "LICENSE", "two/__init__.py", "two/sub/a.py", "docs/b.py")
    return folder


def _wheel(file: Path, *names: str) -> None:
    with zipfile.ZipFile(file, "w") as content:
        for name in names:
            content.writestr(name, name)


def _source(file: Path, *names: str) -> None:
    with tarfile.open(file, "w:gz") as content:
        for name in names:
            entry = tarfile.TarInfo(f"{file.name.removesuffix('.tar.gz')}/{name}")
            entry.size = len(name)
            content.addfile(entry, io.BytesIO(name.encode()))


@pytest.fixture
def left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The list of what is left out, empty."""
    file = tmp_path / "left_out.txt"
    file.write_text("# Nothing.\n")
    monkeypatch.setattr(packages, "LEFT_OUT", file)
    return file


def made(wheels: Path, folder: Path) -> list[str]:
    packages.make(wheels, folder)
    site = folder / SITE
    return sorted(str(each.relative_to(site)) for each in site.rglob("*") if each.is_file())


def test_wheels_and_sources_are_there_without_what_nothing_starts(wheels: Path, left_out: Path, tmp_path: Path) -> None:
    assert made(wheels, tmp_path / "made") == [
        "more.py", "one-1.dist-info/METADATA", "one/__init__.py", "one/big.dat",
        "two-2.dist-info/LICENSE", "two-2.dist-info/METADATA", "two/__init__.py", "two/sub/a.py",
    ]  # fmt: skip
    environment = tmp_path / "made" / packages.ENVIRONMENT
    assert (environment / "share" / "x").exists() and not (environment / "bin" / "one").exists()
    assert str((environment / "bin" / "python").readlink()) == "/usr/bin/python3.11"
    assert "home = /usr/bin\n" in (environment / "pyvenv.cfg").read_text()


def test_what_is_left_out_is_not_there_but_for_what_is_kept(wheels: Path, left_out: Path, tmp_path: Path) -> None:
    left_out.write_text("one  not used\n!one/__init__.py  used\ntwo/*/a.py  not used\n")
    there = made(wheels, tmp_path / "made")
    assert "one/__init__.py" in there and not {"one/big.dat", "two/sub/a.py"} & {*there}


@pytest.mark.parametrize("pattern", ["three", "!three", "one/*.txt"])
def test_a_line_that_names_nothing_is_refused(wheels: Path, left_out: Path, tmp_path: Path, pattern: str) -> None:
    left_out.write_text(f"{pattern}  not used\n")
    with pytest.raises(ImageError, match=r"left_out.txt: nothing is called"):
        packages.make(wheels, tmp_path / "made")


def test_two_packages_with_one_file_are_refused(wheels: Path, left_out: Path, tmp_path: Path) -> None:
    _wheel(wheels / "other-1-py3-none-any.whl", "one/__init__.py")
    with pytest.raises(ImageError, match=r"two packages bring .*one/__init__.py"):
        packages.make(wheels, tmp_path / "made")


def test_sources_that_have_to_be_compiled_are_refused(wheels: Path, left_out: Path, tmp_path: Path) -> None:
    _source(wheels / "three-3.tar.gz", "PKG-INFO", "three/__init__.py", "three/fast.c")
    with pytest.raises(ImageError, match=r"three-3.tar.gz has to be compiled: three/fast.c"):
        packages.make(wheels, tmp_path / "made")
