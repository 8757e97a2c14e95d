"""docs/security.md: what it names exists, no requirement is missing, and every kind of RPC is attacked."""

import ast
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.findings import findings, same
from tests.security.table import BEGIN, PAGE, ROOT, collected, rows

WHERE = "docs/security.md"
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; in each, those of level 3 come last.
ASVS = {
    "V1": (2, 9, 11, 3, 2), "V2": (3, 3, 4, 1), "V3": (0, 2, 4, 6, 5, 0, 2), "V4": (3, 1, 2, 4), "V5": (1, 3, 2, 3),
    "V6": (3, 12, 4, 4, 5, 3, 0, 4), "V7": (3, 4, 2, 5, 2, 2), "V8": (2, 3, 1, 1), "V9": (3, 4),
    "V10": (2, 2, 4, 11, 5, 2, 3), "V11": (2, 3, 3, 4, 1, 1), "V12": (3, 2, 4), "V13": (1, 5, 2, 5), "V14": (2, 4, 3),
    "V15": (3, 3, 7), "V16": (1, 5, 4, 3, 3), "V17": (1, 4, 2),
}  # fmt: skip
REQUIREMENT = re.compile(r"V\d+\.\d+\.\d+(?: to V\d+\.\d+\.\d+)?")
RISKS = {f"API{number}" for number in range(1, 11)}


def lines() -> Iterator[tuple[int, list[str]]]:
    """The rows of all tables but the last: number of the line, and its cells."""
    text = PAGE.read_text().partition(BEGIN)[0]
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[1] not in ("what is tried", "how it is met") and set(line) - set("|-"):
            yield number, cells


def requirements(cell: str) -> Iterator[str]:
    """The numbers that a cell names, ranges in full."""
    for each in REQUIREMENT.findall(cell):
        first, _, last = each.partition(" to ")
        section, number = first.rsplit(".", 1)
        for one in range(int(number), int((last or first).rsplit(".", 1)[1]) + 1):
            yield f"{section}.{one}"


@cache
def named_tests(file: Path) -> frozenset[str]:
    """The names of the tests in a file."""
    return frozenset(node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_the_standard_has_one_line() -> None:
    wanted = {
        f"{chapter}.{section}.{number}"
        for chapter, counts in ASVS.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    }
    assert len(wanted) == 253
    found = Counter(each for _, cells in lines() for each in requirements(cells[0]))
    same(found, wanted, WHERE, "write its line", "is no requirement of levels 1 and 2")
    findings((f"{WHERE}: {each} has several lines" for each, count in found.items() if count > 1), "keep one")


def test_every_risk_of_the_top_ten_is_met() -> None:
    same({cells[0].split()[0] for _, cells in lines()} & RISKS, RISKS, WHERE, "write its line", "is no risk")


def test_what_a_line_names_exists() -> None:
    wrong = []
    for number, cells in lines():
        proof = cells[-1].strip("`")
        if len(cells) == 4 and cells[1].startswith(("Does not apply: ", "Open: ")):
            wrong += [f"{WHERE}:{number}: has a defence and is none"] if cells[2:] != ["-", "-"] else []
            continue
        file, _, test = proof.partition("::")
        if not (ROOT / file).is_file() or test.rpartition("::")[2] not in named_tests(ROOT / file):
            wrong.append(f"{WHERE}:{number}: there is no test {proof}")
        if len(cells) == 4 and not (ROOT / cells[2].strip("`")).exists():
            wrong.append(f"{WHERE}:{number}: there is no file {cells[2]}")
    findings(wrong, "name what there is")


KINDS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "public": lambda rpc: bool(rpc["public"]),
    "role": lambda rpc: bool(rpc["roles"]),
    "owner": lambda rpc: bool(rpc["owner"]),
    "scope": lambda rpc: bool(rpc["scopes"]),
    "caller": lambda rpc: bool(rpc["callers"]),
    "upload": lambda rpc: bool(rpc["upload"]),
    "raw body": lambda rpc: bool(rpc["raw_body"]),
    "answer stream": lambda rpc: bool(rpc["server_streaming"]),
    "live": lambda rpc: bool(rpc["live"]),
    "idempotent": lambda rpc: rpc["idempotency"] != "NONE",
}
# What of an entry says no more than these do.
APART = {
    "callers",
    "http",
    "rate_class",
    "reasons",
    "roles",
    "scopes",
    "owner",
    "public",
    "client_streaming",
    "idempotency",
}


def test_every_kind_of_rpc_is_attacked() -> None:
    table: dict[str, dict[str, Any]] = json.loads((ROOT / "gen" / "access.json").read_text())
    assert {name for rpc in table.values() for name in rpc} - APART == {
        "live",
        "raw_body",
        "server_streaming",
        "upload",
    }
    found = {kind for kind, fits in KINDS.items() if any(map(fits, table.values()))}
    same({cells[0] for _, cells in lines()} & set(KINDS), found, WHERE, "attack it", "no RPC is of this kind")
    kindless = [rpc for rpc, entry in table.items() if not any(fits(entry) for fits in KINDS.values())]
    findings((f"{rpc}: is of no kind" for rpc in kindless), f"add its kind to {WHERE}")


def test_the_table_of_attacks_is_of_the_tests() -> None:
    found = rows(collected())
    there = PAGE.read_text().partition(BEGIN)[2].splitlines()[: len(found)]
    same(there, found, WHERE, "python -m tests.security.table", "python -m tests.security.table")
