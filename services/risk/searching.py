"""Reports by words, filters and counts: in the index of the search engine, or, while that is away, in the database.

The index follows the table: a report whose revision is not the one that was indexed is due, whether an event or a risk
manager changed it, in the same transaction. It holds no personal text: in place of the ids of persons stand their
tokens, and what is found is read from the database.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter

from services.risk.model import Report
from services.risk.ports import Facet, FacetCount, FoundReports, ReportFilter
from services.risk.store import Due, UnitOfWork, latest, words
from services.runtime.errors import Unavailable
from services.runtime.stores import search_words
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.search_index import Document, Found, SearchIndex, SearchSettings
from services.runtime.stores.search_words import KEYWORD, TEXT, micros, moment

log = structlog.get_logger(__name__)
_DEGRADED = Counter("loanflow_search_degraded", "Searches that the database answered in place of the engine.")

NAME = "risk-reports"
# So many reports are read, and sent, at once.
_BATCH = 200
# Facets by field, and how many values of each are counted at most.
FACETS = ("status", "rating", "facility_type", "reason_code", "score_band")
_MOST_VALUES = 20
# What only the index can filter by.
_INDEX_ONLY = ("reason_code",)
BODY = search_words.body(
    {
        "application_id": KEYWORD,
        "persons": KEYWORD,
        "status": KEYWORD,
        "rating": KEYWORD,
        "facility_type": KEYWORD,
        "reason_code": KEYWORD,
        "score": {"type": "integer"},
        "score_band": KEYWORD,
        "latest": {"type": "long"},
        "words": TEXT,
    }
)


class ReportIndex:
    """The reports in the index."""

    def __init__(self, begin: Callable[[], UnitOfWork], index: SearchIndex) -> None:
        self._begin, self._index = begin, index
        self._seen = False

    def follow(self) -> bool:
        """Brings the index up to date with a batch of what changed; True when there may be more. errors.Unavailable.

        One that is not there, or is there no more, is made anew.
        """
        with self._begin() as uow:
            due = uow.reports.due(_BATCH)
        if (due or not self._seen) and not self._index.exists():
            self.rebuild()
        self._seen = True
        if due:
            self._index.put(self._documents(due))
            with self._begin() as uow:
                uow.reports.indexed(due)
                uow.commit()
        return len(due) == _BATCH

    def rebuild(self) -> int:
        """Makes a new index of all reports, behind the one that is searched; how many they are."""
        return self._index.rebuild(self._everything())

    @property
    def name(self) -> str:
        """The alias that is searched."""
        return self._index.name

    def refresh(self) -> None:
        """Has what is indexed be found now, and not a second later."""
        self._index.refresh()

    def close(self) -> None:
        """Closes the connections."""
        self._index.close()

    def find(self, uow: UnitOfWork, wanted: ReportFilter, page: Page) -> FoundReports:
        """The reports that fit, latest first, with counts over all of them; errors.Unavailable."""
        name = uow.reports.list_name(wanted)
        after = page.after(name, (datetime, str))
        try:
            found = self._index.find(_query(wanted, page.size, after, self._index.token))
        except Unavailable:
            self._seen = False
            raise
        places = [(*_place(each.sort), each.id) for each in found.hits]
        shown = PageResult.cut(places, page, name, lambda place: place[:2])
        reports = uow.reports.some([place[2] for place in shown.items])
        return FoundReports(PageResult(tuple(reports), shown.next_token), found.total, _facets(found))

    def _everything(self) -> Iterator[Sequence[Document]]:
        after = ""
        while True:
            with self._begin() as uow:
                batch = uow.reports.after(after, _BATCH)
            if not batch:
                return
            yield self._documents(batch)
            after = batch[-1].report.application_id

    def _documents(self, due: Sequence[Due]) -> list[Document]:
        return [Document(each.report.application_id, each.revision, self._fields(each)) for each in due]

    def _fields(self, due: Due) -> Mapping[str, Any] | None:
        return None if due.forgotten else fields(due.report, self._index.token)


def report_index(settings: SearchSettings | None, begin: Callable[[], UnitOfWork]) -> ReportIndex | None:
    """The index at the engine of these settings; None without an engine."""
    return None if settings is None else ReportIndex(begin, SearchIndex(settings, NAME, BODY))


def search(uow: UnitOfWork, index: ReportIndex | None, wanted: ReportFilter, page: Page) -> FoundReports:
    """The reports that fit; without the index `degraded`, with the names of the filters that were not applied."""
    if index is not None:
        try:
            return index.find(uow, wanted, page)
        except Unavailable as error:
            log.warning("search_degraded", cause=error.message)
    _DEGRADED.inc()
    unapplied = tuple(name for name in _INDEX_ONLY if getattr(wanted, name))
    return FoundReports(uow.reports.search(wanted, page), degraded=True, unapplied_filters=unapplied)


def fields(report: Report, token: Callable[[str], str]) -> dict[str, Any]:
    """What is indexed of a report; of persons their tokens alone."""
    assessment = report.assessment
    reasons = () if assessment is None else assessment.reasons
    score = None if assessment is None else assessment.known_score
    rating = None if assessment is None else assessment.known_rating
    persons = [report.customer_id, report.decided_by, *report.earlier_deciders]
    return {
        "application_id": report.application_id,
        "persons": sorted({token(each) for each in persons if each}),
        "status": report.status.name,
        "rating": rating and rating.name,
        "facility_type": report.figures.facility_type,
        "reason_code": [each.code for each in reasons],
        "score": score,
        "score_band": None if score is None else _band(score),
        "latest": micros(latest(report)),
        "words": words(report),
    }


def _query(wanted: ReportFilter, size: int, after: Sequence[Any] | None, token: Callable[[str], str]) -> dict[str, Any]:
    exact = {
        "status": wanted.status and wanted.status.name,
        "rating": wanted.rating and wanted.rating.name,
        "facility_type": wanted.facility_type,
        "reason_code": wanted.reason_code,
    }
    filters: list[dict[str, Any]] = [{"term": {name: value}} for name, value in exact.items() if value]
    bounds = {"gte": wanted.min_score, "lte": wanted.max_score}
    if given := {name: bound for name, bound in bounds.items() if bound is not None}:
        filters.append({"range": {"score": given}})
    filters += [_word(word, token) for word in wanted.query.split()]
    query: dict[str, Any] = {
        # One more than the page has says whether there is a next one.
        "size": size + 1,
        "_source": False,
        "track_total_hits": True,
        "query": {"bool": {"filter": filters}},
        "sort": [{"latest": "desc"}, {"application_id": "desc"}],
        "aggs": {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in FACETS},
    }
    if after is not None:
        latest_time, application_id = after
        query["search_after"] = [micros(latest_time), application_id]
    return query


def _word(word: str, token: Callable[[str], str]) -> dict[str, Any]:
    """One word of a query: of a reason or a facility type, or an id."""
    ids = {"term": {"application_id": word.lower()}}, {"term": {"persons": token(word.lower())}}
    return search_words.word(word, "words", *ids)


def _facets(found: Found) -> tuple[Facet, ...]:
    return tuple(Facet(name, tuple(FacetCount(*bucket) for bucket in found.buckets.get(name, ()))) for name in FACETS)


def _band(score: int) -> str:
    """The hundred that a score is in, such as 700-799; the best score has the last one."""
    low = min(score // 100, 9) * 100
    return f"{low}-{low + 99 if low < 900 else 1000}"


def _place(sort: Sequence[Any]) -> tuple[datetime, str]:
    """The position of a hit in the list, as the database has it: pages go on there when the engine goes away."""
    return moment(int(sort[0])), str(sort[1])
