"""The demo's mail program: addresses are read as mail has them."""

from pathlib import Path

from stack.demo.mailbox import Mailbox


def test_an_address_with_capitals_gets_its_mail(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text("To: O'Hara+Loan@customer.example\n\nYour code:\n\n    123456\n\nNo. 700000\n")
    assert Mailbox(tmp_path, "O'Hara+Loan@customer.example").code() == "123456"


def test_a_token_is_that_of_the_newest_mail_of_its_subject_to_the_address(tmp_path: Path) -> None:
    mails = (("anna", "Confirm", "a"), ("anna", "Confirm", "b"), ("anna", "Reset", "c"), ("ben", "Confirm", "d"))
    for number, (name, subject, letter) in enumerate(mails):
        head = f"To: {name}@customer.example\nSubject: {subject}\n\n"
        (tmp_path / f"{number}.eml").write_text(f"{head}To anna@customer.example, or not:\n\n{letter * 43}\n")
    assert Mailbox(tmp_path, "anna@customer.example").token("Confirm") == "b" * 43
