"""Pages of MongoDB documents by keyset; what postgres_paging.py does with rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from services.runtime.stores.mongo import Document, translated
from services.runtime.stores.paging import Page, PageResult, Value


@dataclass(frozen=True, eq=False)
class Keyset:
    """The order of a list: by fields that every document has, each with its kind, smallest first or largest.

    No two documents of the list may agree in all of them; so the id is the last one, unless another is unique already.
    """

    fields: Mapping[str, type[Value]]
    descending: bool = False

    def read(
        self, documents: Collection[Document], session: ClientSession, query: Document, page: Page, list_name: str
    ) -> PageResult[Document]:
        """The page of the documents that fit `query`.

        `list_name` says which list it is, with the filters that are part of it. InvalidArgument INVALID_PAGE_TOKEN for
        the token of another list; errors.Unavailable.
        """
        after = page.after(list_name, list(self.fields.values()))
        wanted = query if after is None else {"$and": [query, self._beyond(after)]}
        order = [(name, DESCENDING if self.descending else ASCENDING) for name in self.fields]
        with translated():
            found = list(documents.find(wanted, session=session).sort(order).limit(page.size + 1))
        return PageResult.cut(found, page, list_name, lambda each: [each[name] for name in self.fields])

    def _beyond(self, after: Sequence[Value]) -> dict[str, Any]:
        """MongoDB compares no tuples: the first fields agree, and the next one is beyond."""
        beyond, places = "$lt" if self.descending else "$gt", list(zip(self.fields, after, strict=True))
        return {"$or": [{**dict(places[:n]), name: {beyond: value}} for n, (name, value) in enumerate(places)]}
