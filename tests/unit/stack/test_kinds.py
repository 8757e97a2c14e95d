"""What a demo brought is told by what is in it, and what it did not bring is named."""

from pathlib import Path

import pytest

from services.notification.convert import TEMPLATES
from services.notification.model import Channel
from services.notification.notices import RULES
from services.notification.text_messages import said
from services.papers.forms import FORMS
from stack.demo import kinds
from stack.demo.kinds import MAIL, PUSH, SMS, Message
from stack.demo.lives import LIVES
from tests.factories.documents import document
from tests.factories.mails import MESSAGES, message_of

REST = {name: [f"CHANNEL_{each.name}" for each in rule.channels] for name, rule in RULES.items()}


@pytest.mark.parametrize("template", MESSAGES)
def test_a_message_is_known_by_its_line_to_be_of_its_template(template: str) -> None:
    text = message_of(template).text
    for channel, line in ((MAIL, text.subject), (PUSH, text.subject), (SMS, said("LoanFlow", text))):
        assert kinds.kind_of(Message(channel, line), TEMPLATES) == template


def test_a_message_of_nobody_is_of_no_kind() -> None:
    assert kinds.kind_of(Message(MAIL, "Buy now"), TEMPLATES) == ""


def test_what_nobody_got_is_named_with_its_channel() -> None:
    got = [
        Message(MAIL, message_of(name).text.subject) for name in MESSAGES if name != "payment.overdue"
    ]  # fmt: skip
    missing = kinds.missing_messages(got, REST)
    assert ("payment.overdue", MAIL) in missing and ("payment.overdue", SMS) in missing
    assert {channel for name, channel in missing if name != "payment.overdue"} == {SMS, PUSH}
    everything = [*got, Message(MAIL, message_of("payment.overdue").text.subject)]
    for name, channels in REST.items():
        text = message_of(name).text if name in MESSAGES else None
        if text is not None and "CHANNEL_SMS" in channels:
            everything += [Message(SMS, said("LoanFlow", text)), Message(PUSH, text.subject)]
    assert kinds.missing_messages(everything, REST) == []


def test_only_what_there_is_is_excused_and_no_notice_to_a_customer() -> None:
    assert kinds.every_template() == sorted(TEMPLATES)
    assert kinds.NOT_LIVED.keys() <= TEMPLATES.keys()
    assert not kinds.NOT_LIVED.keys() & RULES.keys()
    assert kinds.PARTS.keys() <= kinds.newest_forms().keys()


def test_the_newest_version_of_each_form_is_wanted() -> None:
    newest = kinds.newest_forms()
    assert {*newest.values()} <= {*FORMS}
    assert all(form.rpartition("-v")[0] == name for name, form in newest.items())
    assert int(newest["adverse"].rpartition("-v")[2]) == max(
        int(each.rpartition("-v")[2]) for each in FORMS if each.startswith("adverse-v")
    )


def test_a_paper_is_known_by_what_is_attached_to_it(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    (tmp_path / "paper.pdf").write_bytes(document("payoff-v1", "en").pdf())
    assert kinds.forms_in(tmp_path.glob("*.pdf")) == {"payoff-v1"}
    missing = kinds.missing_papers(tmp_path.glob("*.pdf"))
    assert "payoff-v1" not in missing
    assert {"withdrawal-v1", "withdrawn-v1", "precontract-eu-v1", "precontract-us-v1"} <= {*missing}


def test_every_life_has_a_title_of_its_own_and_tells_somebody_in_the_end() -> None:
    assert len({life.title for life in LIVES}) == len(LIVES)
    told = {notice for life in LIVES for notices in life.later for notice in notices if notice}
    assert told <= RULES.keys()
    assert {name for name, rule in RULES.items() if Channel.SMS in rule.channels} <= told
