"""One-time codes of authenticator apps: TOTP, RFC 6238, as every app computes them: SHA-1, 6 digits, 30 s."""

from datetime import datetime

import pyotp

STEP_SECONDS = 30
# So many steps before and after the present one are taken: clocks differ, and typing takes time (RFC 6238, 5.2).
STEPS_AROUND = 1


def new_secret() -> str:
    """A secret of 160 random bits, in Base32."""
    return pyotp.random_base32()


def uri(secret: str, email: str, issuer: str) -> str:
    """The secret as an `otpauth://` address, which apps read as a QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The latest time step near the moment whose code this is; None for a wrong code, or without a secret."""
    if not secret:
        return None
    present, totp = int(at.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret, interval=STEP_SECONDS)
    steps = range(present - STEPS_AROUND, present + STEPS_AROUND + 1)
    # All are compared, so that the time does not tell which one it was.
    good = [step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)]
    return good[-1] if good else None
