"""Accounts on their way to being opened: an event says that it is time, the owners of all stages say whether.

No transaction is open, and no row locked, while they are asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from services.activation import leave
from services.activation.cancellation import CancelledBy
from services.activation.model import Account
from services.activation.ports import Owners, Standing
from services.activation.signature import Signature
from services.activation.store import UnitOfWork
from services.lending.errors import LendingError
from services.runtime import ids
from services.runtime.clock import Clock
from services.runtime.errors import Aborted, FailedPrecondition, InvalidArgument

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Openings:
    """What opens accounts."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    owners: Owners

    def next(self) -> bool:
        """Takes up the signature that is due longest; False when none is."""
        with self.begin() as uow:
            signature = uow.signatures.next_opening(self.clock.now())
            if signature is None:
                return False
            signature.claim(self.clock.now())
            uow.commit()
        try:
            self.open(signature.application_id)
        except (FailedPrecondition, InvalidArgument, LendingError) as refused:
            self._refused(signature.application_id, refused)
        except Exception as failure:
            log.warning("opening_postponed", application_id=signature.application_id, exc_info=failure)
            self._change(signature.application_id, lambda each: each.later(self.clock.now()))
        return True

    def open(self, application_id: str) -> Account:
        """Opens the account of a signed agreement, unless it is open, when every owner of a stage agrees.

        Errors: those of `leave.check_opening`; NotFound without signature or KYC approval.
        """
        with self.begin() as uow:
            opened = uow.accounts.of_application(application_id)
            if opened is not None:
                return opened
            signature, approved = uow.signatures.get(application_id), uow.kyc_approvals.get(application_id)
        standing = self.owners.standing(application_id)
        signed = signature.customer_id, signature.terms, signature.terms_hash
        leave.check_opening(standing, *signed, approved.kyc_version)
        self.owners.authorize_activation(application_id)
        return self._open(signature, standing)

    def _open(self, checked: Signature, standing: Standing) -> Account:
        with self.begin() as uow:
            # The lock on the signature keeps a second opener waiting until the first is done.
            signature = uow.signatures.get(checked.application_id)
            account = uow.accounts.of_application(checked.application_id)
            if account is None:
                if (signature.terms_hash, signature.customer_id) != (checked.terms_hash, checked.customer_id):
                    raise Aborted("another signature came meanwhile")
                approved, at = uow.kyc_approvals.get(checked.application_id), self.clock.now()
                account = Account.open(ids.new_id(), ids.new_id(), signature, approved, standing.facility_type, at)
                if standing.withdrawal_requested:
                    account.cancel(CancelledBy.CUSTOMER, at)
                uow.accounts.add(account)
            signature.settle()
            uow.commit()
        return account

    def _refused(self, application_id: str, refused: FailedPrecondition | InvalidArgument | LendingError) -> None:
        if isinstance(refused, FailedPrecondition) and leave.is_early(refused):
            self._change(application_id, lambda each: each.later(self.clock.now()))
            return
        # Somebody has to see why an event reported a signature that its owners do not confirm.
        log.error("opening_refused", application_id=application_id, reason=refused.reason, cause=str(refused))
        self._change(application_id, Signature.settle)

    def _change(self, application_id: str, change: Callable[[Signature], None]) -> None:
        with self.begin() as uow:
            change(uow.signatures.get(application_id))
            uow.commit()
