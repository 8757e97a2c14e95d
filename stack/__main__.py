"""The command of the local stack: `python -m stack up`, down, ps, logs, restart, rotate …; `--help` explains them."""

import argparse
import os
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Collection, Iterable
from datetime import date

import psutil

from services import catalog
from stack import accounts, business_days, environment, folders, install, pages, pki, ports, privacy, rotation, starter
from stack.backup.parts import archiving, begun
from stack.layout import Layout
from stack.part import Part, Stage
from stack.parts import choose, migrate, stand_in_of, stand_ins, table
from stack.profiles import PROFILES, profiled
from stack.servers import kafka
from stack.supervisor import Supervisor

MEGABYTE = 1024 * 1024


def main() -> int:
    """Runs one command; gives the exit status, 1 when something did not start."""
    given = _parser().parse_args()
    try:
        layout = Layout(ports.Ports(given.base).base, folders.state(given.base))
        layout.state.mkdir(parents=True, exist_ok=True)
        # PostgreSQL, which runs under an account of its own, has to get to its folder; no other account may list it.
        layout.state.chmod(0o711)
        if given.command == "up" and given.brokers:
            layout.set_brokers(given.brokers)
        for name in given.profile if given.command == "up" else ():
            layout.add_profile(name)
        run = {"up": up, "down": down, "ps": ps, "logs": logs, "restart": restart, "migrate": _migrate,
               "daily": daily, "events": events, "privacy": privacy.run,
               "rotate": rotation.run, "settings": settings}[given.command]  # fmt: skip
        return run(layout, Supervisor(layout, (*table(layout.brokers), *resting())), given)
    except BrokenPipeError:
        # The reader, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except xmlrpc.client.Fault as fault:
        # Most likely someone else is stopping the stack at this moment.
        print(f"error: the supervisor answers {fault.faultString}", file=sys.stderr)
        return 1
    except (starter.StartError, install.InstallError, OSError, ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def resting() -> tuple[Part, ...]:
    """What does not run in every stack."""
    return (*stand_ins(), *archiving(), *profiled(*PROFILES))


def up(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Starts what does not run yet, in order, and waits until all of it is ready."""
    more = (*(archiving() if begun(layout) else ()), *profiled(*layout.profiles))
    chosen = choose(given.only, layout.brokers) if given.only else [*table(layout.brokers), *more]
    for part in chosen:
        if part.install:
            part.install()
    with starter.alone(layout):
        began = time.monotonic()
        pki.ensure(layout.pki)
        if why := accounts.make_ready():
            print(f"warning: the services and stand-ins run as root, not under accounts of their own: {why}")
        if supervisor.configure() and supervisor.pid():
            print("the settings have changed: starting everything anew")
            running = {each.name for each in supervisor.processes() if each.pid}
            chosen = with_running(chosen, running, (*table(layout.brokers), *resting()))
            supervisor.end()
        if not supervisor.pid():
            _check_ports(layout, chosen)
            supervisor.launch()
        problems = starter.start(
            layout, supervisor, chosen, lambda name, seconds: print(f"  {name:<13} {seconds:5.1f} s", flush=True)
        )
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not problems:
        edge = f"http://127.0.0.1:{layout.ports.of('edge')}"
        print(f"up in {time.monotonic() - began:.1f} s; edge {edge}, state {layout.state}")
    return 1 if problems else 0


def with_running(chosen: Iterable[Part], running: Collection[str], known: Iterable[Part]) -> list[Part]:
    """What is started when all is to be started anew: what was asked for, which may be one part, and what ran."""
    asked = {part.name: part for part in chosen}
    return [asked.get(part.name, part) for part in known if part.name in asked or part.name in running]


def down(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Ends everything that was started, the supervisor too; what was stored stays."""
    with starter.alone(layout):
        supervisor.end()
    return 0


def ps(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Shows each program: state, process, port, time since its start, memory; 1 when one of them does not run."""
    if not supervisor.pid():
        print("nothing runs: python -m stack up")
        return 1
    away = {part.name for part in resting()} - {part.name for part in profiled(*layout.profiles)}
    found, total = [each for each in supervisor.processes() if each.pid or each.name not in away], 0
    print(f"{'PART':<13} {'STATE':<9} {'PID':>7} {'PORT':>6} {'UP':>8} {'MB':>6}")
    for process in found:
        memory = _memory(process.pid)
        total += memory
        age = f"{int(time.time()) - process.since} s" if process.pid else ""
        port = layout.ports.all().get(process.name, "")
        print(
            f"{process.name:<13} {process.state:<9} {process.pid or '':>7} {port:>6} {age:>8} {memory // MEGABYTE:>6}"
        )
    print(f"{'all':<13} {'':<9} {'':>7} {'':>6} {'':>8} {total // MEGABYTE:>6}")
    running = {process.name for process in found if process.pid}
    for part, address in pages.of(layout).items():
        if part in running:
            print(f"{part:<13} {address}")
    return 0 if all(process.pid for process in found) else 1


def logs(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Shows the last lines of one part's log, or of all, and with --follow what comes."""
    wanted = [given.part] if given.part else [part.name for part in table(len(kafka.NODES)) if part.command]
    files = [str(path) for path in (layout.logs / f"{name}.log" for name in wanted) if path.exists()]
    if not files:
        raise ValueError(f"no log of {given.part or 'any part'} in {layout.logs}")
    os.execvp("tail", ["tail", "-n", str(given.lines), *(["-F"] if given.follow else []), *files])


def restart(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Stops one part, starts it again and waits until it is ready; meanwhile a stand-in does a service's work."""
    parts = (*table(layout.brokers), *archiving(), *profiled(*PROFILES))
    [part] = [part for part in parts if part.name == given.part]
    if not supervisor.pid():
        raise ValueError("nothing runs: python -m stack up")
    with starter.alone(layout):
        problems = _replace(layout, supervisor, part)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _replace(layout: Layout, supervisor: Supervisor, part: Part) -> list[starter.StartError]:
    def started(each: Part) -> list[starter.StartError]:
        return starter.start(
            layout, supervisor, [each], lambda name, seconds: print(f"  {name:<13} {seconds:5.1f} s", flush=True)
        )

    stand_in = stand_in_of(part.name)
    if stand_in and (problems := started(stand_in)):
        return problems
    # A service that is stopped goes on for longer than the edge needs to find the other one.
    supervisor.stop(part.name)
    problems = started(part)
    if stand_in and not problems:
        supervisor.stop(stand_in.name)
    return problems


def daily(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Has the daily runs of a business date done: overdue instalments, late fees, reminders; and the screening."""
    ended = []
    for service in ("repayment", "kyc"):
        module = f"services.{service}.scheduler"
        variables = {**os.environ, **environment.of_scheduler(layout, module)}
        command = [sys.executable, "-m", module, "--date", given.date]
        ended.append(subprocess.run(command, check=False, env=variables).returncode)
    if not any(ended):
        business_days.note(layout, date.fromisoformat(given.date))
    return max(ended)


def events(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Has services.runtime.events do something for a service: republish, letters, and what its --help says."""
    service = next((word for word in given.words if word in catalog.BY_NAME), "")
    if not service:
        raise ValueError("say of which service: python -m stack events letters list kyc")
    variables = environment.of_operator(layout, service, letters=given.words[0] == "letters")
    command = [sys.executable, "-m", "services.runtime.events", *given.words]
    return subprocess.run(command, check=False, env={**os.environ, **variables}).returncode


def settings(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Looks at, or changes, what may change while the stack runs: list, show, set, history, rollback."""
    command = [sys.executable, "-m", "services.dynamic_settings", *given.words]
    return subprocess.run(command, check=False, env={**os.environ, **environment.of_settings(layout)}).returncode


def _migrate(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    migrate(layout)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m stack", description="The local stack: the real parts and the services."
    )
    parser.add_argument(
        "--base", type=int, default=folders.base(), help="port that all others derive from (%(default)s)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    stages, names = [stage.name.lower() for stage in Stage], [part.name for part in (*table(), *profiled(*PROFILES))]
    programs = [part.name for part in (*table(len(kafka.NODES)), *archiving(), *profiled(*PROFILES)) if part.command]
    start = commands.add_parser("up", help=up.__doc__)
    start.add_argument(
        "--only", nargs="+", choices=[*stages, *names], metavar="PART", help=f"parts or stages: {', '.join(stages)}"
    )
    start.add_argument(
        "--brokers", type=int, choices=[1, len(kafka.NODES)], help="of Kafka, from the first start on (1)"
    )
    start.add_argument(
        "--profile", nargs="+", choices=PROFILES, default=[], help="what the stack has besides, from now on"
    )
    commands.add_parser("down", help=down.__doc__)
    commands.add_parser("ps", help=ps.__doc__)
    show = commands.add_parser("logs", help=logs.__doc__)
    show.add_argument("part", nargs="?", choices=programs, metavar="PART")
    show.add_argument("-n", "--lines", type=int, default=40)
    show.add_argument("-f", "--follow", action="store_true")
    again = commands.add_parser("restart", help=restart.__doc__)
    again.add_argument("part", choices=programs, metavar="PART")
    work = commands.add_parser("daily", help=daily.__doc__)
    work.add_argument("--date", required=True, help="the business date, such as 2027-01-31")
    operate = commands.add_parser("events", help=events.__doc__)
    operate.add_argument("words", nargs=argparse.REMAINDER, help="the command, such as republish kyc, letters list kyc")
    tune = commands.add_parser("settings", help=settings.__doc__)
    tune.add_argument("words", nargs=argparse.REMAINDER, help="the command, such as set log_level DEBUG --why ...")
    person = commands.add_parser("privacy", help=privacy.run.__doc__)
    person.add_argument("what", choices=["locate", "export", "hold", "release", "seal"])
    person.add_argument("person", nargs="?", default="", help="customer or account id; none for seal")
    person.add_argument("--files", help="where export copies files to")
    person.add_argument("--why", default="", help="of hold and release: the case, without the name of a person")
    rotation.add_command(commands)
    commands.add_parser("migrate", help="brings the databases of the services to their newest schema")
    return parser


def _check_ports(layout: Layout, chosen: list[Part]) -> None:
    # Found out here, a taken port is one clear line, and not a part that dies a minute later.
    listening = {c.laddr.port for c in psutil.net_connections("tcp") if c.laddr and c.status == psutil.CONN_LISTEN}
    ours = {part.name for part in chosen}
    taken = [
        f"{number} ({name})"
        for name, number in layout.ports.all().items()
        if number in listening and name.split()[0] in ours
    ]
    if taken:
        raise ValueError(f"ports are taken by another program: {', '.join(taken)}; choose another base with --base")


def _memory(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        # A page that several processes share counts once in all: PostgreSQL's processes share most of theirs.
        return sum(p.memory_full_info().pss for p in [process, *process.children(recursive=True)]) if pid else 0
    except psutil.Error:
        return 0


if __name__ == "__main__":
    sys.exit(main())
