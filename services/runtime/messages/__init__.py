"""Between protobuf messages and the classes of a model, field by equal name, declared once for each pair.

    _BOOK = Out(Book, book_pb2.Book)                    _BOOK(book) -> book_pb2.Book
    _ASSIGN = In(pb.AssignRequest, Assign)              _ASSIGN(request) -> Assign
    _STATUS = Members(BookStatus, book_pb2.BookStatus)    one enum alone

Declarations stand at the head of a module: what does not fit, Mismatch says at its import, and what to do.

Decimal ↔ decimal string, Money ↔ the message with `currency` and `amount`, date ↔ ISO string, datetime ↔ Timestamp,
enum member ↔ the value of the prefixed proto enum with its name; nested and repeated alike.
"""

from services.runtime.messages.enums import Members, enum_prefix
from services.runtime.messages.incoming import OTHERS, In
from services.runtime.messages.mismatch import Mismatch
from services.runtime.messages.outgoing import Out, Outs

__all__ = ["OTHERS", "In", "Members", "Mismatch", "Out", "Outs", "enum_prefix"]
