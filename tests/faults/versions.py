"""An old and a new version of services at once: the new one is a copy of the project with the next change made in it.

The change is one of each kind that a release brings: a field of an event, with its schema; a column, with its
migration. Both versions take calls, publish and handle events at the same time, of the same customers.
"""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from proto.plugins.generate import generate
from services.runtime.events.kafka import headers_of
from stack import environment, folders, programs
from stack.servers import postgres
from tests.bench.platform import Platform
from tests.contract.copies import Copy, original
from tests.faults.records import records
from tests.faults.replacement import beside, importing

# It publishes the event that is changed; the other one handles it, in the same group as its old version.
PUBLISHER, LISTENER = "application", "customer"
_TYPE, _TOPIC = "application.created", "loanflow.application.v1"
_SECONDS = 15.0
_MIGRATION = """
from alembic import op

revision = "next"
down_revision = "{before}"


def upgrade() -> None:
    op.execute("ALTER TABLE applications ADD COLUMN attempts INT NOT NULL DEFAULT 1")
"""


@contextmanager
def old_and_new(platform: Platform, chance: random.Random) -> Iterator[None]:
    """The new version works beside the old one, then alone, then is taken back; AssertionError when one was silent."""
    before = _published(platform)
    with TemporaryDirectory(prefix="loanflow-next-") as folder:
        made, last = next_version(Path(folder) / "next")
        try:
            _run(made, ["services.runtime.stores.migrate", PUBLISHER], environment.of_migrations(platform.layout))
            registration = environment.of_registration(platform.layout)
            _run(made, ["services.runtime.events.register", PUBLISHER], registration)
            with beside(platform, PUBLISHER, made), beside(platform, LISTENER, made):
                time.sleep(_SECONDS * chance.uniform(0.8, 1.2))
            time.sleep(chance.uniform(1, 3))
        finally:
            with postgres.admin(platform.layout, PUBLISHER) as connection:
                connection.execute("ALTER TABLE applications DROP COLUMN IF EXISTS attempts")
                connection.execute("UPDATE alembic_version SET version_num = %s WHERE version_num = 'next'", [last])
    came = _published(platform) - before
    assert len(came) == 2, f"events by the number of their schema, of which there should be two: {dict(came)}"
    yield


def next_version(root: Path) -> tuple[Path, str]:
    """A copy of the project with the change; and the migration that comes before the new one."""
    root.mkdir()
    copy, versions = Copy(original(root, folders.CHECKOUT)), f"services/{PUBLISHER}/migrations/versions"
    copy.change(
        f"proto/loanflow/{PUBLISHER}/v1/{PUBLISHER}_events.proto",
        "  google.protobuf.Timestamp create_time = 6;\n",
        "  google.protobuf.Timestamp create_time = 6;\n  // How often the customer has begun.\n  int32 attempts = 7;\n",
    )
    copy.change(
        f"services/{PUBLISHER}/events.py",
        "    create_time: datetime\n",
        "    create_time: datetime\n    attempts: int = 1\n",
    )
    (root / versions).mkdir(parents=True)
    known = sorted((folders.CHECKOUT / versions).glob("[0-9]*.py"))
    for each in known:
        (root / versions / each.name).write_text(each.read_text())
    last = known[-1].name.partition("_")[0]
    (root / versions / "9999_next.py").write_text(_MIGRATION.format(before=last))
    assert generate(root) == 0, "gen/ of the new version could not be made"
    # What a copy has no plugin for is what the change does not touch: topics and who may use them.
    for each in (folders.CHECKOUT / "gen").glob("*.json"):
        if not (root / "gen" / each.name).exists():
            (root / "gen" / each.name).write_text(each.read_text())
    return root, last


def _run(root: Path, module: list[str], variables: Mapping[str, str]) -> None:
    done = subprocess.run(
        [programs.python(), "-m", *module], cwd=root, env=importing(root) | dict(variables), check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(module)} of the new version: {done.stdout[-1000:]}{done.stderr[-3000:]}")


def _published(platform: Platform) -> Counter[int]:
    """How many events there are of each schema, by its number in the registry."""
    return Counter(
        int.from_bytes((record.value() or b"")[1:5])
        for record in records(platform, [_TOPIC])
        if headers_of(record).get("ce_type") == _TYPE
    )
