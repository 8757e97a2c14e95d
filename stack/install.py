"""Installs what LoanFlow needs, once per version of its lock files. Standard library only: runs on a bare Python 3.11.

usage: python3 -m stack.install           installs what is missing, shows progress
       python3 -m stack.install --python  the Python packages alone, which is all that `make check` needs
       python3 -m stack.install --alerts  Alertmanager and amtool, for `make alerts`
       python3 -m stack.install --telemetry  the collector and its stores, for `make telemetry`
       python3 -m stack.install --pdfa    veraPDF, for `make pdfa`
       python3 -m stack.install --where   prints the folder of the Python packages, installs nothing
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import venv
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from stack import folders

DONE = ".installed"
CLAMD = "apt-get install --no-install-recommends clamav-daemon"


class InstallError(Exception):
    """Something is missing on the machine or a download is not what the lock says; the text says what to do."""


def install(*, servers: bool = True) -> None:
    """Brings the Python packages and the Java servers into the cache, unless they are there."""
    if sys.version_info < (3, 11):  # noqa: UP036 this is what informs the user
        raise InstallError(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: apt-get install python3.11"
        )
    if os.pathsep in str(folders.CHECKOUT):
        raise InstallError(
            f"Python finds no packages below a folder with {os.pathsep!r} in its name: {folders.CHECKOUT}"
        )
    once(folders.virtual_environment(), "Python packages", _python_packages)
    if servers:
        once(folders.java_libraries(), "Kafka and the schema registry", _java_servers)
        _check_clamd()
        once(folders.kafka_principal(), "the broker's names of its clients", _kafka_principal)


def once(folder: Path, what: str, fill: Callable[[Path], None]) -> None:
    """Has `fill` fill the folder, unless that was done before; waits while another process does."""
    # What is there is asked for before any lock: who needs nothing does not wait for those who install something else.
    if not (folder / DONE).exists():
        with _alone(folder):
            _fill(folder, what, fill)


def _fill(folder: Path, what: str, fill: Callable[[Path], None]) -> None:
    if (folder / DONE).exists():
        return
    # Virtual environments cannot be moved, so the folder is filled in place and the marker is written last.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.monotonic()
    print(f"installing {what} into {folder}", flush=True)
    fill(folder)
    (folder / DONE).touch()
    print(f"installed {what} in {time.monotonic() - began:.0f} s", flush=True)


def _python_packages(folder: Path) -> None:
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise InstallError("this Python cannot make virtual environments: apt-get install python3-venv") from error
    total = folders.REQUIREMENTS.read_text().count("==")
    command = [
        str(folder / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--progress-bar", "off", "--require-hashes", "-r", str(folders.REQUIREMENTS),
    ]  # fmt: skip
    _with_progress(command, re.compile(r"Collecting (\S+)"), total, "pip could not install the locked packages")


def _java_servers(folder: Path) -> None:
    if not shutil.which("mvn"):
        raise InstallError(
            "Maven is needed to fetch Kafka and the schema registry: apt-get install maven default-jdk-headless"
        )
    if not shutil.which("java"):
        raise InstallError("Maven needs a JDK, 17 or newer: apt-get install default-jdk-headless")
    # One call for each profile, so that each server keeps its own resolution of versions.
    for profile in ("kafka", "registry"):
        print(f"  {profile}", flush=True)
        _maven(profile, folders.JAVA_PROJECT, folder, ["-C"])
    _check_pins(folder, folders.JAVA_PINS)
    [archive] = (folder / "registry-dist").glob("*.tar.gz")
    with tarfile.open(archive) as content:
        # Python has it from 3.11.4 on; what is unpacked is pinned by its hash anyway.
        content.extraction_filter = getattr(tarfile, "data_filter", None)
        content.extractall(folder / "registry")  # noqa: S202 by the filter above, where there is one
    shutil.rmtree(folder / "registry-dist")


def _maven(profile: str, project: Path, folder: Path, options: list[str]) -> None:
    command = ["mvn", "-B", "-q", *options, "--no-transfer-progress", "-f", str(project), f"-Dlibraries={folder}"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if subprocess.run([*command, "-P", profile, "process-resources"], env=environment, check=False).returncode:
        raise InstallError(f"Maven could not fetch {profile}; its message is above")


def search() -> None:
    """Brings the search engine into the cache, for a stack that has one, unless it is there."""
    once(folders.search_libraries(), "the search engine", _search_engine)
    once(folders.search_node(), "its node", _search_node)


def _search_engine(folder: Path) -> None:
    if not (shutil.which("mvn") and shutil.which("java")):
        raise InstallError("Maven and a JDK, 17 or newer, are needed: apt-get install maven default-jdk-headless")
    # Central has no checksum of the plugin's zip; what is in it is pinned all the same.
    for profile, strict in (("engine", ["-C"]), ("security", [])):
        print(f"  {profile}", flush=True)
        _maven(profile, folders.SEARCH_PROJECT / "pom.xml", folder, strict)
    [archive] = (folder / "security").glob("*.zip")
    with zipfile.ZipFile(archive) as content:
        jars = [name for name in content.namelist() if name.endswith(".jar")]
        content.extractall(folder / "security", jars)  # noqa: S202 each is pinned by its hash
    archive.unlink()
    _check_pins(folder, folders.SEARCH_PROJECT / "pins.sha256")


def _search_node(folder: Path) -> None:
    _compile(folder, folders.search_libraries() / "engine", folders.SEARCH_NODE)


def pdfa() -> None:
    """Brings veraPDF into the cache, for `make pdfa`, unless it is there."""
    once(folders.pdfa_libraries(), "veraPDF", _verapdf)
    once(folders.pdfa_checker(), "what asks it", _pdfa_checker)


def _verapdf(folder: Path) -> None:
    if not (shutil.which("mvn") and shutil.which("java")):
        raise InstallError("Maven and a JDK, 17 or newer, are needed: apt-get install maven default-jdk-headless")
    _maven("verapdf", folders.PDFA_PROJECT / "pom.xml", folder, ["-C"])
    _check_pins(folder, folders.PDFA_PROJECT / "pins.sha256")


def _pdfa_checker(folder: Path) -> None:
    _compile(folder, folders.pdfa_libraries() / "verapdf", folders.PDFA_CHECKER)


def alertmanager() -> None:
    """Brings Alertmanager and amtool into the cache, for a stack that has them and for `make alerts`."""
    once(folders.alertmanager(), "Alertmanager", partial(_go, "Alertmanager", folders.ALERTMANAGER_PROJECT))


def collector() -> None:
    """Brings OpenTelemetry's collector into the cache, for a stack that has one and for `make telemetry`."""
    once(folders.collector(), "the collector", partial(_go, "the collector", folders.COLLECTOR_PROJECT, package="."))


