"""The API reference as a judge: schemathesis reads gen/openapi.yaml, and holds what the edge answers against it."""

from pathlib import Path
from typing import Any

import schemathesis
import yaml
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stack import folders

FILE = folders.CHECKOUT / "gen" / "openapi.yaml"
# Status, media type and body, each as the reference has it for the operation.
SHAPE = [status_code_conformance, content_type_conformance, response_schema_conformance]
CHECKS = [not_a_server_error, *SHAPE]
# It is never over for a customer.
ENDLESS = "GET /api/v1/notifications/stream"
# It ends the sessions of who calls it, unless it names another one.
SIGN_OUT = "POST /api/v1/auth/logout"
NO_SESSION = {"refreshToken": "a token of no session"}


def read(file: Path = FILE) -> BaseSchema:
    """The reference, in which every field is known."""
    return schemathesis.openapi.from_dict(_closed(yaml.load(file.read_text(), Loader=yaml.CSafeLoader)))


def _closed(schema: Any) -> Any:
    """The reference asks clients to accept new fields; a judge does not."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return closed | {key: _closed(value) for key, value in schema.items()}
