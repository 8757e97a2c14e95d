"""The real parts, as tests of services have them."""

from tests.integration.conftest import kafka, layout

__all__ = ["kafka", "layout"]
