"""Mistakes in numbers that others rely on: changed where nothing else would notice."""

from tests.contract.mistakes.checks import REVIEW
from tests.contract.mistakes.mistake import mistake

NOW, TABLE = "now: write the row anew, or take it back", "proto/review/figures.txt"

MISTAKES = [
    mistake("a token that lives a day", "services/auth/signing_keys.py", "TOKEN_LIFETIME = timedelta(minutes=15)",
            "TOKEN_LIFETIME = timedelta(days=1)", REVIEW, f"TOKEN_LIFETIME is 1 day, 0:00:00 {NOW}"),
    mistake("a password hashed with less memory", "services/auth/passwords.py", "memory_cost=19 * 1024", "memory_cost=1024",
            REVIEW, f"_HASHER.memory_cost is 1024 {NOW}"),
    mistake("guesses that are free", "services/auth/sign_ins.py", "FREE_FAILURES = 5", "FREE_FAILURES = 500", REVIEW,
            f"FREE_FAILURES is 500 {NOW}"),
    mistake("an event acknowledged by one replica", "services/runtime/events/kafka.py", '"acks": "all"', '"acks": "1"',
            REVIEW, "DURABLE is {'enable.idempotence': True, 'acks': '1'} now"),
    mistake("idempotency keys forgotten within minutes", "services/runtime/stores/postgres_rows.py",
            "ANSWERS_KEPT = timedelta(days=7)", "ANSWERS_KEPT = timedelta(minutes=7)", REVIEW,
            f"ANSWERS_KEPT is 0:07:00 {NOW}"),
    mistake("a limit of the edge raised", "envoy/limits.py", '"SENSITIVE": Limit(burst=10', '"SENSITIVE": Limit(burst=1000',
            REVIEW, f"LIMITS[SENSITIVE] is Limit(burst=1000, refill=1, seconds=3) {NOW}"),
    mistake("a number without its row", "services/kyc/model.py", "from dataclasses import dataclass\n",
            "from dataclasses import dataclass\n\nMOST_ROUNDS = 3\n", REVIEW,
            f"MOST_ROUNDS is 3: say why in {TABLE}, or call it _MOST_ROUNDS"),
    mistake("a number that is gone", "services/customer/model.py", "FULL_AGE = 18", "_FULL_AGE = FULL_AGE_ = 18", REVIEW,
            "services.customer.model.FULL_AGE is not there"),
    mistake("a number edited in the table alone", TABLE, "0:15:00", "0:20:00", REVIEW, f"TOKEN_LIFETIME is 0:15:00 {NOW}"),
]  # fmt: skip
