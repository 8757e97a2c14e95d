"""Accounts of processes: no part that can do without is root's, and none reads what another one keeps."""

import os
import stat

import psutil
import pytest

from stack.layout import Layout
from stack.parts import Stage, stand_ins, table
from stack.supervisor import Supervisor
from tests.contract.findings import findings

# Programs in Python, whose interpreter and checkout may be closed to others.
OF_WHO_STARTED_THEM = {"mongo", "mail", "bank", "providers"} | {
    part.name for part in table() if part.stage is Stage.SERVICES
}
ONES_OWN = {part.name: part.account for part in table() if part.account}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="all of it is the developer's")


@pytest.mark.tries(len(table()))
@needs_root
def test_no_part_is_root_that_need_not_be(layout: Layout) -> None:
    processes = Supervisor(layout, (*table(), *stand_ins())).processes()
    running = {each.name: psutil.Process(each.pid) for each in processes if each.pid}
    assert set(ONES_OWN) - {"edge"} <= set(running)
    wrong = [
        f"{name}: has the rights of root"
        for name, top in running.items()
        for process in (top, *top.children(recursive=True))
        if name not in OF_WHO_STARTED_THEM and 0 in (*process.uids(), *process.gids())
    ]
    findings(wrong, "give the part an account in stack/accounts.py")
    for name, account in ONES_OWN.items():
        if name in running:
            assert set(running[name].uids()) == {account.number}, name


def readable(mode: int, owner: int, group: int, number: int) -> bool:
    """Whether an account of this number, in the group of the same number alone, may read it."""
    kinds = ((owner, stat.S_IRUSR), (group, stat.S_IRGRP))
    return any(number == whose and mode & bit for whose, bit in kinds) or bool(
        number not in (owner, group) and mode & stat.S_IROTH
    )


@pytest.mark.tries(len(ONES_OWN) * len(set(ONES_OWN.values())))
@needs_root
@pytest.mark.parametrize("part", ONES_OWN)
def test_a_part_reads_its_own_folder_and_no_others(layout: Layout, part: str) -> None:
    number = ONES_OWN[part].number
    open_: list[str] = []
    for folder in layout.state.iterdir():
        own = folder.name in (ONES_OWN[part].folder, layout.pki.name)
        found = folder.lstat()
        if folder.is_dir() and not own and readable(found.st_mode, found.st_uid, found.st_gid, number):
            open_.append(folder.name)
    for key in layout.pki.rglob("*.key"):
        found = key.lstat()
        if key.parent.name != ONES_OWN[part].leaf and readable(found.st_mode, found.st_uid, found.st_gid, number):
            open_.append(str(key.relative_to(layout.state)))
    findings((f"{each}: can be read by {part}" for each in open_), "make it by Layout.folder or write_private")
    kept = (layout.pki / ONES_OWN[part].leaf / "tls.key").lstat()
    assert readable(kept.st_mode, kept.st_uid, kept.st_gid, number)
