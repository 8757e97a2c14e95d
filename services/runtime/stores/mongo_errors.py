"""What the driver of MongoDB raises, in the runtime's errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo import errors as driver

from services.runtime import errors

_DUPLICATE = 11000
_CONFLICTS = {112, 251, 24}
_CLOSED = "after close"


@contextmanager
def translated() -> Iterator[None]:
    """Turns the driver's errors into ours."""
    try:
        yield
    except driver.DuplicateKeyError as error:
        raise errors.AlreadyExists("it exists already") from error
    except driver.BulkWriteError as error:
        codes = {each.get("code") for each in error.details.get("writeErrors", ())}
        if _DUPLICATE in codes:
            raise errors.AlreadyExists("it exists already") from error
        if codes & _CONFLICTS:
            raise errors.Aborted("two changes met; try again") from error
        raise
    except driver.ConnectionFailure as error:
        raise errors.Unavailable("the database is out of reach") from error
    except driver.InvalidOperation as error:
        # The service is ending while a batch is in hand: that says nothing against the event, which comes again.
        if _CLOSED not in str(error):
            raise
        raise errors.Unavailable("the database is closed") from error
    except driver.OperationFailure as error:
        if error.code in _CONFLICTS or error.has_error_label("TransientTransactionError"):
            raise errors.Aborted("two changes met; try again") from error
        raise
