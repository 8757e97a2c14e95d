"""Pages of MongoDB documents by keyset; what postgres_paging.py does with rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_writes import Document
from services.runtime.stores.paging import Page, PageResult, Value


@dataclass(frozen=True, eq=False)
class Keyset:
    """The order of a list: by fields that every document has, each with its kind, smallest first or largest.

    No two documents of the list may agree in all of them; so the id is the last one, unless another is unique already.
    """

    fields: Mapping[str, type[Value]]
    descending: bool = False

    def read(
        self,
        documents: Collection[Document],
        session: ClientSession,
        query: Document,
        page: Page,
        list_name: str,
        fits: Callable[[Document], bool] = lambda _: True,
    ) -> PageResult[Document]:
        """The page of the documents of `query`, values by field that an index has before those of the order, that fit.

        `list_name` says which list it is, with the filters that are part of it. InvalidArgument INVALID_PAGE_TOKEN for
        the token of another list; errors.Unavailable.
        """
        after = page.after(list_name, list(self.fields.values()))
        order = [(name, DESCENDING if self.descending else ASCENDING) for name in self.fields]
        wanted = {**query, **self._from(after)}
        with translated(), documents.find(wanted, session=session).sort(order).batch_size(page.size + 1) as found:
            rows = list(islice((each for each in found if self._is_beyond(each, after) and fits(each)), page.size + 1))
        return PageResult.cut(rows, page, list_name, self._place)

    def choose(self, rows: Iterable[Document], page: Page, list_name: str) -> PageResult[Document]:
        """The page of documents that were read already, as `read` has it."""
        after = page.after(list_name, list(self.fields.values()))
        beyond = (each for each in rows if self._is_beyond(each, after))
        first = sorted(beyond, key=self._place, reverse=self.descending)[: page.size + 1]
        return PageResult.cut(first, page, list_name, self._place)

    def _from(self, after: Sequence[Value] | None) -> Document:
        """The range of the first field alone, which an index serves; MongoDB compares no tuples."""
        return {} if after is None else {next(iter(self.fields)): {"$lte" if self.descending else "$gte": after[0]}}

    def _is_beyond(self, document: Document, after: Sequence[Value] | None) -> bool:
        if after is None:
            return True
        place: list[Any] = self._place(document)
        return place < list(after) if self.descending else place > list(after)

    def _place(self, document: Document) -> list[Value]:
        return [document[name] for name in self.fields]
