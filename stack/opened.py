"""Runs a program in Python under an account of its own that its interpreter and the checkout may be closed to.

usage: python -m stack.opened [--keep RIGHT]... [--group NUMBER]... NUMBER COMMAND...

Root's home, where Python and the checkout may lie, is entered by root alone. So the program sees the file system by a
mount namespace of its own: a closed folder above them is an empty one there that anybody may pass through, and holds
them alone, under the paths that they have. It needs the right to mount. Where that lacks, or files of theirs are closed
themselves, the program goes on as root, and `why_not` says so. Standard library only.
"""

import argparse
import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from stack import folders

_NEW_NAMESPACE, _SLAVE, _RECURSIVE, _BIND, _NO_SUID, _NO_DEVICES = 0x20000, 1 << 19, 1 << 14, 1 << 12, 2, 4


def dropping(number: int, rights: Iterable[str] = (), groups: Iterable[int] = ()) -> list[str]:
    """What before a command has it run under this account: with these rights of root, in these groups, for good."""
    kept, joined = ",".join(["-all", *(f"+{right}" for right in rights)]), ",".join(map(str, groups))
    belongs = f"--groups={joined}" if joined else "--clear-groups"
    who = [f"--reuid={number}", f"--regid={number}", belongs, "--no-new-privs"]
    return ["setpriv", *who, f"--inh-caps={kept}", f"--ambient-caps={kept}", f"--bounding-set={kept}", "--"]


def needed() -> tuple[Path, ...]:
    """What a program in Python reads: the project, the packages, the interpreter that they were installed for."""
    return folders.CHECKOUT, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()


def why_not() -> str:
    """Why programs in Python run as root although it started them; empty when they do not."""
    child = os.fork()
    if not child:
        try:
            os._exit(bool(_open()))
        except OSError:
            os._exit(2)
    reasons = ("", "their files, or Python's, are closed to other accounts", "nothing can be mounted here")
    return reasons[os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]


def closed(path: Path) -> Path | None:
    """The topmost folder above the path that not everybody may pass through."""
    return next((each for each in reversed(path.parents) if not each.stat().st_mode & stat.S_IXOTH), None)


def unreadable(paths: Iterable[Path]) -> list[Path]:
    """Those that an account which owns nothing cannot use."""
    return [path for path in paths if closed(path) or path.stat().st_mode & 0o005 < (0o005 if path.is_dir() else 0o004)]


def _open() -> list[Path]:
    """Opens what is needed, in this process's view alone; gives what stays closed. OSError without the right to."""
    barred = {path: top for path in needed() if (top := closed(path))}
    if barred:
        _view(barred)
    return unreadable(_samples())


def _samples() -> tuple[Path, ...]:
    """A few of the files: who makes one closed, by a umask, makes all so."""
    root = folders.CHECKOUT
    return (
        *needed(),
        root / "services" / "catalog.py",
        root / "gen" / "loanflow",
        Path(sys.executable),
        Path(os.__file__),
    )


def _view(barred: dict[Path, Path]) -> None:
    call = ctypes.CDLL(None, use_errno=True)

    def checked(result: int) -> None:
        if result:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def mount(source: str, target: Path, kind: bytes | None, flags: int, options: bytes | None = None) -> None:
        checked(call.mount(source.encode(), os.fsencode(target), kind, ctypes.c_ulong(flags), options))

    checked(call.unshare(_NEW_NAMESPACE))
    mount("none", Path("/"), None, _RECURSIVE | _SLAVE)
    # Opened before they are covered.
    held = {path: os.open(path, os.O_PATH) for path in barred}
    for top in sorted(set(barred.values())):
        mount("tmpfs", top, b"tmpfs", _NO_SUID | _NO_DEVICES, b"mode=0711,size=1m")
    for path in sorted(barred):
        if not path.exists():
            path.mkdir(parents=True)
            mount(f"/proc/self/fd/{held[path]}", path, None, _BIND | _RECURSIVE)
    for each in held.values():
        os.close(each)


def run(number: int, command: list[str], rights: list[str], groups: list[int]) -> None:
    """Becomes the command, under this account with no more rights of root than these."""
    umask = os.umask(0o022)
    try:
        left = _open()
    except OSError as error:
        left = [folders.CHECKOUT]
        print(f"cannot open what is closed to other accounts: {error}", file=sys.stderr)
    os.umask(umask)
    # Where the paths below it lead through the view, too.
    os.chdir(folders.CHECKOUT)
    if left:
        print(f"runs as root: {left[0]} is closed to other accounts", file=sys.stderr, flush=True)
        os.execvp(command[0], command)
    become = dropping(number, rights, groups)
    os.execvp(become[0], [*become, *command])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m stack.opened", description=__doc__)
    parser.add_argument("--keep", action="append", default=[], metavar="RIGHT")
    parser.add_argument("--group", type=int, action="append", default=[], metavar="NUMBER")
    parser.add_argument("number", type=int)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    run(given.number, given.command, given.keep, given.group)
