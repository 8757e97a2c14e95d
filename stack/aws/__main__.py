"""`python -m stack.aws check` is `make terraform-check`; `catalogue` and `costs` write what is made of the project."""

import argparse
import sys
from collections.abc import Sequence

from stack.aws import catalogue, check, costs
from stack.aws.tool import CheckError, Missing
from stack.install import InstallError


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what is asked for; 1 when something is not right, 0 also when there is nothing to check with."""
    parser = argparse.ArgumentParser(prog="python -m stack.aws", description=__doc__)
    parser.add_argument("what", choices=("check", "catalogue", "costs"))
    try:
        _do(parser.parse_args(arguments).what)
    except Missing as missing:
        print(f"skipped: {missing}")
    except (CheckError, InstallError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _do(what: str) -> None:
    if what == "catalogue":
        catalogue.FILE.write_text(catalogue.text(), encoding="utf-8")
    elif what == "costs":
        costs.PAGE.write_text(costs.written(costs.PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        check.check()


if __name__ == "__main__":
    sys.exit(main())
