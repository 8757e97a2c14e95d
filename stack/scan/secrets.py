"""Secrets by detect-secrets: every file that git knows, and every line that was ever added."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from detect_secrets.core import scan as detector
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.settings import transient_settings

from stack.scan.reviewed import Finding

# Hashes of packages, and what is made of files that are looked at.
_LEFT_OUT = ("requirements.txt", "services.txt", "go.sum", "package-lock.json", "pins.sha256", "reviewed.txt")
# By their form alone, without what merely looks random or stands beside a word: history has every test password.
_EXACT = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "CloudantDetector",
    "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector", "IbmCloudIamDetector",
    "IbmCosHmacDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector", "OpenAIDetector",
    "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector", "SoftlayerDetector",
    "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
_GUESSED: tuple[dict[str, object], ...] = (
    {"name": "KeywordDetector"},
    {"name": "HexHighEntropyString", "limit": 3.0},
    {"name": "Base64HighEntropyString", "limit": 4.5},
)
_FILTERS = ("is_sequential_string", "is_not_alphanumeric_string", "is_templated_secret", "is_prefixed_with_dollar_sign")


def scan(checkout: Path) -> list[Finding]:
    """What stands in the files of the working tree."""
    names = _git(checkout, "ls-files", "-z").split("\0")
    found = list[Finding]()
    with transient_settings(_settings(*_GUESSED)):
        for name in filter(None, names):
            if Path(name).name not in _LEFT_OUT and not name.startswith("gen/") and (checkout / name).is_file():
                found += [_finding("secrets", name, each) for each in detector.scan_file(str(checkout / name))]
    return found


def history(checkout: Path) -> list[Finding]:
    """What was ever added to a file, by the exact forms of secrets."""
    found = dict[tuple[str, str, str], Finding]()
    with transient_settings(_settings()):
        for name, line in _added(checkout):
            for each in detector.scan_line(line):
                finding = _finding("history", name, each)
                found[finding.rule, name, finding.mark] = finding
    return list(found.values())


def _added(checkout: Path) -> Iterator[tuple[str, str]]:
    name = ""
    for line in _git(checkout, "log", "--all", "--patch", "--unified=0", "--no-color", "--no-ext-diff").splitlines():
        if line.startswith("+++ b/"):
            name = line.removeprefix("+++ b/")
        elif line.startswith("+") and Path(name).name not in _LEFT_OUT:
            yield name, line[1:]


def _settings(*more: dict[str, object]) -> dict[str, object]:
    plugins: list[dict[str, object]] = [{"name": name} for name in _EXACT]
    filters = [{"path": f"detect_secrets.filters.heuristic.{name}"} for name in _FILTERS]
    return {"plugins_used": [*plugins, *more], "filters_used": filters}


def _finding(scan: str, name: str, each: PotentialSecret) -> Finding:
    # The hash tells it apart from another one of the place, and says nothing of it.
    return Finding(
        scan, each.type.replace(" ", "-"), name, each.secret_hash[:12], "looks like a secret", each.line_number
    )


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-c", f"safe.directory={checkout}", *arguments]
    return subprocess.run(command, cwd=checkout, capture_output=True, check=True).stdout.decode(errors="replace")
