"""The real parts, as tests of services have them."""

from tests.integration.conftest import fresh_mongo, kafka, layout, wrapping
from tests.integration.document.conftest import documents
from tests.integration.document.conftest import files as files
from tests.integration.notification.conftest import hub, mail_server, redis, running

__all__ = [
    "documents", "files", "fresh_mongo", "hub", "kafka", "layout", "mail_server", "redis", "running", "wrapping",
]  # fmt: skip
