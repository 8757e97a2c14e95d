"""What of an audit row is looked for by words: names of what was done, codes, and ids; nothing that a person wrote."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.audit.index_query import query
from services.runtime.audit.indexing import fields
from services.runtime.ids import new_id
from services.runtime.stores import audit_words, search_words
from services.runtime.stores.audit_rows import AuditEntry, AuditFilter, AuditRow, ChainLink
from services.runtime.stores.data_keys import DataKey

KEY = DataKey("k" * 12, b"0" * 32)
PERSON, THING, REQUEST = new_id(), new_id(), new_id()
ROW = AuditRow(
    f"staff:{PERSON}", "/loanflow.kyc.v1.KycService/DecideFinal", "ReviewCase", THING, 3,
    {"status": "IN_REVIEW", "full_name": KEY.seal("Ada Lovelace", "here")},
    {
        "status": "REJECTED", "full_name": KEY.seal("Ada King", "here"), "amount": "1250.00", "note": "ADA KING",
        "reasons": [{"code": "DEBT_TO_INCOME", "text": "SECRET"}], "decided_by": PERSON,
    },
    "the offer was not answered in 14 days", REQUEST,
)  # fmt: skip


def test_words_are_names_codes_and_a_reason_that_is_in_clear() -> None:
    said = set(audit_words.words(ROW))
    assert {"DecideFinal", "Decide", "Final", "Kyc", "Service", "Review", "Case", "status", "full", "name"} <= said
    assert {"REJECTED", "IN_REVIEW", "REVIEW", "DEBT_TO_INCOME", "DEBT", "INCOME", "answered", "days"} <= said
    for other in ("Ada", "King", "ADA", "KING", "SECRET", "1250.00", "1250", "14", PERSON, THING):
        assert other not in said, other


def test_a_reason_that_is_sealed_is_no_word() -> None:
    sealed = replace(ROW, why=KEY.seal("asked by Ada King", "there"))
    assert not {"asked", "Ada", "King"} & set(audit_words.words(sealed))


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ({"status": "FINAL_APPROVED", "kyc_status": "APPROVED"}, "FINAL_APPROVED"),
        ({"kyc_status": "APPROVED", "name": "x"}, "APPROVED"),
        ({"status": "not a code"}, ""),
        ({"status": None, "statuses": "APPROVED"}, ""),
        ({}, ""),
    ],
)
def test_the_outcome_is_the_status_that_it_came_to(after: dict[str, object], outcome: str) -> None:
    assert audit_words.outcome(replace(ROW, after=after)) == outcome


@pytest.mark.parametrize(
    "text",
    ["Ada", "ada lovelace", "SW1A 1AA", "DE89370400440532013000", "A", "AB", "12", "2026-01-01", "X" * 61, "Ö" * 4],
)
def test_what_is_no_code_is_no_word_whatever_field_it_is_in(text: str) -> None:
    assert text not in audit_words.words(replace(ROW, before=None, why="", after={"status": text, "code": [text]}))


def test_ids_are_of_whom_what_and_which_request_on_any_depth() -> None:
    other, held = new_id(), new_id()
    row = replace(ROW, before={"parties": [{"id": f"customer:{other}"}]}, after={held: 1, "name": f"a {new_id()}"})
    assert audit_words.ids(row) == {f"staff:{PERSON}", PERSON, THING, REQUEST, other, held}
    assert audit_words.ids(replace(row, actor="anonymous", before=None, after={}, correlation_id="")) == {
        "anonymous",
        THING,
    }


@pytest.mark.parametrize(
    "word", ["decide", "DECIDE", "deci", "KycService", "kyc-decide", "rejected", PERSON.upper(), f"staff:{PERSON}"]
)
def test_a_word_is_said_by_its_beginning_or_as_an_id(word: str) -> None:
    assert audit_words.says(ROW, word)


@pytest.mark.parametrize("word", ["ada", "decided!rejection", PERSON[:8], "*", "", "14"])
def test_nothing_else_is_said(word: str) -> None:
    assert not audit_words.says(ROW, word)


def test_the_index_gets_no_id_and_nothing_personal() -> None:
    link = ChainLink(7, "41", b"d" * 32, b"l" * 32, datetime.now(UTC), b"")
    made = fields(link, AuditEntry("41", datetime(2026, 1, 31, 23, 59, tzinfo=UTC), ROW), lambda text: f"<{len(text)}>")
    written = str(made)
    for each in (PERSON, THING, REQUEST, "Ada", "King", KEY.key_id):
        assert each not in written, each
    assert (made["sequence"], made["day"], made["order"]) == (7, "2026-01-31", "41".zfill(24))
    assert (made["actor_kind"], made["outcome"]) == ("staff", "REJECTED")


@given(st.text(max_size=40))
def test_a_query_holds_words_as_values_and_ids_as_tokens(text: str) -> None:
    made = query(AuditFilter(actor="staff:a", words=tuple(text.split())), None, 5, lambda _: "token")
    conditions = made["query"]["bool"]["filter"]
    assert conditions[0] == {"term": {"actor": "token"}} and len(conditions) == 1 + len(text.split())
    for condition, word in zip(conditions[1:], text.split(), strict=True):
        match, begun, ids = condition["bool"]["should"]
        assert match["match"]["words"]["query"] == begun["match"]["words.begun"]["query"] == word
        assert ids == {"terms": {"ids": ["token", "token"]}}


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_the_same_after_the_index(moment: datetime) -> None:
    assert search_words.moment(search_words.micros(moment)) == moment
