"""Where a gateway of the lender's own hands customers' answers on: `python -m services.notification.answer_address`.

The address that it prints is the `url` of an HTTP client connector of Jasmin (`jcli`: `httpccm -a`, with `method POST`)
to which a route for incoming messages leads (`mointerceptor` and `morouter`). It is a secret: whoever has it can answer
for a customer.
"""

from services.notification.providers import receipts_of
from services.notification.settings import Settings
from services.runtime.secrets.loading import load


def main() -> None:
    """Prints it; ValueError where there is no such gateway."""
    receipts = receipts_of(load(Settings))
    if receipts is None:
        raise ValueError("no jasmin is set: there is no gateway that would hand answers on")
    print(receipts.of_answers())


if __name__ == "__main__":
    main()
