"""Second factors and the challenges of sign-ins, in PostgreSQL: secrets sealed, and never in an audit row."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from services.auth.second_factors import SecondFactors, SignInChallenge, challenge_invalid
from services.auth.secret_columns import SecretRepository
from services.auth.tables import second_factors, sign_in_challenges
from services.runtime.stores.unit_of_work import Row


class Factors(SecretRepository[SecondFactors]):
    """The second factors, by account."""

    table, key = second_factors, "account_id"
    unaudited = apart = ("totp_secret", "recovery_hashes")

    def assemble(self, row: Row) -> dict[str, Any]:
        """What proves them."""
        return {
            "totp_secret": self.cipher.decrypt(row["totp_secret"]) if row["totp_secret"] else "",
            "recovery_hashes": tuple(row["recovery_hashes"] or ()),
        }

    def secrets(self, aggregate: SecondFactors) -> dict[str, Any]:
        """What proves them."""
        return {
            "totp_secret": self.cipher.encrypt(aggregate.totp_secret) if aggregate.totp_secret else None,
            "recovery_hashes": list(aggregate.recovery_hashes) or None,
        }

    def of(self, account_id: str) -> SecondFactors:
        """Those of an account, for a change; one that has none yet is not kept by that."""
        row = self._read(account_id, lock=True)
        return SecondFactors(account_id) if row is None else self.tracked(row)

    def keep(self, factors: SecondFactors) -> None:
        """Has commit save them, when they are the account's first."""
        if self._unit.tracked(self, factors.account_id) is None:
            self.add(factors)


class Challenges(SecretRepository[SignInChallenge]):
    """The challenges, by their tokens."""

    table, key = sign_in_challenges, "challenge_id"
    unaudited = apart = ("token_hash", "nonce", "totp_secret")

    def assemble(self, row: Row) -> dict[str, Any]:
        """What it takes to answer."""
        sealed = row["totp_secret"]
        secret = self.cipher.decrypt(sealed) if sealed else ""
        return {"token_hash": row["token_hash"], "nonce": row["nonce"], "totp_secret": secret}

    def secrets(self, aggregate: SignInChallenge) -> dict[str, Any]:
        """What it takes to answer."""
        return {
            "token_hash": aggregate.token_hash,
            "nonce": aggregate.nonce,
            "totp_secret": self.cipher.encrypt(aggregate.totp_secret) if aggregate.totp_secret else None,
        }

    def asked_with(self, token_hash: str) -> SignInChallenge:
        """The challenge of a token, for a change; Unauthenticated CHALLENGE_INVALID."""
        query = select(sign_in_challenges).where(sign_in_challenges.c.token_hash == token_hash).with_for_update()
        row = self._uow.connection.execute(query).mappings().one_or_none()
        if row is None:
            raise challenge_invalid()
        return self.tracked(dict(row))

    def forget(self, at: datetime) -> None:
        """Removes those that can be answered no more."""
        self._uow.connection.execute(delete(sign_in_challenges).where(sign_in_challenges.c.expire_time < at))
