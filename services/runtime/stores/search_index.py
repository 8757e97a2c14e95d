"""An index of OpenSearch: what a database keeps is found there by words, filters and counts.

It is a projection and never the truth: a document has the revision of what it was made of, so that a late or repeated
write changes nothing, and whatever is found is read from the database. Two aliases lead to it. `<name>` is what is
searched, one index; `<name>-writing` is what is written: two indexes while a new one is filled behind the old one.
Every failure is errors.Unavailable.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.stores.encryption import FieldCipher
from services.runtime.tls import MutualTlsSettings

# The client, 12 MB, is loaded where there is an engine alone.
if TYPE_CHECKING:
    from opensearchpy import OpenSearch

log = structlog.get_logger(__name__)
T = TypeVar("T")
# An engine that failed is not asked again for so long: callers get their degraded answer at once.
_REST_SECONDS = 5.0
# Patience for what nobody waits for.
_WRITE_SECONDS = 30.0
_GONE, _CONFLICT = 404, 409


@dataclass(frozen=True)
class SearchSettings:
    """Where the engine is, such as https://127.0.0.1:9200, and the certificate by which it knows this process.

    `token_key_file` has the key of the tokens that stand in the index for personal ids; `seconds` is the patience for
    a search.
    """

    url: str
    tls: MutualTlsSettings
    token_key_file: Path
    region: str = ""
    seconds: float = 2.0

    def __post_init__(self) -> None:
        """ValueError when others could read or change what is asked."""
        self.tls.demand(self.url)


@dataclass(frozen=True)
class Document:
    """What is indexed of one thing at one version, 1 or more; without `fields` it is taken out of the index."""

    id: str
    version: int
    fields: Mapping[str, Any] | None


@dataclass(frozen=True)
class Hit:
    """A document that was found, and the values by which it was sorted: what the next page begins after."""

    id: str
    sort: tuple[Any, ...]


@dataclass(frozen=True)
class Found:
    """The hits of one page, how many there are in all, and the buckets of each aggregation by its name."""

    hits: tuple[Hit, ...]
    total: int
    buckets: Mapping[str, tuple[tuple[str, int], ...]]


class SearchIndex:
    """One index, by `name`, whose settings and mappings are `body`. Safe for threads."""

    def __init__(self, settings: SearchSettings, name: str, body: Mapping[str, Any]) -> None:
        # The engine lets a service ask about indexes of its own name alone.
        self.name, self._writing, self._all = name, f"{name}-writing", f"{name}-*"
        self._settings, self._body = settings, body
        self._tokens = FieldCipher(settings.token_key_file)
        self._made: tuple[int, OpenSearch] | None = None
        self._rests_until = 0.0

    def token(self, text: str) -> str:
        """What stands in the index for a personal id: equal for equal texts, and of no use without the key."""
        return self._tokens.index(text)

    def find(self, query: Mapping[str, Any]) -> Found:
        """The answer to a query of the engine's query language; while it rests after a failure, Unavailable at once."""
        if time.monotonic() < self._rests_until:
            raise Unavailable("the search engine was out of reach a moment ago")
        try:
            limited = {**query, "timeout": f"{int(self._settings.seconds * 1000)}ms"}
            answer = self._ask(lambda engine: engine.search(index=self.name, body=limited))
        except Unavailable:
            self._rests_until = time.monotonic() + _REST_SECONDS
            raise
        return _found(answer)

    def exists(self) -> bool:
        """Whether there is one that can be searched."""
        return bool(self._ask(lambda engine: engine.indices.exists_alias(index=self._all, name=self.name)))

    def put(self, documents: Sequence[Document]) -> None:
        """Writes documents to every index that is written, unless it has them at this version or a later one.

        They are made before the indexes are looked up: a new index takes whatever was committed before its scan.
        """
        if not self._write(self._targets(), documents):
            # One was taken away after the look: by the end of a rebuild, whose new index is among them now.
            self._write(self._targets(), documents)

    def rebuild(self, batches: Iterable[Sequence[Document]]) -> int:
        """Fills a new index behind the old one, then has searches go there; how many documents it was given.

        From its start on `put` writes to both, so nothing is missing in it, whatever changes meanwhile. Until its end
        the old one answers; when it fails, the old one goes on.
        """
        fresh, count = f"{self.name}-{new_id()}", 0
        made = {**self._body, "aliases": {self._writing: {}}}
        self._ask(lambda engine: engine.indices.create(index=fresh, body=made, params=_patient()))
        try:
            for batch in batches:
                if not self._write([fresh], batch):
                    raise Unavailable(f"{self.name}: another rebuild has taken over")
                count += len(batch)
            self._ask(lambda engine: engine.indices.refresh(index=fresh, params=_patient()))
            self._publish(fresh)
        except BaseException:
            self._drop(fresh)
            raise
        log.info("index_rebuilt", index=self.name, documents=count)
        return count

    def refresh(self) -> None:
        """Has what was written be found now, and not a second later."""
        self._ask(lambda engine: engine.indices.refresh(index=self.name))

    def close(self) -> None:
        """Closes the connections."""
        if self._made is not None:
            self._made[1].close()

    def _targets(self) -> list[str]:
        """The indexes that are written."""
        return list(self._ask(lambda engine: engine.indices.get_alias(index=self._all, name=self._writing)))

    def _publish(self, fresh: str) -> None:
        before = [name for name in self._targets() if name != fresh]
        gone = [{"remove": {"index": name, "aliases": [self.name, self._writing]}} for name in before]
        swap = {"actions": [{"add": {"index": fresh, "alias": self.name}}, *gone]}
        self._ask(lambda engine: engine.indices.update_aliases(body=swap, params=_patient()))
        # Only now, so that a search under way still finds the one that it began in.
        for name in before:
            self._drop(name)

    def _drop(self, index: str) -> None:
        try:
            self._ask(lambda engine: engine.indices.delete(index=index, params={"ignore_unavailable": "true"}))
        except Unavailable:
            log.warning("index_left_behind", index=index)

    def _write(self, targets: Sequence[str], documents: Sequence[Document]) -> bool:
        """False when an index is not there any more."""
        lines = [line for index in targets for each in documents for line in _operation(index, each)]
        if not lines:
            return True
        answer = self._ask(lambda engine: engine.bulk(body=lines, params=_patient()))
        gone = False
        for item in answer["items"]:
            [(_, result)] = item.items()
            gone = gone or _checked(result)
        return not gone

    def _ask(self, call: Callable[["OpenSearch"], T]) -> T:
        from opensearchpy.exceptions import OpenSearchException

        try:
            return call(self._engine())
        except (OpenSearchException, OSError) as error:
            # Neither its text nor the query is logged: both may have words that someone searched for.
            raise Unavailable(f"the search engine is out of reach: {type(error).__name__}") from error

    def _engine(self) -> "OpenSearch":
        """The client, made anew when the own certificate was renewed; connections in use end by themselves."""
        from opensearchpy import OpenSearch

        stamp = self._settings.tls.stamp()
        if self._made is None or self._made[0] != stamp:
            options: dict[str, Any] = {"timeout": self._settings.seconds, "max_retries": 0, "pool_maxsize": 8}
            trust = self._settings.tls.context()
            # Its own log has queries, and so the words that someone searched for.
            logging.getLogger("opensearch").setLevel(logging.CRITICAL)
            options |= {} if trust is None else {"ssl_context": trust}
            self._made = stamp, OpenSearch(hosts=[self._settings.url], **options)
        return self._made[1]


