"""The real parts, as tests of services have them."""

from tests.integration.auth.conftest import auth, quick_hasher
from tests.integration.conftest import fresh_mongo, fresh_postgres, kafka, layout, plans, templates, wrapping
from tests.integration.document.conftest import documents
from tests.integration.document.conftest import files as files
from tests.integration.notification.conftest import hub, mail_server, redis, running

__all__ = [
    "auth", "documents", "files", "fresh_mongo", "fresh_postgres", "hub", "kafka", "layout", "mail_server", "plans",
    "quick_hasher", "redis", "running", "templates", "wrapping",
]  # fmt: skip
