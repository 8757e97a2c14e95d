"""How somebody becomes a customer, over REST alone: registers, reads the mail, confirms, signs in."""

from pathlib import Path

from stack.demo.api import Session
from stack.demo.mailbox import Mailbox

REGISTER, CONFIRM = "/api/v1/customers/register", "/api/v1/customers/register/confirm"
SUBJECT = "Your code to confirm the registration"


def become_customer(edge: Session, mail_folder: Path, form: dict[str, str]) -> Session:
    """The session of a new customer, who registers with this form."""
    edge.post(REGISTER, form)
    confirm(edge, mail_folder, form["email"], form["password"])
    return edge.sign_in(form["email"], form["password"])


def confirm(edge: Session, mail_folder: Path, email: str, password: str) -> str:
    """Enters the token of the mail that a registration is confirmed by; the customer's id."""
    token = Mailbox(mail_folder, email).token(SUBJECT)
    return str(edge.post(CONFIRM, {"confirmationToken": token, "password": password})["customer"]["customerId"])
