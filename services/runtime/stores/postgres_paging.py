"""Pages of PostgreSQL rows by keyset: a page begins after the values of a row, not after a number of rows.

So rows that come or go between two pages neither repeat one nor hide one, and the last page costs what the first does.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, tuple_

from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True, eq=False)
class Keyset:
    """The order of a list: by columns of text, integers or times that are never NULL, smallest first or largest.

    No two rows of the list may agree in all of them; so the id is the last one, unless another is unique already.
    """

    columns: tuple[Column[Any], ...]
    descending: bool = False

    def read(
        self, connection: Connection, query: Select[Any], page: Page, list_name: str
    ) -> PageResult[dict[str, Any]]:
        """The page of the rows that `query` selects, the keyset's columns among theirs; it has no order and no limit.

        `list_name` says which list it is, with the filters that are part of it. InvalidArgument INVALID_PAGE_TOKEN for
        the token of another list.
        """
        after = page.after(list_name, [column.type.python_type for column in self.columns])
        if after is not None:
            here, there = tuple_(*self.columns), tuple_(*after)
            query = query.where(here < there if self.descending else here > there)
        order = [column.desc() if self.descending else column.asc() for column in self.columns]
        rows = connection.execute(query.order_by(*order).limit(page.size + 1)).mappings()
        found = [dict(row) for row in rows]
        return PageResult.cut(found, page, list_name, lambda row: [row[column.name] for column in self.columns])
