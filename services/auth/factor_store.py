"""Second factors and the challenges of sign-ins, in PostgreSQL: secrets sealed, and never in an audit row."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from services.auth.factor_resets import FactorReset, FactorResetStatus
from services.auth.second_factors import SecondFactors, SignInChallenge, challenge_invalid
from services.auth.secret_columns import SecretRepository
from services.auth.tables import factor_resets, second_factors, sign_in_challenges
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.unit_of_work import Row

_OLDEST = Keyset((factor_resets.c.request_time, factor_resets.c.reset_id))
_PENDING = FactorResetStatus.PENDING.name


class Factors(SecretRepository[SecondFactors]):
    """The second factors, by account."""

    table, key = second_factors, "account_id"
    subject, record_class = "account_id", "account"
    personal = ("totp_secret",)
    unaudited = apart = ("totp_secret", "recovery_hashes")

    def assemble(self, row: Row) -> dict[str, Any]:
        """What proves them."""
        return {
            "totp_secret": row["totp_secret"] or "",
            "recovery_hashes": tuple(row["recovery_hashes"] or ()),
        }

    def secrets(self, aggregate: SecondFactors) -> dict[str, Any]:
        """What proves them."""
        return {
            "totp_secret": aggregate.totp_secret or None,
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


class FactorResets(Mapped[FactorReset]):
    """The resets of second factors."""

    table, key = factor_resets, "reset_id"
    subject, record_class = "account_id", "account"

    def waiting_for(self, account_id: str) -> FactorReset | None:
        """The reset that waits for an account, for a change."""
        waits = (factor_resets.c.account_id == account_id, factor_resets.c.status == _PENDING)
        row = self._uow.connection.execute(select(factor_resets).where(*waits).with_for_update()).mappings().first()
        return None if row is None else self.tracked(dict(row))

    def asked_by(self, person: str) -> list[FactorReset]:
        """Those that a person asked for and that wait, for a change."""
        waits = (factor_resets.c.requested_by == person, factor_resets.c.status == _PENDING)
        query = select(factor_resets).where(*waits).order_by(factor_resets.c.reset_id).with_for_update()
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]

    def open_ones(self, page: Page, at: datetime) -> PageResult[FactorReset]:
        """Those that wait and have not expired, oldest first."""
        query = select(factor_resets).where(factor_resets.c.status == _PENDING, factor_resets.c.expire_time > at)
        return _OLDEST.read(self._uow.connection, query, page, "resets").map(self.loaded)


class Challenges(SecretRepository[SignInChallenge]):
    """The challenges, by their tokens."""

    table, key = sign_in_challenges, "challenge_id"
    subject, record_class = "account_id", "account"
    personal = ("totp_secret",)
    unaudited = apart = ("token_hash", "nonce", "totp_secret")

    def assemble(self, row: Row) -> dict[str, Any]:
        """What it takes to answer."""
        return {name: row[name] or "" for name in self.apart}

    def secrets(self, aggregate: SignInChallenge) -> dict[str, Any]:
        """What it takes to answer."""
        return {
            "token_hash": aggregate.token_hash,
            "nonce": aggregate.nonce,
            "totp_secret": aggregate.totp_secret or None,
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
