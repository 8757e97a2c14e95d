"""The demo's mail program: addresses are read as mail has them."""

from pathlib import Path

from stack.demo.mailbox import Mailbox


def test_an_address_with_capitals_gets_its_mail(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text("To: O'Hara+Loan@customer.example\n\nYour code is 123456.\n")
    assert Mailbox(tmp_path, "O'Hara+Loan@customer.example").code() == "123456"
