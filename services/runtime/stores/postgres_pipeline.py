"""Statements to PostgreSQL that wait until they must go, and then go together: one round trip (libpq's pipeline mode).

What waits is sent with the next statement whose result is asked for, or with COMMIT. So BEGIN, savepoints, locks and
writes cost no round trip of their own, and a transaction that only reads sends neither BEGIN nor COMMIT: at the
isolation level READ COMMITTED each statement sees the same with or without them.

Errors of what waited are raised by the statement that it was sent with. The server skips the rest then, COMMIT too.
"""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, partial
from typing import Any, NamedTuple, Self

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

from services.runtime import errors

Taken = Callable[[errors.AlreadyExists], errors.Error]
COMMIT = "COMMIT"
_READS = re.compile(r"\s*(?:SELECT|VALUES|SHOW|EXPLAIN)\b", re.IGNORECASE)
# What only a transaction holds or undoes, although it reads.
_HOLDS = re.compile(
    r"\bFOR\s+(?:NO\s+KEY\s+|KEY\s+)?(?:UPDATE|SHARE)\b|\bpg_(?:try_)?advisory|\b(?:nextval|setval|set_config)\s*\(",
    re.IGNORECASE,
)
# Prepared statements of a connection: each takes some kilobytes of the server's.
_MOST_PREPARED = 300


class Kind(Enum):
    """What a statement needs: nothing, an open transaction, or one that can be undone up to here."""

    READ = "read"
    HOLD = "hold"
    WRITE = "write"


class Statement(NamedTuple):
    """A statement whose result is of no interest, with its parameters as $1, $2 …; prepared at its first use."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass
class _Level:
    """A nested block: what waited when it began, and its savepoint once that is needed."""

    begins: int
    strict: bool
    savepoint: str = ""


@dataclass
class Work:
    """One transaction: whether the server knows of it, and what it has not been sent yet."""

    begun: bool = False
    waiting: list[Statement] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)
    """By table: the error of a unique value that is taken, if not AlreadyExists itself."""
    rewritten: Callable[[], object] = lambda: None
    """Is told of a statement that may write rows, and does not wait: what was read of them is no more known."""
    _levels: list[_Level] = field(default_factory=list)
    _savepoints: int = 0

    def add(self, statement: Statement) -> None:
        """Has a statement wait."""
        self.waiting.append(statement)

    @property
    def unfinished(self) -> bool:
        """Whether there is something to commit."""
        return self.begun or bool(self.waiting)

    def take(self, kind: Kind) -> list[Statement]:
        """What goes before a statement of that kind, in its order; it waits no more."""
        if kind is Kind.WRITE:
            self.rewritten()
        if kind is Kind.READ and not self.unfinished:
            return []
        self._protect(kind)
        taken = self.waiting if self.begun else [Statement("BEGIN"), *self.waiting]
        self.begun, self.waiting = True, []
        for level in self._levels:
            level.begins = 0
        return taken

    @contextmanager
    def nested(self, connection: "PipelinedConnection", *, strict: bool) -> Iterator[None]:
        """A block that is undone when it raises. After a strict one that failed in the database, work goes on."""
        level = _Level(len(self.waiting), strict)
        self._levels.append(level)
        try:
            yield
        except BaseException:
            self._undo(level, connection)
            raise
        finally:
            self._levels.pop()
        if level.savepoint:
            self.add(Statement(f"RELEASE SAVEPOINT {level.savepoint}"))

    def _protect(self, kind: Kind) -> None:
        """Sets the savepoints of the blocks whose first write, or first statement at all, this is.

        A block around one that has a savepoint has one, too: what is released takes all that came after it along.
        """
        innermost = max((each for each, level in enumerate(self._levels) if self._needs(level, kind)), default=-1)
        for put, level in enumerate([level for level in self._levels[: innermost + 1] if not level.savepoint]):
            self._savepoints += 1
            level.savepoint = f"level_{self._savepoints}"
            self.waiting.insert(level.begins + put, Statement(f"SAVEPOINT {level.savepoint}"))

    def _needs(self, level: _Level, kind: Kind) -> bool:
        return level.strict or kind is Kind.WRITE or len(self.waiting) > level.begins

    def _undo(self, level: _Level, connection: "PipelinedConnection") -> None:
        if not level.savepoint:
            del self.waiting[level.begins :]
            return
        self.waiting.clear()
        connection.undo(f"ROLLBACK TO SAVEPOINT {level.savepoint}")


class PipelinedCursor(psycopg.Cursor[Any]):
    """Sends what waits in the connection's transaction together with the statement that it is to run."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Runs a statement; see the class."""
        connection = self.connection
        assert isinstance(connection, PipelinedConnection)
        waiting = connection.work.take(kind_of(query)) if connection.work else ()
        if waiting:
            # After one that may fail the server might skip what the driver then believes to be prepared.
            options["prepare"] = None if len(waiting) == 1 else False
            with connection.sending(waiting):
                super().execute(query, params, **options)
        else:
            super().execute(query, params, **options)
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        """Runs a statement for several sets of parameters."""
        connection = self.connection
        assert isinstance(connection, PipelinedConnection)
        waiting = connection.work.take(kind_of(query)) if connection.work else ()
        with connection.sending(waiting):
            super().executemany(query, params_seq, **options)


