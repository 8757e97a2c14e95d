"""`python -m services.dynamic_settings <command>`: looks at, and changes, what may change while the platform runs.

    list                        every setting: value, bounds, who reads it, what it does
    show                        the version in force: what is set, by whom, why
    set NAME VALUE --why TEXT   sets it for all its readers, or for --reader NAME; VALUE `default` takes it away again
    history                     the newest versions
    rollback NUMBER --why TEXT  puts the values of an earlier version in force again, as the next version

It signs in to OpenBao under the operator's own identity: settings LOANFLOW_OPENBAO_*.
"""

import argparse
import getpass
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.dynamic_settings.table import TABLE
from services.dynamic_settings.versions import Version, Versions, shown
from services.runtime import errors, settings
from services.runtime.dynamic.setting import ALL
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.settings import OpenBaoSettings

DEFAULT = "default"


@dataclass(frozen=True)
class Settings:
    """Where OpenBao is, and who asks."""

    openbao: OpenBaoSettings


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when a value, or the change, is refused."""
    given = _parser().parse_args(arguments)
    versions = Versions(OpenBao(settings.load(Settings).openbao), TABLE)
    try:
        run(versions, given)
    except (errors.Error, ValueError, LookupError) as error:
        print(f"error: {getattr(error, 'message', error)}", file=sys.stderr)
        return 1
    return 0


def run(versions: Versions, given: argparse.Namespace) -> None:
    """Does what is asked; Refused, errors.Aborted, errors.Unavailable otherwise."""
    match given.command:
        case "list":
            _list(versions.newest())
        case "show":
            _show(versions.newest())
        case "history":
            for version in versions.history(given.most):
                _show(version)
        case "set":
            text = None if given.value == DEFAULT else given.value
            changes = {(given.name, reader): text for reader in given.reader or [ALL]}
            _show(versions.change(changes, by=given.by, why=given.why, after=given.after))
        case _:
            _show(versions.roll_back(given.number, by=given.by, why=given.why))


def _list(version: Version) -> None:
    for setting in TABLE.settings:
        found = version.values.get(setting.name)
        print(f"{setting.name}: {shown({setting.name: found}) if found else f'{DEFAULT} {setting.default}'}")
        print(f"    {setting.bounds}; read by {', '.join(setting.readers)}")
        print(f"    {setting.effect}")


def _show(version: Version) -> None:
    if not version.number:
        print("nothing is set")
        return
    print(f"{version.number}  {version.at[:19]}Z  {version.by}: {version.why}")
    print(f"    {shown(version.values) or 'nothing is set'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.dynamic_settings", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list")
    commands.add_parser("show")
    history = commands.add_parser("history")
    history.add_argument("--most", type=int, default=20, help="how many, the newest first (%(default)s)")
    change, back = commands.add_parser("set"), commands.add_parser("rollback")
    change.add_argument("name")
    change.add_argument("value")
    change.add_argument("--reader", action="append", help="for this service alone; may be repeated")
    change.add_argument("--after", type=int, help="refuse it unless this version is still the newest")
    back.add_argument("number", type=int)
    for each in (change, back):
        each.add_argument("--why", required=True, help="kept with the version, and never changed")
        each.add_argument("--by", default=getpass.getuser(), help="who decides (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
