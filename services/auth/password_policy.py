"""Which passwords are taken: none that is on the lists of those that people choose, or near to one."""

from zxcvbn import zxcvbn

from services.runtime.errors import InvalidArgument

# zxcvbn: safe against guesses by somebody who has the hash, of which there must be 10^8 at least.
LEAST_SCORE = 3
# Judging takes longer the longer a password is; what is weak up to here is refused whatever follows.
JUDGED_CHARACTERS = 32


def check(password: str, email: str) -> None:
    """InvalidArgument PASSWORD_WEAK for one that is common, easily guessed, or made of the person's own address."""
    local, _, domain = email.lower().partition("@")
    judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=[email.lower(), local, domain, *domain.split(".")])
    if email.lower() in password.lower() or judged["score"] < LEAST_SCORE:
        said = judged["feedback"]["warning"] or "choose some more words that no one would expect"
        raise InvalidArgument.field("password", f"is easily guessed: {said}", reason="PASSWORD_WEAK")
