"""What runs beside a stack that is backed up: the receiver of PostgreSQL's log, and the archiver."""

from pathlib import Path

from stack import programs
from stack.backup import receiver
from stack.layout import Layout
from stack.part import Part, Stage

# The file of the archiver's figures.
FIGURES = "backup.prom"


def archiving() -> tuple[Part, ...]:
    """Both, the archiver after all that it reads."""
    return (
        Part(
            "wal", Stage.SERVICES, ("postgres",), command=receiver.command, prepare=receiver.prepare,
            ready=receiver.ready, environment=receiver.environment, stop_signal="INT",
        ),
        Part(
            "archiver", Stage.SERVICES, ("wal", "secrets", "mongo", "s3", "migrations"), command=_command,
            prepare=_prepare, ready=_ready,
        ),
    )  # fmt: skip


def _command(layout: Layout) -> list[str]:
    """The archiver as a program."""
    return [programs.python(), "-m", "stack.backup.archiver", str(layout.base), str(layout.state)]


def _prepare(layout: Layout) -> None:
    """Forgets that the archiver before was ready."""
    first_round(layout).unlink(missing_ok=True)


def _ready(layout: Layout) -> None:
    """Returns when a first pass was made."""
    if not first_round(layout).exists():
        raise FileNotFoundError("the first pass is not over")


def begun(layout: Layout) -> bool:
    """Whether the stack is backed up, which it is from the first backup on."""
    return (layout.state / "backup").exists()


def first_round(layout: Layout) -> Path:
    """The file that is there once the archiver has made a pass."""
    return layout.folder("backup") / "first-round"
