"""Licences by pip-licenses: what is installed may be used as it is used."""

import json
import re
import subprocess

from stack import programs
from stack.scan.reviewed import Finding

# Permissive: they ask for a notice.
_FREE = re.compile(
    r"\b(MIT|Apache|BSD|ISC|0BSD|Zlib|OFL|PSF|Python Software|Unlicense|Public Domain|CC0|MPL|Mozilla)", re.IGNORECASE
)
_STRICT = re.compile(r"\b(A?GPL|LGPL|GNU|SSPL|BUSL|Commercial|Proprietary)", re.IGNORECASE)


def judged(package: str, licence: str) -> Finding | None:
    """None for a permissive licence; a finding for any other, and for one without a known name."""
    if _FREE.search(licence) and not _STRICT.search(licence):
        return None
    rule = re.sub(r"\W+", "-", licence).strip("-") or "none"
    return Finding("licences", rule, package, "-", f"is under {licence or 'no licence'}")


def scan() -> list[Finding]:
    """What of the installed packages is not simply permissive."""
    command = [programs.python(), "-m", "piplicenses", "--format=json"]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return [found for each in answer if (found := judged(each["Name"], each["License"]))]
