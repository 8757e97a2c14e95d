"""The one table of dynamic settings: what may change while the platform runs, within which bounds, and who follows it.

docs/settings.md is made of it. A process whose own variable says otherwise begins with that in place of the default.
"""

from services.catalog import BY_NAME
from services.lending.facility import CATALOGUES
from services.runtime.dynamic.setting import Setting, Table

_MEBIBYTE = 1024 * 1024
EDGE = "edge"
_ALL = tuple(BY_NAME)
# The tables that the risk service is shipped with.
_SCORECARDS = ("2026-11-01", "2026-11-29", "2026-11-30")

TABLE = Table(
    (
        Setting(
            "log_level", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", readers=_ALL,
            effect="lines of logs below it are not written; LOANFLOW_SERVER_LOG_LEVEL until one is set",
        ),
        Setting(
            "trace_ratio", float, 0.05, readers=_ALL, low=0, high=1,
            effect="the share of traces that begin here which is sampled; LOANFLOW_SERVER_TRACE_RATIO until one is set",
        ),
        Setting(
            "streams_each", int, 6, readers=_ALL, low=1, high=100, unit="streams",
            effect="how many streams one caller has open at once at a process; open ones stay",
        ),
        Setting(
            "streams_percent", int, 100, readers=_ALL, low=1, high=100, unit="percent",
            effect="how much of the streams that a process has threads for it lets in; open ones stay",
        ),
        Setting(
            "upload_max_bytes", int, 25 * _MEBIBYTE, readers=("agreement", "document"), low=65536, high=25 * _MEBIBYTE,
            unit="bytes", effect="the largest file that is taken; uploads that have begun keep the limit of before",
        ),
        Setting(
            "receipt_max_bytes", int, 10 * _MEBIBYTE, readers=("repayment",), low=65536, high=25 * _MEBIBYTE,
            unit="bytes", effect="the largest receipt of a payment that is taken",
        ),
        Setting(
            "registration_hours", int, 48, readers=("auth",), low=1, high=168, unit="hours",
            effect="how long a new registration waits to be confirmed before what was typed in is deleted; those that "
            "wait keep the time that they have",
        ),
        Setting(
            "facility_catalogue", int, 1, readers=("application",), low=1, high=CATALOGUES,
            effect="the version of the catalogue whose facility types are offered to new applications; drafts and "
            "loans keep the type that they have",
        ),
        Setting(
            "risk_scorecard", _SCORECARDS, "2026-11-30", readers=("risk",),
            effect="the table of points by which applications are assessed; what was assessed before stays as it is, "
            "and offers go by the table of their decision",
        ),
        Setting(
            "risk_challenger", ("none", *_SCORECARDS), "2026-11-01", readers=("risk",),
            effect="the table whose score is recorded beside, and decides nothing; none, or that of risk_scorecard, "
            "for no score beside",
        ),
        Setting(
            "edge_rate_factor", float, 1, readers=(EDGE,), low=0.01, high=1000,
            effect="multiplies every limit of calls at the edge, by subject, address and partner's program",
        ),
        Setting(
            "edge_share_factor", float, 1, readers=(EDGE,), low=0.01, high=1000,
            effect="multiplies what one caller may ask before it is refused first when a service is busy",
        ),
    )
)  # fmt: skip
