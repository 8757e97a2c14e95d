"""What a customer is asked for during the review of their application; pure."""

from dataclasses import dataclass
from datetime import datetime

from services.kyc.events import InformationNeed


@dataclass(frozen=True)
class InformationRequest:
    """What an officer asked the customer for, with the answer; `answer_time` is None while there is none."""

    need: InformationNeed
    message: str
    officer_id: str
    request_time: datetime
    answer: str = ""
    answer_time: datetime | None = None
