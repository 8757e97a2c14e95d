"""Files that callers download: a browser keeps them under their name, and shows none of them by itself."""

import re
from urllib.parse import quote

import grpc

# What the quoted form may hold as it is; everything else is in the extended form alone, RFC 6266 section 4.3.
_UNQUOTED = re.compile(r"[^A-Za-z0-9 !#$&+.^_`{}~()@,=-]")


def attach(context: grpc.ServicerContext, file_name: str) -> None:
    """Sends the caller the name of the answered file; before the first byte of it, and once it is there."""
    context.send_initial_metadata((("content-disposition", disposition(file_name)),))


def disposition(file_name: str) -> str:
    """The header's value, in ASCII whatever the name: RFC 6266, with the name as RFC 8187 encodes it where needed."""
    name = "".join(each for each in file_name if each.isprintable()).strip() or "file"
    plain = _UNQUOTED.sub("_", name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return f'attachment; filename="{plain}"{extended}'
