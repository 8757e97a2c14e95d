"""The table of attacks in docs/security.md, made of the tests themselves: `python -m tests.security.table` writes it.

A test that makes more than one try for each of its parameters says so by a mark, whose number is computed from what the
test walks: `@pytest.mark.tries(len(TOPICS))`, or `tries(by=function)` of the test's parameters.
"""

import contextlib
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- attacks -->\n", "<!-- end -->\n"
# Beside those of tests/security: the attacks on one layer alone, and those by every caller on every RPC.
FILES = {
    "tests/security": "",
    "tests/e2e/test_access_matrix.py": "access rules, at the edge and in each service",
    "tests/e2e/test_reference.py": "edge and services, whole",
    "tests/e2e/test_revocation.py": "revoked tokens, in each service",
    "tests/contract/test_edge.py": "edge",
    "tests/contract/test_edge_apps.py": "edge, customers' apps",
    "tests/contract/test_edge_frames.py": "edge, frames and lengths of bodies",
    "tests/contract/test_edge_fuzz.py": "edge, HTTP",
    "tests/contract/test_edge_live.py": "edge, WebSocket",
    "tests/contract/test_edge_programs.py": "edge, scopes and rates of partners' programs",
    "tests/contract/test_protection.py": "edge, HTTP/2 and memory",
    "tests/contract/test_fair_use.py": "edge, time",
    "tests/unit/auth/test_client_authentication.py": "assertions of partners' programs",
    "tests/integration/auth/test_client_authentication.py": "token endpoint",
    "tests/integration/runtime/test_anchor_lock.py": "anchors of audit chains, in their bucket",
    "tests/integration/runtime/test_any_bytes.py": "listeners of the bus",
    "tests/integration/runtime/test_audit_chain.py": "audit chain",
    "tests/integration/runtime/test_hostile_parties.py": "clients of parties outside",
    "tests/unit/runtime/test_anchor_locking.py": "anchors of audit chains",
}


class Found:
    """Collects: how many tries each test makes, and the layer that it is about."""

    def __init__(self) -> None:
        self.tries: Counter[str] = Counter()
        self.layers: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Counts."""
        for item in items:
            name = item.nodeid.partition("[")[0]
            self.tries[name] += tries(item)
            file = name.partition("::")[0]
            document = getattr(item, "module").__doc__ or ""  # noqa: B009
            self.layers[name] = FILES.get(file) or document.partition("\n")[0].partition(":")[0].rstrip(".")


def tries(item: pytest.Item) -> int:
    """How often one item of a test attacks: once, unless its mark says otherwise."""
    mark = item.get_closest_marker("tries")
    if mark is None:
        return 1
    if not mark.args:
        return int(mark.kwargs["by"](**getattr(item, "callspec").params))  # noqa: B009
    return int(mark.args[0])


def collected(files: Iterable[str] = FILES) -> Found:
    """What pytest finds in the files, without running any of it. RuntimeError when it cannot read one."""
    found, said = Found(), io.StringIO()
    arguments = ["--collect-only", "--quiet", "-p", "no:cacheprovider", *(str(ROOT / each) for each in files)]
    with contextlib.redirect_stdout(said):
        status = pytest.main([f"--rootdir={ROOT}", *arguments], plugins=[found])
    if status != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests cannot be collected:\n{said.getvalue()[-3000:]}")
    return found


def rows(found: Found) -> list[str]:
    """The table's lines, by file: the attack and its result, the layer, the tries."""
    lines = ["| attack and result | layer | cases | test |", "|---|---|---|---|"]
    for name, number in sorted(found.tries.items(), key=lambda each: each[0].partition("::")[0]):
        lines.append(f"| {words(name)} | {found.layers[name]} | {number} | `{name.partition('::')[0]}` |")
    lines.append(f"| all | | {found.tries.total()} | |")
    return lines


def words(name: str) -> str:
    """What a test says by its name."""
    return re.sub(r"^test_", "", name.rpartition("::")[2]).replace("_", " ")


def written(page: str, lines: Sequence[str]) -> str:
    """The page with these lines in the place of those that were there."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + BEGIN + "\n".join(lines) + "\n" + END + tail


def main() -> int:
    """Writes the table."""
    PAGE.write_text(written(PAGE.read_text(), rows(collected())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
