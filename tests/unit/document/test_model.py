"""Which move a document's status and its application's stage allow, and what the checklist makes of documents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.document.checklist import Checklist
from services.document.model import (
    Content,
    Document,
    DocumentRejected,
    DocumentStatus,
    DocumentType,
    DocumentUploaded,
    DocumentValidated,
    Folder,
    RejectionReason,
    Stage,
)
from services.runtime.errors import FailedPrecondition

AT = datetime(2030, 6, 15, tzinfo=UTC)
CONTENT = Content("passport.pdf", "application/pdf", 9, "ab" * 32, True)
ACTIONS: dict[str, Callable[[Document], None]] = {
    "validate": lambda document: document.validate("officer", "fine", AT),
    "reject": lambda document: document.reject("officer", RejectionReason.OUTDATED, "too old", AT),
    "delete": lambda document: document.delete(),
}
AFTER = {"validate": DocumentStatus.VALIDATED, "reject": DocumentStatus.REJECTED, "delete": DocumentStatus.DELETED}
ALLOWED = {
    "validate": {DocumentStatus.UPLOADED},
    "reject": {DocumentStatus.UPLOADED},
    "delete": {DocumentStatus.UPLOADED, DocumentStatus.REJECTED},
}


def folder(stage: Stage = Stage.DRAFT) -> Folder:
    return Folder("a1", "c1", "PERSONAL", stage)


def document(of: Folder | None = None, kind: DocumentType = DocumentType.IDENTITY, name: str = "d1") -> Document:
    return Document.upload(name, of or folder(), kind, CONTENT, "c1", AT)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("status", DocumentStatus)
def test_every_action_from_every_status(action: str, status: DocumentStatus) -> None:
    made = document()
    made.status, made.events = status, []
    if status in ALLOWED[action]:
        ACTIONS[action](made)
        assert made.status is AFTER[action]
    else:
        with pytest.raises(FailedPrecondition) as caught:
            ACTIONS[action](made)
        assert set(caught.value.metadata["allowed_from"].split(",")) == {each.name for each in ALLOWED[action]}
        assert (made.status, made.events) == (status, [])


def test_events_name_the_document() -> None:
    made = document()
    made.validate("officer", "fine", AT)
    named = ("a1", "c1", "d1", DocumentType.IDENTITY, 1)
    assert made.events == [
        DocumentUploaded(*named, CONTENT.sha256, "c1", AT),
        DocumentValidated(*named, "officer", AT, handed_in=False),
    ]
    other = document()
    other.reject("officer", RejectionReason.OUTDATED, "too old", AT, handed_in=True)
    assert other.events[1] == DocumentRejected(*named, "officer", RejectionReason.OUTDATED, AT, handed_in=True)
    assert (other.decided_by, other.decide_time, other.reason) == ("officer", AT, "too old")


def test_versions_count_by_type() -> None:
    shared = folder()
    kinds = [DocumentType.IDENTITY, DocumentType.QUOTE, DocumentType.IDENTITY]
    assert [document(shared, kind).document_version for kind in kinds] == [1, 1, 2]


@pytest.mark.parametrize(
    "stage, uploads, removes", [(Stage.DRAFT, True, True), (Stage.UNDER_WAY, True, False), (Stage.ENDED, False, False)]
)
def test_what_each_stage_allows(stage: Stage, uploads: bool, removes: bool) -> None:
    for allowed, call in ((uploads, folder(stage).check_open), (removes, folder(stage).check_draft)):
        if allowed:
            call()
        else:
            with pytest.raises(FailedPrecondition):
                call()
    if not uploads:
        with pytest.raises(FailedPrecondition):
            document(folder(stage))


def test_an_application_that_ended_is_not_submitted_any_more() -> None:
    ended = folder()
    ended.end()
    ended.submit()
    assert ended.stage is Stage.ENDED


def test_erasing_leaves_the_hash_and_no_text() -> None:
    made = document()
    made.reject("officer", RejectionReason.OTHER, "shows a neighbour", AT)
    made.erase()
    assert (made.status, made.reason, made.content.file_name) == (DocumentStatus.DELETED, "", "")
    assert made.content.sha256 == CONTENT.sha256


def test_the_checklist_looks_at_the_latest_document_that_is_there() -> None:
    shared = folder()
    first, second, third = (document(shared, name=name) for name in ("d1", "d2", "d3"))
    second.reject("officer", RejectionReason.OTHER, "no", AT)
    third.delete()
    required = ("QUOTE", "IDENTITY")
    checklist = Checklist.of(shared, required, [third, second, first])
    assert [(item.type.name, item.document_id, item.status) for item in checklist.items] == [
        ("QUOTE", "", None),
        ("IDENTITY", "d2", DocumentStatus.REJECTED),
    ]
    assert [kind.name for kind in checklist.missing] == ["QUOTE", "IDENTITY"]
    more = [document(shared), document(shared, DocumentType.QUOTE)]
    assert Checklist.of(shared, required, [first, second, *more]).missing == ()


@pytest.mark.parametrize("status", DocumentStatus)
@pytest.mark.parametrize("scanned", [False, True])
def test_only_what_was_accepted_and_scanned_is_evidence(status: DocumentStatus, scanned: bool) -> None:
    shared = folder()
    made = document(shared)
    made.status, made.content = status, replace(CONTENT, scanned=scanned)
    checklist = Checklist.of(shared, ("IDENTITY",), [made])
    accepted = status is DocumentStatus.VALIDATED and scanned
    assert (checklist.lacking == ()) is accepted
    if not accepted:
        with pytest.raises(FailedPrecondition) as caught:
            checklist.require_accepted()
        assert caught.value.metadata == {"lacking": "IDENTITY"}


def test_a_freeze_holds_until_each_that_was_made_is_released() -> None:
    shared = folder()
    for name in ("one", "two", "two"):
        shared.freeze(name)
    for name in ("two", "one", "never"):
        with pytest.raises(FailedPrecondition):
            shared.count_removal()
        shared.release(name)
        if name == "one":
            break
    shared.count_removal()
    shared.freeze("three")
    shared.submit()
    assert shared.freezes == ()
    with pytest.raises(FailedPrecondition):
        shared.count_removal()


def test_a_pinned_type_takes_no_further_version_and_others_do() -> None:
    shared = folder(Stage.UNDER_WAY)
    made = document(shared)
    made.validate("officer", "fine", AT)
    pins = [item.pin for item in Checklist.of(shared, ("IDENTITY",), [made]).items]
    shared.pin((DocumentType.IDENTITY,))
    with pytest.raises(FailedPrecondition) as caught:
        document(shared)
    assert caught.value.reason == "DOCUMENT_PINNED"
    assert document(shared, DocumentType.QUOTE).document_version == 1
    Checklist.of(shared, ("IDENTITY",), [made]).require_same(pins)
    for other in ({"version": 2}, {"sha256": "cd" * 32}, {"document_id": "d2"}):
        with pytest.raises(FailedPrecondition) as caught:
            Checklist.of(shared, ("IDENTITY",), [made]).require_same([replace(pins[0], **other)])
        assert caught.value.metadata == {"changed": "IDENTITY"}