def log_store() -> None:
    """Brings VictoriaLogs into the cache, as the collector."""
    once(folders.log_store(), "VictoriaLogs", partial(_go, "VictoriaLogs", folders.LOG_STORE_PROJECT))


def trace_store() -> None:
    """Brings Zipkin into the cache, as the collector."""
    once(folders.trace_store(), "Zipkin", _zipkin)


def _zipkin(folder: Path) -> None:
    if not (shutil.which("mvn") and shutil.which("java")):
        raise InstallError("Maven and Java, 17 or newer, are needed: apt-get install maven default-jdk-headless")
    _maven("traces", folders.TRACE_STORE_PROJECT / "pom.xml", folder, ["-C"])
    _check_pins(folder, folders.TRACE_STORE_PROJECT / "pins.sha256")


def _go(what: str, project: Path, folder: Path, package: str = "tool") -> None:
    """Builds the tools of a Go module, or its program."""
    [need] = re.findall(r"^go (\d+\.\d+)", (project / "go.mod").read_text(), re.MULTILINE)
    if not shutil.which("go"):
        raise InstallError(f"the Go toolchain, {need} or newer, is needed to build {what}: apt-get install golang-go")
    print("  Go needs some minutes for it, the first time", flush=True)
    # Versions and hashes are those of go.mod and go.sum alone.
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    build = ["go", "build", "-o", f"{folder}{os.sep}", package]
    if subprocess.run(build, cwd=project, env=environment, check=False).returncode:
        raise InstallError(f"Go could not build {what}; its message is above")


def _check_clamd() -> None:
    if not any(shutil.which("clamd", path=path) for path in (None, "/usr/sbin", "/usr/local/sbin")):
        raise InstallError(f"the virus scanner clamd is needed: {CLAMD}")


def _kafka_principal(folder: Path) -> None:
    _compile(folder, folders.java_libraries() / "kafka", folders.JAVA_PRINCIPAL)


def _compile(folder: Path, jars: Path, source: Path) -> None:
    if not shutil.which("javac"):
        raise InstallError("a Java compiler is needed, 17 or newer: apt-get install default-jdk-headless")
    command = ["javac", "--release", "17", "-nowarn", "-cp", str(jars / "*"), "-d", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InstallError(f"javac: {done.stderr.strip()[-2000:]}")


def _check_pins(folder: Path, pins: Path) -> None:
    pinned = {name: digest for digest, name in map(str.split, pins.read_text().splitlines())}
    found = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    if found.keys() != pinned.keys():
        raise InstallError(f"Maven brought other files than pinned: {sorted(found.keys() ^ pinned.keys())}")
    for name, file in found.items():
        if hashlib.sha256(file.read_bytes()).hexdigest() != pinned[name]:
            raise InstallError(f"{name} is not the file that was pinned")


def _with_progress(command: list[str], step: re.Pattern[str], total: int, failure: str) -> None:
    seen, last = 0, ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = line if line.strip() and not line.startswith("  ") else last
            found = step.search(line)
            if found:
                seen += 1
                print(f"  {seen}/{total} {found[1].split('==')[0]}", flush=True)
            elif line.startswith(("ERROR", "error", "Installing")):
                print(f"  {line.rstrip()[:200]}", flush=True)
    if process.returncode:
        raise InstallError(f"{failure}: {last.strip()}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other process fills the folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    if sys.argv[1:] == ["--where"]:
        print(folders.virtual_environment())
    else:
        try:
            if sys.argv[1:] == ["--alerts"]:
                alertmanager()
            elif sys.argv[1:] == ["--telemetry"]:
                for each in (collector, log_store, trace_store):
                    each()
            elif sys.argv[1:] == ["--pdfa"]:
                pdfa()
            else:
                install(servers=sys.argv[1:] != ["--python"])
        except InstallError as error:
            sys.exit(f"error: {error}")
