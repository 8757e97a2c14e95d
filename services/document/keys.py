"""Where the content of a document is in the file store."""


def content_key(application_id: str, document_id: str) -> str:
    """The key of a document's content; those of an application lie together."""
    return f"{application_id}/{document_id}"