class PipelinedConnection(psycopg.Connection[Any]):
    """A connection in autocommit mode whose transactions are `work`; it has none until somebody sets it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_factory = PipelinedCursor
        self.work: Work | None = None
        self._prepared_names: dict[str, bytes] = {}
        self._prepared_count = 0
        self._transformer = Transformer(self)

    @contextmanager
    def sending(self, statements: Sequence[Statement]) -> Iterator[None]:
        """Sends the statements, then what the block runs, and waits for all of it; raises the first error."""
        if len(self._prepared_names) >= _MOST_PREPARED:
            self._forget_oldest({statement.text for statement in statements})
        commands = [self._command(statement) for statement in statements]
        with self.pipeline() as pipeline:
            pipeline.command_queue.extend(commands)
            # None: the result is looked at for an error alone.
            pipeline.result_queue.extend([None] * len(commands))
            yield

    def rollback(self) -> None:
        """Ends the transaction. The driver's own way forgets every prepared statement with it, in case tables changed.

        A refused use case ends like this; services change no tables, and keep their statements.
        """
        if self.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            self._run(b"ROLLBACK")

    def undo(self, command: str) -> None:
        """Goes back to a savepoint; a connection that cannot is found out by the next statement."""
        if self.pgconn.status == pq.ConnStatus.OK:
            self._run(command.encode())

    def _command(self, statement: Statement) -> "partial[None]":
        name = self._prepared_names.get(statement.text) or self._prepare(statement.text)
        values = self._transformer.dump_sequence(statement.values, [_format(value) for value in statement.values])
        return partial(self.pgconn.send_query_prepared, name, values, self._transformer.formats)

    def _forget_oldest(self, needed: Set[str]) -> None:
        """Forgets half of the prepared statements, those that are needed now excepted."""
        for text in [text for text in self._prepared_names if text not in needed][: _MOST_PREPARED // 2]:
            self._run(b"DEALLOCATE " + self._prepared_names.pop(text))

    def _prepare(self, text: str) -> bytes:
        self._prepared_count += 1
        name = f"kept_{self._prepared_count}".encode()
        self._checked(self.pgconn.prepare(name, text.encode()))
        self._prepared_names[text] = name
        return name

    def _run(self, command: bytes) -> None:
        self._checked(self.pgconn.exec_(command))

    def _checked(self, result: Any) -> None:
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise error_from_result(result, encoding=self.info.encoding)


@lru_cache(1024)
def kind_of(text: str) -> Kind:
    """What kind of statement a text is; one that is not certain to be harmless is a write."""
    if not _READS.match(text):
        return Kind.WRITE
    return Kind.HOLD if _HOLDS.search(text) else Kind.READ


def _format(value: Any) -> PyFormat:
    # Bytes as they are, not as twice as many hexadecimal digits.
    return PyFormat.BINARY if isinstance(value, bytes) else PyFormat.TEXT
