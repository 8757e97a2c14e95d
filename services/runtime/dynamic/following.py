"""The dynamic settings of one process: the version in force, and who is called when a value changes."""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from services.runtime.dynamic.setting import ALL, Refused, Table, Value, Values

VERSION = Gauge("loanflow_dynamic_settings_version", "The version of the dynamic settings in force; 0 for none.")
REFUSED = Counter("loanflow_dynamic_settings_refused", "Versions of the dynamic settings that this process refused.")
log = structlog.get_logger(__name__)


class DynamicSettings:
    """What one reader follows of a table; safe to share between threads.

    Each setting of the reader is followed once, by `follow` or `current`, before the first version is taken.
    """

    def __init__(self, table: Table, reader: str) -> None:
        self._table, self._reader, self._lock = table, reader, threading.Lock()
        self._names = table.read_by(reader)
        self._listeners = dict[str, Callable[[Any], None]]()
        self._begun, self._values = dict[str, Value](), dict[str, Value]()
        self.version = self._refused = 0

    def follow(self, name: str, listener: Callable[[Any], None], start: Value) -> None:
        """Calls `listener` with each new value; `start` is the one the process has without any version.

        LookupError when the setting is not declared as this reader's.
        """
        if name not in self._names:
            raise LookupError(f"{name} is no dynamic setting that {self._reader} is declared to read")
        self._listeners[name] = listener
        self._begun[name] = self._values[name] = start

    def current(self, name: str, start: Any) -> Callable[[], Any]:
        """What gives the present value of a setting, for what asks at each use; errors as `follow` has them."""
        self.follow(name, lambda _: None, start)
        return lambda: self._values[name]

    def check(self) -> None:
        """LookupError when the reader is declared to read what it does not follow."""
        if missing := sorted(self._names - {*self._listeners}):
            raise LookupError(f"{self._reader} is declared to read {', '.join(missing)}, and follows none of it")

    def take(self, version: int, values: Any) -> bool:
        """Puts a version in force, unless it is; False when it is refused, and the one before stays."""
        with self._lock:
            if version in (self.version, self._refused):
                return version == self.version
            try:
                self._apply(self._table.checked(values))
            except Refused as error:
                self._refused = version
                REFUSED.inc()
                log.error("dynamic_settings_refused", version=version, in_force=self.version, why=str(error))
                return False
            self.version, self._refused = version, 0
            VERSION.set(version)
            return True

    def _apply(self, values: Values) -> None:
        for name, listener in self._listeners.items():
            found = values.get(name, {})
            value = found.get(self._reader, found.get(ALL, self._begun[name]))
            if value != self._values[name]:
                before, self._values[name] = self._values[name], value
                listener(value)
                log.warning("dynamic_setting_changed", setting=name, before=before, now=value)
