"""Migrations that the running version of a service survives: it goes on beside the new one while that is deployed."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.contract.conftest import ROOT
from tests.contract.findings import findings

# What a release gives up that the one before no longer reads or writes: migration and line of its SQL, each with why.
GIVEN_UP = {
    (
        "services/repayment/migrations/versions/0002_daily_run.py",
        "ALTER TABLE loans DROP COLUMN next_overdue_date",
    ): "no release had it",
    (
        "services/repayment/migrations/versions/0005_order.py",
        "ALTER TABLE payments ALTER COLUMN number SET NOT NULL",
    ): "no release wrote payments without it",
}
LATER = "the running version still uses it: give it up in the release after, and say so in GIVEN_UP of " + __name__
_SQL = [
    (r"DROP (TABLE|COLUMN)\b", "drops", LATER),
    (r"RENAME (COLUMN|TO)\b", "renames", LATER),
    (r"ALTER COLUMN \w+ (SET DATA )?TYPE\b", "changes the type of", LATER),
    (r"ALTER COLUMN \w+ SET NOT NULL\b", "requires", "the running version may leave it out: give it a default"),
    (
        r"ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL\b",
        "adds and requires",
        "the running version does not fill it: DEFAULT",
    ),
]
_CALLS = {"drop_column": "drops", "drop_table": "drops", "rename_table": "renames"}


def unsafe(source: str, name: str) -> Iterator[str]:
    """Every step of a migration that would break what runs, as file:line with what to do."""
    for function in ast.parse(source).body:
        if not isinstance(function, ast.FunctionDef) or function.name != "upgrade":
            continue
        for node in (each for each in ast.walk(function) if isinstance(each, ast.Call)):
            step, what = ast.unparse(node.func).removeprefix("op."), ast.unparse(node)
            if step in _CALLS:
                yield f"{name}:{node.lineno}: {_CALLS[step]} {_arguments(node)}: {LATER}"
            elif step == "alter_column" and re.search(r"new_column_name=|\btype_=|nullable=False", what):
                yield f"{name}:{node.lineno}: changes {_arguments(node)}: {LATER}"
            elif step == "add_column" and "nullable=False" in what and "server_default=" not in what:
                remedy = "the running version does not fill it: server_default="
                yield f"{name}:{node.lineno}: adds and requires {_arguments(node)}: {remedy}"
            elif step == "execute":
                yield from _of_sql(node, name)


def _of_sql(node: ast.Call, name: str) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            for number, statement in enumerate(each.value.splitlines()):
                for pattern, does, remedy in _SQL:
                    if re.search(pattern, statement, re.IGNORECASE) and (name, statement.strip()) not in GIVEN_UP:
                        yield f"{name}:{each.lineno + number}: {does}: {statement.strip()}: {remedy}"


def _arguments(node: ast.Call) -> str:
    return ", ".join(ast.unparse(each) for each in node.args)


def test_what_runs_survives_every_migration() -> None:
    paths = sorted(ROOT.glob("services/*/migrations/versions/*.py"))
    assert len(paths) > 20, "services/*/migrations/versions:1: holds too few: mend the pattern of this test"
    findings(each for path in paths for each in unsafe(path.read_text(), str(path.relative_to(ROOT))))


@pytest.mark.parametrize(
    ("step", "does"),
    [
        ("op.drop_column('reviews', 'reason')", "drops 'reviews', 'reason'"),
        ("op.drop_table('reviews')", "drops 'reviews'"),
        ("op.rename_table('reviews', 'cases')", "renames"),
        ("op.alter_column('reviews', 'reason', new_column_name='why')", "changes 'reviews', 'reason'"),
        ("op.alter_column('reviews', 'reason', nullable=False)", "changes"),
        ("op.add_column('reviews', sa.Column('branch', sa.Text(), nullable=False))", "adds and requires"),
        ("op.execute('ALTER TABLE reviews DROP COLUMN reason')", "drops"),
        ("op.execute('alter table reviews rename column reason to why')", "renames"),
        ("op.execute('ALTER TABLE reviews ADD COLUMN branch TEXT NOT NULL')", "adds and requires"),
        ("op.execute('ALTER TABLE reviews ALTER COLUMN reason SET NOT NULL')", "requires"),
        ("op.execute('ALTER TABLE reviews ALTER COLUMN reason TYPE INT')", "changes the type of"),
        ("op.execute(\"ALTER TABLE reviews ADD COLUMN branch TEXT NOT NULL DEFAULT ''\")", ""),
        ("op.execute('ALTER TABLE reviews ADD COLUMN branch TEXT')", ""),
        ("op.add_column('reviews', sa.Column('branch', sa.Text(), nullable=True))", ""),
    ],
)
def test_each_step_that_breaks_what_runs_is_named(step: str, does: str) -> None:
    path = "services/kyc/migrations/versions/0009_other.py"
    found = list(unsafe(f"def upgrade():\n    {step}\n\n\ndef downgrade():\n    op.drop_table('reviews')\n", path))
    assert [each.startswith(f"{path}:2: {does}") for each in found] == ([True] if does else [])
