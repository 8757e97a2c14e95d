"""Tokens of ours that come back: only of their own kind, of ours, and signed by a key that is published."""

from datetime import UTC, datetime

from services.auth.issued_tokens import claims_of
from services.auth.token_issuer import ID_TOKEN_TYPE, Issuer, new_key
from services.runtime.calling.tokens import TYPE

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
KEY, OTHER = new_key(NOW), new_key(NOW)
ISSUER = Issuer("https://auth.example", "api", "https://edge.example")


def test_a_token_is_read_as_what_it_is_and_as_nothing_else() -> None:
    token = ISSUER.sign("ada", "customer", (), KEY, NOW, sid="s")
    read = claims_of(token, TYPE, ISSUER.issuer, (OTHER, KEY))
    assert read is not None
    assert (read["sub"], read["sid"]) == ("ada", "s")
    assert claims_of(token, ID_TOKEN_TYPE, ISSUER.issuer, (KEY,)) is None
    assert claims_of(token, TYPE, "https://other.example", (KEY,)) is None
    assert claims_of(token, TYPE, ISSUER.issuer, (OTHER,)) is None
    for broken in ("", "x", "a.b.c", f"{token}x", token[1:], "\u00e9"):
        assert claims_of(broken, TYPE, ISSUER.issuer, (KEY,)) is None
