"""What processes read from their environment, out of their settings classes: no variable is listed by hand."""

import dataclasses
import importlib
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from services import catalog
from services.runtime.settings import PREFIX


@dataclass(frozen=True)
class Setting:
    """One setting: `path` is that of its field, such as `postgres.host`; `required` when it has no default.

    `listens` when it is a port of the process itself, not one at which it calls another.
    """

    path: str
    required: bool
    listens: bool

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"{PREFIX}_{self.path.replace('.', '_').upper()}"

    @property
    def group(self) -> str:
        """The settings class that it is a field of, by its name in the settings of the process; empty for none."""
        return self.path.rpartition(".")[0]

    @property
    def secret(self) -> str:
        """Of the path of a file with a secret: the name of that file, and of the secret in its Secret or in KV."""
        return self.path.removesuffix("_file").replace(".", "-").replace("_", "-")

    @property
    def field(self) -> str:
        """The name of its field."""
        return self.path.rpartition(".")[2]


@cache
def settings_of(module: str, name: str = "Settings", group: str = "") -> tuple[Setting, ...]:
    """Every setting of a settings class and those nested in it, in the order of the fields; as `group`, if it is one.

    The module is imported only now: some are large.
    """
    kind: type[Any] = getattr(importlib.import_module(module), name)
    return tuple(_walk(kind, f"{group}." if group else "", required=True))


def of_service(name: str) -> tuple[Setting, ...]:
    """Every setting of a service."""
    return settings_of(f"services.{name}.settings")


def needs(name: str, group: str) -> bool:
    """Whether a service cannot do without what a group of settings is about, such as `smtp`."""
    return any(each.group == group and each.required for each in of_service(name))


def knows(name: str, group: str) -> bool:
    """Whether a service has settings of a group, such as `twilio`, though it may do without."""
    return any(each.group == group for each in of_service(name))


def users_of(group: str) -> tuple[str, ...]:
    """The services that need it."""
    return tuple(name for name in catalog.BY_NAME if needs(name, group))


def _walk(kind: type[Any], prefix: str, *, required: bool) -> Iterator[Setting]:
    hints = typing.get_type_hints(kind)
    listens = "port" in hints and "host" not in hints
    for field in dataclasses.fields(kind):
        path, needed = f"{prefix}{field.name}", required and not _has_default(field)
        if (nested := _nested(hints[field.name])) is not None:
            yield from _walk(nested, f"{path}.", required=needed)
        else:
            yield Setting(path, needed, listens and field.name == "port")


def _nested(hint: Any) -> type[Any] | None:
    kinds = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    return next((kind for kind in kinds if dataclasses.is_dataclass(kind) and isinstance(kind, type)), None)


def _has_default(field: "dataclasses.Field[Any]") -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
