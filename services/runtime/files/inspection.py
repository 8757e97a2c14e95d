"""What an accepted file may not be whatever a virus scanner says: active, two formats in one, or a bomb when unpacked.

The file is kept in a temporary one while it passes, for its structure is read from its end, by a process of its own
(structure.py). FILE_UNSAFE names what is wrong with it; FILE_TYPE_REFUSED is a file that its own format's reader cannot
read, since what nothing can read cannot be judged.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from services.runtime.errors import InvalidArgument, Unavailable
from services.runtime.files.turns import Turns
from services.runtime.files.verdict import EXCESSIVE, Verdict

# What may be in memory of a file while it passes.
_MEMORY_BYTES = 1024 * 1024
_PROGRAM = "services.runtime.files.structure"
_turns = Turns()
# A reader has six seconds of a processor, which others may need meanwhile.
_READING_SECONDS = 60.0
_KIND_BYTES = 80
# How the system ends a reader that goes beyond its limits, and how one ends whose libraries meet them unprepared.
_BEYOND_LIMITS = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT}


def inspected(chunks: Iterable[bytes], content_type: str, person: str) -> Iterator[bytes]:
    """Passes the chunks of a person's file of this type on; InvalidArgument after the last when it is refused.

    Unavailable when so many others are looked at that this one's turn does not come.
    """
    with tempfile.SpooledTemporaryFile(_MEMORY_BYTES) as held:
        for chunk in chunks:
            held.write(chunk)
            yield chunk
        held.rollover()
        held.flush()
        held.seek(0)
        with _turns.turn(person):
            verdict = _verdict(held, content_type)
        if verdict == EXCESSIVE:
            _turns.took_too_much(person)
        if verdict.unsafe:
            raise InvalidArgument.field("file", verdict.unsafe, reason="FILE_UNSAFE")
        if verdict.unreadable:
            raise InvalidArgument.field("file", verdict.unreadable, reason="FILE_TYPE_REFUSED")


def _verdict(held: IO[bytes], content_type: str) -> Verdict:
    try:
        # What it asks of its environment is where the modules are; it is given nothing else that this process knows.
        read = subprocess.run(
            [sys.executable, "-m", _PROGRAM, content_type],
            stdin=held, capture_output=True, timeout=_READING_SECONDS, check=False,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unavailable("the file could not be looked at in time; send it again") from error
    if read.returncode in _BEYOND_LIMITS:
        return EXCESSIVE
    if read.returncode:
        # The kind of its error and no word of it, which may be one of the file.
        kind = read.stderr.rstrip().rpartition(b"\n")[2].partition(b":")[0][:_KIND_BYTES].decode(errors="replace")
        raise RuntimeError(f"the reader of files ended with {read.returncode}: {kind}")
    return Verdict.read(read.stdout)
