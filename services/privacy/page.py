"""`python -m services.privacy.page` writes docs/privacy.md, for the data protection officer, of the rules."""

from datetime import timedelta
from pathlib import Path

from services.retention import ERASED_AT_ONCE, PURPOSES, RETIRED_AFTER, RULES

_FILE = Path("docs/privacy.md")
_TEXT = """# What is kept about persons, why, and until when

For the data protection officer. Written by `python -m services.privacy.page` of the rules that the services follow,
`services/retention.py`; why it is built so: `docs/adr/0016-data-keys.md`.

## Classes of record

The ground is that of GDPR art. 6 while the customer is one. The time of the law runs from the day on which the
customer's last application or loan ended (rejected, withdrawn, closed), whenever an erasure is asked for; somebody
who never applied ends with their registration. Somebody who registers is no customer before they confirm: what they
typed in is sealed, in the auth service alone, and deleted after two days, or what `registration_hours` says, a week at
most.

| class | what it is | ground | kept after the end | by which law |
|---|---|---|---|---|
{rows}

## How it ends

- **Erasure on request** (`DELETE /api/v1/customers/{{customer_id}}`, GDPR art. 17) is refused while an application or
  a loan runs, and under a legal hold. It destroys at once what no law wants, and sets the time of the rest; nothing
  of that is shown to anyone by the API of the customer service.
- **Without a request** a customer is erased {retired} after the end, by a daily job of the customer service
  (`customers_retired` in its log).
- **Destruction** is that of the data key, hourly, in each service by itself: rows, audit rows, kept answers and files
  that it sealed are unreadable from then on, in copies of them too. `data_keys_destroyed` in the log and
  `loanflow_data_keys_destroyed` by service and class report it. Backups have the keys of their time, and are kept for
  30 days at most; a restore destroys what was destroyed since, and erases who was erased (`docs/adr/0029-backups.md`).
- **Legal hold**: `python -m services.privacy hold` in each service, the customer service first, with the number of
  the case; nothing of the person is destroyed, and no erasure taken, until `release`. Both are in the audit trails.

## Rights of a person

| right | how |
|---|---|
| access, portability (art. 15, 20) | `python -m stack privacy export <id> --files FOLDER`: JSON, with ground and end |
| rectification (art. 16) | `PUT /api/v1/customers/{{customer_id}}/profile` and `/kyc` |
| erasure (art. 17) | as above |
| where a person is | `python -m stack privacy locate <id>` |

What earlier releases stored in clear, or sealed by keys of the services customer and auth themselves, is sealed by
the data keys of the persons when it next changes (of a session, nothing personal does), and all of it by
`python -m services.privacy seal` in each service. For who was erased before accounts had such keys it leaves nothing.

What identifies somebody to a machine alone (hashes of passwords and tokens) is in no export. Topics, logs, metrics
and traces hold ids, and nothing personal; search indexes hold keyed tokens in place of the ids of persons.
"""


def page() -> str:
    """The page, in Markdown."""
    return _TEXT.format(rows="\n".join(map(_row, PURPOSES)), retired=_years(RETIRED_AFTER))


def _row(record_class: str) -> str:
    purpose, rule = PURPOSES[record_class], RULES.get(record_class)
    if rule is not None:
        kept = (_years(rule.keep), rule.basis)
    elif record_class in ERASED_AT_ONCE:
        kept = ("not beyond the erasure", "none")
    return f"| {' | '.join((record_class, purpose.what, purpose.basis, *kept))} |"


def _years(span: timedelta) -> str:
    return f"{span / timedelta(days=365.25):g} years"


if __name__ == "__main__":
    _FILE.write_text(page())
