"""Images that a cluster on one machine needs besides ours: Istio's proxy of programs that are there, and pause."""

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack.image import ImageError, archive, base, cluster, debian

ARGUMENTS = {"agent": b"agent", "envoy": b"proxy", "bootstrap": b"{}"}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """What the proxy's image is made of; its base is empty."""
    monkeypatch.setattr(debian, "locked", lambda: debian.Lock("20270131T000000Z", ()))
    monkeypatch.setattr(
        base, "make", lambda use, folder, name, number: (folder / f"{use}-{name}-{number}").mkdir(parents=True)
    )
    for name, content in ARGUMENTS.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o700 if name != "bootstrap" else 0o600)
    return {name: tmp_path / name for name in ARGUMENTS}


def test_the_proxy_is_found_where_istio_starts_it(programs: dict[str, Path], tmp_path: Path) -> None:
    made = cluster.proxy(**programs, tag="1.30", folder=tmp_path / "made")
    assert dict(archive.files(made)) == {
        "usr/local/bin/pilot-agent": 5, "usr/local/bin/envoy": 5, "var/lib/istio/envoy/envoy_bootstrap_tmpl.json": 2,
    }  # fmt: skip
    [listed] = archive.index(made)["manifests"]
    assert listed["annotations"]["io.containerd.image.name"] == "docker.io/istio/proxyv2:1.30"
    settings = archive.settings(made)
    assert (settings["User"], settings["Entrypoint"]) == ("1337:1337", ["/usr/local/bin/pilot-agent"])
    again = cluster.proxy(**programs, tag="1.30", folder=tmp_path / "again")
    assert hashlib.sha256(made.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_program_that_is_not_there_is_named(programs: dict[str, Path], name: str, tmp_path: Path) -> None:
    programs[name].unlink()
    with pytest.raises(ImageError, match=f"{programs[name]} is not there"):
        cluster.proxy(**programs, tag="1", folder=tmp_path / "made")
    assert not (tmp_path / "made" / "proxyv2.tar").exists()


def test_without_go_it_says_what_pause_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImageError, match="apt-get install golang-go"):
        cluster.pause(tmp_path)


# Becomes the program, with a process that is left to it and ends a second later.
ORPHAN = """
import ctypes, os, sys, time
PR_SET_CHILD_SUBREAPER = 36
assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(1)
    os._exit(0)
os.wait()
os.execv(sys.argv[1], sys.argv[1:])
"""


def left_to(process: int) -> list[str]:
    """The processes that one has below it, also those that have ended and were not waited for."""
    return "".join((task / "children").read_text() for task in Path(f"/proc/{process}/task").iterdir()).split()


@pytest.mark.skipif(shutil.which("go") is None, reason="Go builds pause")
def test_pause_reaps_what_is_left_to_it_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    made = cluster.pause(tmp_path)
    assert [name for name, _ in archive.files(made)] == ["pause"]
    assert archive.settings(made)["User"] == "65535:65535"
    program = tmp_path / "pause" / "root" / "pause"
    with subprocess.Popen([sys.executable, "-c", ORPHAN, str(program)]) as running:
        process = Path(f"/proc/{running.pid}/exe")
        while process.resolve() != program:
            assert running.poll() is None
        assert len(left_to(running.pid)) == 1
        end = time.monotonic() + 30
        while left_to(running.pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert left_to(running.pid) == [] and running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 0
