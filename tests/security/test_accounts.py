"""Accounts of processes: none of the stack is root's that can do without, and none reads what another one keeps."""

import os
import re
import stat
import subprocess
from pathlib import Path

import psutil
import pytest

from stack import folders, opened, programs
from stack.accounts import RENEWER, S3, Account
from stack.layout import Layout
from stack.parts import stand_ins, table
from stack.supervisor import Supervisor
from tests.contract.findings import findings

ONES_OWN = {part.name: part.account for part in table() if part.account}
# Of the machine's own accounts, by the supervisor's doing.
USERS = {part.name for part in table() if part.user}
# What anybody may read: who a workload is, whose times are believed, the list of names that is made up, the contract,
# which law loans follow, up to which day the daily runs were done.
OPEN = re.compile(
    r"pki/(ca|timestamps|\w+/tls)\.pem|figures/\w+\.prom|pki/\w+/renewal\.lock|[a-z.-]+|contract/access\.json|pytest/.*"
    r"|law/facilities\.json"
)
BITS = {"chown": 0, "dac_override": 1, "kill": 5}
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="all of it is the developer's"),
    pytest.mark.skipif(os.geteuid() == 0 and bool(opened.why_not()), reason="programs in Python cannot be opened here"),
]


def running(layout: Layout) -> dict[str, psutil.Process]:
    """The processes of the stack by the names of their parts; that of the edge only where it was started."""
    processes = Supervisor(layout, (*table(), *stand_ins())).processes()
    return {each.name: psutil.Process(each.pid) for each in processes if each.pid}


def status(process: psutil.Process, name: str) -> str:
    """A line of its status in /proc."""
    [line] = re.findall(rf"^{name}:[ \t]*(.*)$", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    return str(line)


@pytest.mark.tries(len(table()))
def test_no_process_of_the_stack_is_root(layout: Layout) -> None:
    found = running(layout)
    assert {name for name in ONES_OWN if name != "edge"} <= found.keys()
    wrong = [
        f"{name}: has the rights of root"
        for name, top in found.items()
        for process in (top, *top.children(recursive=True))
        if 0 in (*process.uids(), *process.gids())
    ]
    findings(wrong, "give the part an account in stack/accounts.py")
    for name, account in ONES_OWN.items():
        if name in found:
            assert set(found[name].uids()) == set(found[name].gids()) == {account.number}, name
            assert set(map(int, status(found[name], "Groups").split())) <= {*account.groups, account.number}, name


@pytest.mark.tries(len(ONES_OWN))
def test_no_process_keeps_or_regains_a_right_of_root_but_those_that_are_named(layout: Layout) -> None:
    for name, process in running(layout).items():
        if name not in USERS:
            kept = sum(1 << BITS[right] for right in ONES_OWN[name].keeps) if name in ONES_OWN else 0
            assert int(status(process, "CapEff"), 16) == int(status(process, "CapBnd"), 16) == kept, name
            assert status(process, "NoNewPrivs") == "1", name
    assert [account for account in ONES_OWN.values() if account.keeps] == [RENEWER]


def readable(layout: Layout, account: Account) -> list[str]:
    """The files of the stack that an account can read when it knows their names, by the word of the kernel."""
    named = [path for path in layout.state.rglob("*") if not path.is_dir() and not path.is_symlink()]
    ask = ["sh", "-c", 'while IFS= read -r path; do [ -r "$path" ] && echo "$path"; done; true']
    found = subprocess.run(
        [*opened.dropping(account.number, groups=account.groups), *ask], input="\n".join(map(str, named)),
        capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    return [str(Path(line).relative_to(layout.state)) for line in found.stdout.splitlines()]


# Which lines ran and which reasons were given, of a run of the tests alone; every process writes there.
MEASURED = ("coverage/", "raised/")


@pytest.mark.tries(len({account.number for account in ONES_OWN.values()}))
@pytest.mark.parametrize("part", ONES_OWN)
def test_a_part_reads_what_is_its_own_and_no_others(layout: Layout, part: str) -> None:
    account = ONES_OWN[part]
    own = [*(f"{folder}/" for folder in (account.folder, *account.more)), f"pki/{account.leaf}/", *MEASURED]
    if account.groups:
        own.append("clamav-socket/")
    found = readable(layout, account)
    wrong = [each for each in found if not each.startswith(tuple(own)) and not OPEN.fullmatch(each)]
    findings((f"{each}: can be read by {part}" for each in wrong), "make it by Layout.folder or write_private")
    assert not account.leaf or f"pki/{account.leaf}/tls.key" in found


def test_what_the_renewer_writes_for_a_part_is_that_ones_alone(layout: Layout) -> None:
    folder = layout.pki / "s3"
    write = "import sys; from pathlib import Path; from services.runtime.secrets import private_files as files; "
    write += "files.replace(Path(sys.argv[1]), b'key')"
    made = folder / "written.key"
    command = RENEWER.command([programs.python(), "-c", write, str(made)])
    try:
        subprocess.run(command, check=True, cwd=folders.CHECKOUT, env=programs.environment())
        found = made.stat()
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (folder.stat().st_uid, 0o600) == (S3.number, 0o600)
    finally:
        made.unlink(missing_ok=True)
