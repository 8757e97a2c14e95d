"""The Python packages of the services, out of the locked wheels, without what no service uses.

A wheel is unpacked as it is, so that what is there depends on nothing but the lock: pip writes down when, by whom and
for which interpreter it installed. Standard library only, and pip to fetch.
"""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from stack import folders
from stack.image import ImageError, inside

LOCK = folders.CHECKOUT / "stack" / "services.txt"
LEFT_OUT = Path(__file__).with_name("left_out.txt")
ENVIRONMENT = Path("opt", "loanflow")
SITE = ENVIRONMENT / "lib" / "python3.11" / "site-packages"
# What is published as sources alone: of Python alone, so that nothing has to be built.
SOURCES = ("dkimpy",)
# What the base's glibc and Python run.
_NEWEST_GLIBC = 36
_PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(5, _NEWEST_GLIBC + 1)), "linux_x86_64")
_OLDER = ("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64")
# What `python -m venv --without-pip` writes.
_CONFIGURATION = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"


def fetch(folder: Path) -> None:
    """Has pip bring the locked wheels."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--only-binary=:all:", f"--no-binary={','.join(SOURCES)}", "--no-build-isolation",
        "--require-hashes", "--requirement", str(LOCK), "--dest", str(folder),
        "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none",
        *(f"--platform={each}" for each in (*_PLATFORMS, *_OLDER)),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImageError(f"pip could not fetch the locked wheels: {done.stderr.strip()[-2000:]}")


def make(wheels: Path, folder: Path) -> None:
    """Fills the folder with what the wheels bring, and an environment around it, named by what starts Python."""
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as content:
            _unpack(content, folder)
    for source in sorted(wheels.glob("*.tar.gz")):
        _unpack_source(source, folder)
    environment = folder / ENVIRONMENT
    (environment / "pyvenv.cfg").write_text(_CONFIGURATION)
    (environment / "bin").mkdir()
    (environment / "bin" / "python").symlink_to(f"/{inside.PYTHON}")
    _leave_out(folder / SITE)


def _unpack(content: zipfile.ZipFile, folder: Path) -> None:
    for each in content.infolist():
        path = place(each.filename)
        if path is None or each.is_dir():
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise ImageError(f"two packages bring {path}")
        with content.open(each) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)


def place(name: str) -> Path | None:
    """Where a file of a wheel goes; None for commands and headers, which nothing here starts or compiles."""
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return SITE / name
    kind, _, rest = rest.partition("/")
    if kind in ("purelib", "platlib"):
        return SITE / rest
    return ENVIRONMENT / rest if kind == "data" else None


def left_out(text: str) -> list[tuple[str, str]]:
    """Pairs of a pattern, below site-packages, and why nothing that it names is there; `!` keeps some of it."""
    lines = [line.partition("  ") for line in text.splitlines() if line and line[0] != "#"]
    return [(pattern, reason.strip()) for pattern, _, reason in lines]


def _unpack_source(source: Path, folder: Path) -> None:
    """As `_unpack`, of the packages at the top of an archive of sources."""
    name = source.name.removesuffix(".tar.gz")
    with tarfile.open(source) as content:
        files = {each.name.partition("/")[2]: each for each in content if each.isfile()}
        tops = {path.partition("/")[0] for path in files if path.count("/") == 1 and path.endswith("/__init__.py")}
        if strange := [path for path in files if path.endswith((".c", ".cpp", ".pyx", ".rs"))]:
            raise ImageError(f"{source.name} has to be compiled: {strange[0]}")
        about = {path: f"{name}.dist-info/{path}" for path in files if path.startswith(("LICENSE", "COPYING"))}
        places = about | {path: path for path in files if path.partition("/")[0] in tops}
        for path, target in (places | {"PKG-INFO": f"{name}.dist-info/METADATA"}).items():
            file = content.extractfile(files[path])
            assert file is not None
            (folder / SITE / target).parent.mkdir(parents=True, exist_ok=True)
            (folder / SITE / target).write_bytes(file.read())


def _leave_out(site: Path) -> None:
    kept = set[Path]()
    gone = list[Path]()
    for pattern, _ in left_out(LEFT_OUT.read_text()):
        found = list(site.glob(pattern.removeprefix("!")))
        if not found:
            raise ImageError(f"{LEFT_OUT.name}: nothing is called {pattern}: take the line out, or mend it")
        (kept.update if pattern[0] == "!" else gone.extend)(file for each in found for file in _files(each))
    for file in gone:
        if file not in kept:
            file.unlink(missing_ok=True)


def _files(path: Path) -> Iterator[Path]:
    return (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else iter((path,))


def strip(folder: Path, base: Path, tools: Path) -> None:
    """Takes out of libraries what only a debugger reads.

    Those of a package that brings others in `*.libs` were changed after they were linked; such a one is left as it is,
    for a second change can break it.
    """
    site = folder / SITE
    repaired = {each.name.removesuffix(".libs").lower() for each in site.glob("*.libs")}
    found = [
        each
        for each in sorted(site.rglob("*.so"))
        if not {part.lower() for part in each.relative_to(site).parts} & {*repaired, *(f"{x}.libs" for x in repaired)}
    ]
    program = Path("usr", "bin", "x86_64-linux-gnu-strip")
    for each in found:
        subprocess.run([*inside.command(base, tools / program, tools), "--strip-unneeded", str(each)], check=True)


def compile_all(base: Path, folder: Path, *below: Path) -> subprocess.Popen[bytes]:
    """Starts the base's Python on compiling what is below; what it writes says the same wherever it is made."""
    # In one process, file by file: which strings are shared between two of them changes the bytes.
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/"]
    return inside.python(base, "-m", "compileall", *options, *(str(folder / each) for each in below))