def _patient() -> dict[str, Any]:
    return {"request_timeout": _WRITE_SECONDS}


def _operation(index: str, document: Document) -> list[Mapping[str, Any]]:
    what = {"_index": index, "_id": document.id, "version": document.version, "version_type": "external_gte"}
    return [{"delete": what}] if document.fields is None else [{"index": what}, document.fields]


def _checked(result: Mapping[str, Any]) -> bool:
    """Whether the index of an operation is gone; errors.Unavailable for what may go well later."""
    status, error = result["status"], result.get("error", {})
    if status < 300 or status == _CONFLICT or (status == _GONE and not error):
        return False
    if error.get("type") == "index_not_found_exception":
        return True
    if status in (400, 413):
        # The same document would be refused again; the others must not wait for it.
        log.error("document_refused", index=result["_index"], id=result["_id"], cause=error.get("type"))
        return False
    raise Unavailable(f"the search engine answers {status} {error.get('type')}")


def _found(answer: Mapping[str, Any]) -> Found:
    if answer["timed_out"]:
        raise Unavailable("the search engine has not found all in time")
    hits = tuple(Hit(each["_id"], tuple(each["sort"])) for each in answer["hits"]["hits"])
    aggregations = answer.get("aggregations", {})
    buckets = {
        name: tuple((str(each["key"]), int(each["doc_count"])) for each in made["buckets"])
        for name, made in aggregations.items()
    }
    return Found(hits, int(answer["hits"]["total"]["value"]), buckets)
