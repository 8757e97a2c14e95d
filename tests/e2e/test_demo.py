"""The demo: every story ends as it should, and of each kind of paper and of message there is one to look at."""

import email.policy
import subprocess
import sys
from email.parser import BytesHeaderParser
from pathlib import Path

from services.notification.convert import TEMPLATES
from services.notification.model import Channel
from services.notification.notices import RULES
from stack.demo import kinds
from stack.layout import Layout
from tests.e2e.conftest import ROOT

_SECONDS = 540


def channels_of(template: str) -> list[str]:
    """The channels by which a template goes out unless its customer chose others; codes and accounts' mails by mail."""
    rule = RULES.get(template)
    return [f"CHANNEL_{each.name}" for each in (rule.channels if rule else (Channel.EMAIL,))]


def test_a_demo_brings_each_paper_and_each_kind_of_message_that_time_alone_does_not_owe(
    layout: Layout, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "stack.demo", "--base", str(layout.base), "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert kinds.missing_papers(tmp_path.glob("*.pdf")) == []
    parser = BytesHeaderParser(policy=email.policy.default)
    mails = (parser.parsebytes(each.read_bytes()) for each in tmp_path.glob("*.eml"))
    seen = [kinds.Message(kinds.MAIL, str(each["subject"])) for each in mails]
    wanted = {name: [each for each in channels_of(name) if each == "CHANNEL_EMAIL"] for name in TEMPLATES}
    assert kinds.missing_messages(seen, wanted) == []
    page = (tmp_path / "index.html").read_text()
    for name in RULES:
        assert f"<td>{name}" in page
    for channel in ("sms", "push"):
        assert page.count(f"<td>{channel}") >= len([each for each in TEMPLATES if len(channels_of(each)) == 4])
