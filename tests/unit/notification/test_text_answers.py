"""What customers answer to text messages: which words ask for what, and how an answer reaches us."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.callbacks import Callbacks
from services.notification.receipt_links import CALLBACK_PATH, ReceiptLinks
from services.notification.text_answers import TextAnswer, Wish, in_e164, wish_of
from services.runtime.errors import InvalidArgument, Unauthenticated
from services.runtime.ids import new_id
from stack.servers.provider_apis import Callback
from tests.fakes.providers import EDGE, REPORT_KEY, gateway

NO_MORE = [
    "STOP", "stop", " Stop. ", "*STOP*", "stop all", "STOPALL", "Unsubscribe", "cancel", "END", "quit", "opt-out",
    "Stopp!", "ABMELDEN", "ARRÊT", "arret", "Désabonner", "BAJA", "alto", "إيقاف", "ايقاف",
    "\N{FULLWIDTH LATIN CAPITAL LETTER S}TOP",
]  # fmt: skip
AGAIN = ["START", "unstop", "Start!", "alta", "ابدأ"]
NEITHER = ["", "?", "please stop", "stop it", "Why?", "bus stop", "restart", "ok", "1", "🛑"]


@pytest.fixture
def links(tmp_path: Path) -> ReceiptLinks:
    (tmp_path / "key").write_text(REPORT_KEY)
    return ReceiptLinks(tmp_path / "key", EDGE)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        *((each, Wish.NO_MORE) for each in NO_MORE),
        *((each, Wish.AGAIN) for each in AGAIN),
        *((e, None) for e in NEITHER),
    ],
)
def test_an_answer_asks_for_something_by_its_one_word(said: str, wish: Wish | None) -> None:
    assert wish_of(said) is wish


@given(st.text(max_size=40))
def test_any_answer_is_understood_or_not_and_in_either_case(said: str) -> None:
    assert wish_of(said) is wish_of(f"  {said}\n")


@pytest.mark.parametrize(
    "said",
    ["+353861234567", "353861234567", "00353861234567", "+353 86 123-4567", "353\N{ARABIC-INDIC DIGIT ZERO}861234567"],
)
def test_a_number_is_the_same_however_an_operator_writes_it(said: str) -> None:
    assert in_e164(said) == "+353861234567"


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize("said", ["STOP", "ARRÊT", "إيقاف", "Stopp \N{WAVING HAND SIGN}", ""])
def test_what_the_gateway_hands_on_is_what_was_said(links: ReceiptLinks, said: str) -> None:
    sent = list[Callback]()
    stand_in = gateway(sent.append)
    stand_in.answers = links.of_answers()
    stand_in.hand_on("+353861234567", said)
    (callback,) = sent
    assert callback.url.startswith(f"{EDGE}{CALLBACK_PATH}answers/")
    found = Callbacks(EDGE, receipts=links).answer_of_jasmin(token_of(callback.url), callback.body)
    assert found == TextAnswer(parse_qs(callback.body.decode())["id"][0], "353861234567", said)


def test_without_a_route_nothing_is_handed_on() -> None:
    sent = list[Callback]()
    gateway(sent.append).hand_on("+353861234567", "STOP")
    assert sent == []


def test_the_addresses_of_receipts_and_of_answers_are_not_each_other_s(links: ReceiptLinks) -> None:
    believing, body = Callbacks(EDGE, receipts=links), b"id=1&from=353861234567&content=STOP&message_status=DELIVRD"
    receipt, answers = token_of(links.of(new_id())), token_of(links.of_answers())
    for token, take in ((receipt, believing.answer_of_jasmin), (answers, believing.of_jasmin)):
        with pytest.raises(Unauthenticated):
            take(token, body)
    with pytest.raises(Unauthenticated):
        Callbacks(EDGE).answer_of_jasmin(answers, body)
    assert believing.answer_of_jasmin(token_of(links.of_answers()), body).content == "STOP"


@pytest.mark.parametrize("fields", [
    {"from": "353861234567"}, {"id": "1"}, {"id": "", "from": "353861234567"},
    {"id": "1", "from": "353861234567", "coding": "8", "binary": "5"},
    {"id": "1", "from": "353861234567", "coding": "8", "binary": "d800"},
])  # fmt: skip
def test_what_cannot_be_an_answer_is_refused(links: ReceiptLinks, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidArgument) as refused:
        Callbacks(EDGE, receipts=links).answer_of_jasmin(token_of(links.of_answers()), urlencode(fields).encode())
    assert [each.field for each in refused.value.violations] == ["form"]
