"""Notes for the file reach staff and services, and no one else, whatever the answer is made of."""

from types import ModuleType
from typing import Any

import pytest

from services.runtime.context import Caller
from tests.harness import ANONYMOUS, Running, Servers, customer, program, service, staff

OFFICER = staff("OFFICER", account_id="s1")
PARTNER = program("registration.read", client_id="p1")
READERS = [(OFFICER, True), (service("reader"), True), (customer("c1"), False), (PARTNER, False)]


@pytest.fixture
def running(shelf: ModuleType, client_for: Servers) -> Running:
    class Annotated(shelf.Shelf):  # type: ignore[misc,name-defined]
        """Writes a note into every book of its answers."""

        def answer(self, book_id: str) -> Any:
            answer = super().answer(book_id)
            answer.book.MergeFrom(shelf.pb.Book(note="a ring of thieves", blurb="read it"))
            answer.book.sequels.add(book_id="2", note="stolen", sequels=[shelf.pb.Book(note="twice")])
            answer.others.add(book_id="3", note="missing")
            return answer

    return client_for.serve(Annotated(), owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())


def notes(answer: Any) -> list[str]:
    sequel = answer.book.sequels[0]
    return [answer.book.note, sequel.note, sequel.sequels[0].note, answer.others[0].note]


@pytest.mark.parametrize(("caller", "reads"), READERS)
def test_notes_are_for_staff(caller: Caller, reads: bool, running: Running, shelf: ModuleType) -> None:
    answer = running.client(caller).GetBook(shelf.pb.GetRequest(book_id="mine"))
    assert notes(answer) == (["a ring of thieves", "stolen", "twice", "missing"] if reads else [""] * 4)
    assert (answer.book.book_id, answer.book.blurb, answer.others[0].book_id) == ("mine", "read it", "3")


def test_no_one_without_a_token_reads_them(running: Running, shelf: ModuleType) -> None:
    assert notes(running.client(ANONYMOUS).GetOpen(shelf.pb.GetRequest(book_id="mine"))) == [""] * 4


def test_a_stream_has_none_either(running: Running, shelf: ModuleType) -> None:
    streamed = list(running.client(customer("c1")).ListOwn(shelf.pb.GetRequest(book_id="mine")))
    assert [notes(each) for each in streamed] == [[""] * 4] * 2


def test_a_repeated_answer_is_the_one_that_was_given(running: Running, shelf: ModuleType) -> None:
    for caller, reads in ((OFFICER, True), (PARTNER, False)):
        key = (("idempotency-key", "k1"),)
        first, again = (
            running.client(caller).AddBook(shelf.pb.GetRequest(book_id="mine"), metadata=key) for _ in range(2)
        )
        assert first == again
        assert any(notes(again)) is reads
