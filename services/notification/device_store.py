"""The devices of customers in MongoDB."""

from datetime import datetime

from services.notification.device_model import Device
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_schema import Collection, Field, index

DEVICES = Collection(
    "devices",
    (
        Field("device_id", str),
        Field("customer_id", str),
        Field("platform", str),
        Field("token", str),
        Field("token_hash", str),
        Field("create_time", datetime),
        Field("update_time", datetime),
        Field("remove_time", datetime, nullable=True),
    ),
    (index("customer_id"), index("token_hash")),
)


class Devices(Mapped[Device]):
    """The devices; their tokens are sealed."""

    collection, key = DEVICES, "device_id"
    subject, record_class = "customer_id", "notification"
    personal = ("token",)

    def of(self, customer_id: str) -> list[Device]:
        """Those of a customer that messages go to, to look at, the one registered last first."""
        with translated():
            rows = list(self.documents.find({"customer_id": customer_id}, session=self.session))
        here = [self.loaded(row) for row in rows if row["remove_time"] is None]
        return sorted(here, key=lambda each: (each.update_time, each.device_id), reverse=True)

    def known(self, token_hash: str) -> list[Device]:
        """Those that ever had a token, for a change: of one customer, or of several who used the device in turn."""
        with translated():
            rows = list(self.documents.find({"token_hash": token_hash}, session=self.session))
        return [self.tracked(row) for row in rows]

    def tokens_of(self, customer_id: str) -> tuple[str, ...]:
        """The tokens that a customer's push messages go to."""
        # One that came twice at the same moment is one device.
        return tuple(dict.fromkeys(each.token for each in self.of(customer_id)))

    def remove(self, customer_id: str, tokens: tuple[str, ...], sent: datetime, at: datetime) -> None:
        """Sends nothing any more to these tokens, which the provider knew no more when a message was sent to them."""
        for device in self.of(customer_id):
            if device.token in tokens:
                self.get(device.device_id).miss(sent, at)

    def delete_of(self, customer_id: str) -> None:
        """Removes all of a customer."""
        with translated():
            self.documents.delete_many({"customer_id": customer_id}, session=self.session)
