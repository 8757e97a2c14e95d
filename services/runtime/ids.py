"""New identifiers."""

import uuid


def new_id() -> str:
    """A random UUID in its usual text form."""
    return str(uuid.uuid4())
