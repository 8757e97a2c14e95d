"""The process supervisor: its configuration out of the table of parts, its start and end, its word on each process."""

import os
import re
import shlex
import signal
import subprocess
import time
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from stack import accounts, folders, programs
from stack.layout import Layout, write_private
from stack.part import STOP_SECONDS, Part, Stage

# Linux refuses longer paths of Unix sockets.
LONGEST_SOCKET = 107
# What would end a value, or begin a comment, in the supervisor's settings or in those of a part.
UNWRITABLE = re.compile(r"""\s[;#]|["'\\,\x00-\x1f]""")
# A program writes its log by itself: through the supervisor, each line of a busy platform goes by one slow reader.
APPENDING = ("/bin/sh", "-c", 'exec "$@" >>"$0" 2>&1')
ALREADY_STARTED = 60
NOT_RUNNING = 70


@dataclass(frozen=True)
class Process:
    """What the supervisor knows of one program; pid is 0 when it does not run, since is seconds since the epoch."""

    name: str
    state: str
    pid: int
    since: int
    why: str

    @property
    def failed(self) -> bool:
        """True when it ended by itself, or never began."""
        return self.state in ("BACKOFF", "EXITED", "FATAL", "UNKNOWN")


class Supervisor:
    """The supervisor of one stack."""

    def __init__(self, layout: Layout, parts: tuple[Part, ...]) -> None:
        self._layout = layout
        self._programs = {part.name: part for part in parts if part.command}
        self._config_file = layout.state / "supervisord.conf"
        self._pid_file = layout.state / "supervisord.pid"
        self._socket = layout.state / "supervisor.sock"

    def pid(self) -> int | None:
        """The supervisor's process, or None when it does not run; never a stranger who got its old number."""
        try:
            process = psutil.Process(int(self._pid_file.read_text()))
            return process.pid if str(self._config_file) in process.cmdline() else None
        except (OSError, ValueError, psutil.Error):
            return None

    def configure(self) -> bool:
        """Writes the configuration; False when it is the one that was there."""
        if len(str(self._socket)) > LONGEST_SOCKET:
            raise ValueError(f"the path of the state folder is too long for a socket: {self._layout.state}")
        if UNWRITABLE.search(str(self._layout.state)):
            raise ValueError(f"the supervisor cannot be given a folder of this name: {str(self._layout.state)!r}")
        for name in self._programs:
            self._layout.log(name).touch(0o640)
        accounts.TURNING.give(self._layout)
        text = _config(self._layout, list(self._programs.values()), self._socket, self._pid_file)
        if self._config_file.exists() and self._config_file.read_text() == text:
            return False
        write_private(self._config_file, text)
        return True

    def launch(self) -> None:
        """Starts the supervisor itself, in the background, with no program yet."""
        subprocess.run(
            [programs.python(), "-m", "supervisor.supervisord", "-c", str(self._config_file)],
            env=programs.environment(), cwd=folders.CHECKOUT, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + STOP_SECONDS
        while not (self.pid() and self._socket.exists()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the supervisor did not start, see {self._layout.logs / 'supervisord.log'}")
            time.sleep(0.02)

    def start(self, name: str) -> None:
        """Starts a program and returns at once; one that runs is left alone."""
        try:
            self._call("startProcess", self._full_name(name), False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != ALREADY_STARTED:
                raise

    def stop(self, name: str) -> None:
        """Stops a program and waits for its end; one that does not run is left alone."""
        try:
            self._call("stopProcess", self._full_name(name), True)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != NOT_RUNNING:
                raise

    def process(self, name: str) -> Process:
        """What a program does now."""
        return _process(self._call("getProcessInfo", self._full_name(name)))

    def processes(self) -> list[Process]:
        """What every program does now, in the order of the table."""
        found = {process.name: process for process in map(_process, self._call("getAllProcessInfo"))}
        return [found[name] for name in self._programs if name in found]

    def end(self) -> None:
        """Ends every program, highest stage first, and the supervisor; what is left of them after that is killed."""
        pid = self.pid()
        if pid is None:
            return
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
        os.kill(pid, signal.SIGTERM)
        _, alive = psutil.wait_procs([root], timeout=STOP_SECONDS * len(Stage) + 10)
        for process in alive + [p for p in tree[1:] if p.is_running()]:
            process.kill()
        psutil.wait_procs(tree, timeout=5)

    def _call(self, method: str, *arguments: object) -> Any:
        # A connection for each call: the transport must not be shared by threads.
        transport = SupervisorTransport("", "", f"unix://{self._socket}")
        try:
            return getattr(xmlrpc.client.ServerProxy("http://loopback", transport).supervisor, method)(*arguments)
        finally:
            transport.close()

    def _full_name(self, name: str) -> str:
        return f"{self._programs[name].stage.name.lower()}:{name}"


def _process(info: object) -> Process:
    assert isinstance(info, dict)
    return Process(info["name"], info["statename"], info["pid"], info["start"], info["spawnerr"] or info["description"])


def _config(layout: Layout, parts: list[Part], socket: Path, pid_file: Path) -> str:
    sections = [
        # Programs begin where the supervisor does, in the checkout; here, so that another one counts as a change.
        f"# {str(folders.CHECKOUT)!r}",
        f"[unix_http_server]\nfile={socket}\nchmod=0700",
        f"[supervisord]\npidfile={pid_file}\nlogfile={layout.logs / 'supervisord.log'}\nlogfile_maxbytes=5MB\n"
        f"logfile_backups=1\nchildlogdir={layout.logs}\nminfds=4096",
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    ]
    for stage in Stage:
        members = [part.name for part in parts if part.stage is stage]
        if members:
            # The supervisor stops group by group, the highest priority number first.
            sections.append(f"[group:{stage.name.lower()}]\nprograms={','.join(members)}\npriority={stage.value}")
    return "\n\n".join([*sections, *(_program(layout, part) for part in parts)]) + "\n"


def _program(layout: Layout, part: Part) -> str:
    assert part.command
    variables, command = part.environment(layout) if part.environment else {}, part.command(layout)
    if part.account and accounts.used():
        command = part.account.command(command)
        variables = {**variables, "HOME": str(layout.folder(part.account.folder, part.account.mode))}
    log = layout.logs / f"{part.name}.log"
    if not (part.user and accounts.used()):
        # Whom the supervisor itself starts under another account cannot open it.
        command = [*APPENDING, str(log), *command]
    settings: dict[str, object] = {
        "command": shlex.join(command),
        "environment": ",".join(f'{name}="{value}"' for name, value in variables.items()),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": 1,
        "startretries": 50,
        "stopsignal": part.stop_signal,
        "stopwaitsecs": part.stop_seconds,
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": log,
        "stdout_logfile_maxbytes": 0,
    }
    if (part.user or (part.account and not part.account.python)) and accounts.used():
        # It may not be let into the checkout, but is into what it writes.
        settings |= {"user": part.user or "", "directory": str(layout.state)}
    # A percent sign would be taken for one of the supervisor's own variables.
    lines = [f"{key}={str(value).replace('%', '%%')}" for key, value in settings.items() if value != ""]
    return "\n".join([f"[program:{part.name}]", *lines])
