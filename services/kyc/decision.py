"""What a manager decides on a review; pure."""

from dataclasses import dataclass

from services.kyc.events import KycRejectionReason


@dataclass(frozen=True)
class Decision:
    """What a manager decides; an approval is of both, and only a rejection has a `rejection_reason`."""

    customer_approved: bool
    project_approved: bool
    rejection_reason: KycRejectionReason | None
    reason: str

    @property
    def approves(self) -> bool:
        """Whether customer and project are both approved."""
        return self.customer_approved and self.project_approved
