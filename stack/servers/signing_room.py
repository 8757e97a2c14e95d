"""What the stand-ins for providers of signatures have in common: envelopes, who signs them, and what becomes of each.

Nothing leaves the machine. The last name of the first signer says what becomes of an envelope, as a test or a demo
wants it:

| last name | becomes |
|---|---|
| Declines | declined by whoever opens it first |
| Expires | over its time when it is opened first |
| Refused | 400: the envelope is refused |
| Busy | 429 with Retry-After the first time, then taken |
| Silent | an envelope that is made, and whose answer never arrives |
| Lost | nothing: the envelope never arrives |
| Quiet | signed, and nothing is called back |
| Late | signed, and called back some seconds later |
| Twice | signed, and each callback comes twice |
| Backwards | signed, and the callbacks come in reverse order |
| Forged | signed, and the callbacks are signed with another key |
| Altered | signed, and what comes back lacks a page |
| Replaced | signed, by somebody who was put in the place of the first who signs |

Any other is signed by whoever opens it, in their turn, and called back at once.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from stack.servers.provider_apis import Callback

# So long after it was signed a late callback is sent.
LATE_SECONDS = 5.0
# Who signs in the place of the first, where it is so.
REPLACEMENT = "somebody-else@example.org"


@dataclass
class Signing:
    """Somebody who signs: their place from 1 on; `token` is in their address while they have one."""

    place: int
    name: str
    email: str
    client_id: str = ""
    sign_time: datetime | None = None
    token: str = ""


@dataclass
class Envelope:
    """What was sent, and how far it is: SENT, DELIVERED, SIGNED, DECLINED, EXPIRED or VOIDED."""

    envelope_id: str
    reference: str
    title: str
    document: bytes
    signers: list[Signing]
    callback: str = ""
    return_url: str = ""
    status: str = "SENT"
    change_time: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def fate(self) -> str:
        """What becomes of it: the last name of the first who signs."""
        return self.signers[0].name.split()[-1]

    @property
    def is_open(self) -> bool:
        """Whether it can be signed."""
        return self.status in ("SENT", "DELIVERED")

    @property
    def turn(self) -> Signing | None:
        """Whose turn it is."""
        waiting = [each for each in self.signers if each.sign_time is None]
        return min(waiting, key=lambda each: each.place, default=None) if self.is_open else None

    def move(self, status: str) -> None:
        """Notes how far it is."""
        self.status, self.change_time = status, datetime.now(UTC)


@dataclass
class SigningRoom:
    """The envelopes of one provider; `party` is its name, `url` its address.

    `called` makes the callback of an envelope that is so far, with another key if `forged`; `report` sends one, and
    `later` does something after some seconds.
    """

    party: str
    url: str
    called: Callable[[Envelope, str, bool], Callback]
    report: Callable[[Callback], None]
    later: Callable[[float, Callable[[], None]], None] = lambda seconds, work: _timer(seconds, work)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    turned_away: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def is_busy(self, envelope: Envelope) -> bool:
        """Whether one that wants to be turned away once is turned away now."""
        if envelope.fate != "Busy" or envelope.reference in self.turned_away:
            return False
        self.turned_away.add(envelope.reference)
        return True

    def take(self, envelope: Envelope) -> Envelope:
        """Takes an envelope, or gives the one that has this reference already."""
        known = self.of(envelope.reference)
        if known is None:
            self.envelopes[envelope.envelope_id] = known = envelope
        return known

    def of(self, reference: str) -> Envelope | None:
        """The envelope of a reference."""
        return next((each for each in self.envelopes.values() if each.reference == reference), None)

    def admit(self, signer: Signing) -> str:
        """Where a signer signs, once."""
        signer.token = secrets.token_urlsafe(24)
        return f"{self.url}/signing/{signer.token}"

    def opened(self, token: str) -> str | None:
        """What happens when a signer comes: they sign, or do what their envelope's fate is; where they are led then."""
        with self.lock:
            found = [(each, who) for each in self.envelopes.values() for who in each.signers if who.token == token]
            if not token or not found or found[0][0].turn is not found[0][1]:
                return None
            envelope, signer = found[0]
            signer.token, before = "", envelope.status
            event = self._decide(envelope, signer)
            steps = ["DELIVERED"] if before == "SENT" and envelope.fate != "Expires" else []
            steps += [envelope.status] if not envelope.is_open else []
        self._tell(envelope, steps)
        return f"{envelope.return_url}{'&' if '?' in envelope.return_url else '?'}event={event}"

    def void(self, envelope: Envelope) -> bool:
        """Takes an envelope back; False when it is over."""
        if not envelope.is_open:
            return False
        envelope.move("VOIDED")
        self._tell(envelope, ["VOIDED"])
        return True

    def signed(self, envelope: Envelope) -> bytes:
        """The file that was signed."""
        # The typesetter and what reads PDF files are large, and most stand-ins are never asked for a signature.
        from stack.servers import signed_papers

        who = [f"signed by {each.name} {each.sign_time:%Y-%m-%d %H:%M}" for each in envelope.signers if each.sign_time]
        lines = [f"{self.party} {envelope.envelope_id}", *who]
        return signed_papers.signed(envelope.document, lines, pages=-1 if envelope.fate == "Altered" else None)

    def certificate(self, envelope: Envelope) -> bytes:
        """That it was."""
        from stack.servers import signed_papers

        return signed_papers.certificate(self.party, [envelope.envelope_id, *(each.name for each in envelope.signers)])

    def _decide(self, envelope: Envelope, signer: Signing) -> str:
        if envelope.fate == "Declines":
            envelope.move("DECLINED")
            return "decline"
        if envelope.fate == "Expires":
            envelope.move("EXPIRED")
            return "ttl_expired"
        if envelope.fate == "Replaced" and signer is envelope.signers[0]:
            signer.email = REPLACEMENT
        signer.sign_time = datetime.now(UTC)
        envelope.move("DELIVERED")
        if envelope.turn is None:
            envelope.move("SIGNED")
        return "signing_complete"

    def _tell(self, envelope: Envelope, steps: list[str]) -> None:
        """Calls back how far an envelope came, as its fate has it."""
        fate = envelope.fate
        calls = [self.called(envelope, step, fate == "Forged") for step in steps]
        if fate == "Quiet":
            return
        if fate == "Backwards":
            calls.reverse()
        if fate == "Twice":
            calls = [each for each in calls for _ in range(2)]
        for each in calls:
            if fate == "Late":
                self.later(LATE_SECONDS, partial(self.report, each))
            else:
                self.report(each)


def _timer(seconds: float, work: Callable[[], None]) -> None:
    def run() -> None:
        time.sleep(seconds)
        work()

    threading.Thread(target=run, name="late-callback", daemon=True).start()
