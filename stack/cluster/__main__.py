"""A cluster on this machine: `python -m stack.cluster up`, down, kubectl …, run …; for root, in namespaces of its own.

    up                brings up control plane, node, mesh and parts, and what the platform provides;
                      with --control the API server with Istio's kinds and webhooks alone
    deploy            applies k8s/ and istio/ as README.md says, and waits until all is ready
    kubectl WORDS     asks the API server
    run WORDS         runs a command where the cluster's names and addresses are
    down              ends it all, and removes what it stored

It is built once (`stack/cluster/programs.py`). Nothing of it is seen from outside of its namespaces, and nothing stays.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time

import yaml

from stack import folders, install, pki, starter
from stack.cluster import authority, control, deploy, doors, images, names, node, parts, place, programs, provided
from stack.layout import Layout
from stack.supervisor import Supervisor


def main() -> int:
    """Runs one command; its exit status."""
    given = _parser().parse_args()
    layout = Layout(given.base, folders.state(given.base))
    layout.state.mkdir(parents=True, exist_ok=True)
    layout.state.chmod(0o711)
    supervisor = Supervisor(layout, parts.table())
    try:
        if given.command == "down":
            return down(layout, supervisor)
        if given.command != "up" and not supervisor.pid():
            raise ValueError("no cluster runs: python -m stack.cluster up")
        programs.install()
        if given.command == "up" and not given.control:
            # Inside nothing can be fetched.
            images.install()
        place.enter(layout, supervisor, sys.argv[1:])
        return {"up": up, "deploy": _deploy, "kubectl": _kubectl, "run": _run}[given.command](layout, supervisor, given)
    except (starter.StartError, install.InstallError, images.ImageError, OSError, ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def up(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Starts what does not run yet, and waits until it is ready."""
    began = time.monotonic()
    with starter.alone(layout):
        pki.ensure(layout.pki)
        authority.ensure(layout)
        doors.certify(layout)
        names.write_outside(layout, doors.names(layout))
        if supervisor.configure() and supervisor.pid():
            raise ValueError("the settings have changed: make cluster-down, then up")
        if not supervisor.pid():
            supervisor.launch()
        problems = starter.start(layout, supervisor, parts.api_alone() if given.control else parts.table(), _tell)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not problems and not given.control:
        provided.all_of_it(layout, control.ISSUER, [authority.tokens_key(layout)])
        place.kubectl(layout, "apply", "-f", "-", given=yaml.safe_dump_all(doors.services(layout)))
    if not problems:
        print(f"up in {time.monotonic() - began:.1f} s; state {layout.state}")
    return 1 if problems else 0


def down(layout: Layout, supervisor: Supervisor) -> int:
    """Ends every pod and program, and removes all: namespaces, control groups, files, what kubelet set."""
    with starter.alone(layout):
        if supervisor.pid():
            supervisor.stop("kubelet")
        node.end_pods(layout)
        supervisor.end()
        node.remove_control_groups(layout)
        place.put_back_kernel(layout)
        place.remove_network(layout)
        place.remove_folders(layout)
    shutil.rmtree(layout.state)
    return 0


def _deploy(layout: Layout, _: Supervisor, given: argparse.Namespace) -> int:
    deploy.deploy(layout, _tell)
    return 0


def _kubectl(layout: Layout, _: Supervisor, given: argparse.Namespace) -> int:
    command = [programs.built("kubectl"), "--kubeconfig", str(place.kubeconfig(layout)), *_words(given)]
    return subprocess.run(command, check=False).returncode


def _run(layout: Layout, _: Supervisor, given: argparse.Namespace) -> int:
    environment = {**os.environ, "KUBECONFIG": str(place.kubeconfig(layout))}
    return subprocess.run(_words(given), check=False, env=environment).returncode


def _words(given: argparse.Namespace) -> list[str]:
    words: list[str] = given.words
    return words[1:] if words[:1] == ["--"] else words


def _tell(name: str, seconds: float) -> None:
    print(f"  {name:<24} {seconds:5.1f} s", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stack.cluster", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--base", type=int, default=place.BASE, help="base port of its parts (%(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up").add_argument("--control", action="store_true", help="neither node nor parts")
    for name in ("deploy", "down"):
        commands.add_parser(name)
    for name in ("kubectl", "run"):
        commands.add_parser(name).add_argument("words", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
