"""Alerts about events: what waits to be published, what is not handled, topics that are not what they were."""

from stack.observability.alert import CRITICAL, WARNING, Alert, grown, grows, stands

_BROKER_AWAY = ("broker killed", "broker away", "broker frozen", "broker slow", "half-open sockets to the broker")
_OF = {"service": "application"}


def _series(metric: str, *more: str) -> str:
    labels = ", ".join(('service="application"', 'job="services"', 'instance="application:1"', *more))
    return f"{metric}{{{labels}}}"


ALERTS: tuple[Alert, ...] = (
    Alert(
        "DeadLetters", WARNING, "max by (service) (loanflow_dead_letters) > 0",
        "{service}: events that it could not handle wait for somebody", "dead-letters",
        {_series("loanflow_dead_letters"): stands(0, 2)}, _OF, faults=("poison in every topic",),
        follows=("DeadLettersMany",),
    ),
    Alert(
        "DeadLettersMany", CRITICAL, "max by (service) (loanflow_dead_letters) >= 25",
        "{service}: so many dead letters have one cause", "dead-letters",
        {_series("loanflow_dead_letters"): stands(3, 40)}, _OF, faults=("poison in every topic",),
    ),
    Alert(
        "EventsParked", WARNING, "max by (service) (loanflow_events_parked) > 0",
        "{service}: events wait for an earlier one that does not come", "dead-letters",
        {_series("loanflow_events_parked"): stands(0, 4)}, _OF, minutes=15, faults=("poison in every topic",),
    ),
    Alert(
        "OutboxOld", CRITICAL, "max by (service) (loanflow_outbox_oldest_seconds) > 60",
        "{service}: committed events are not published", "outbox",
        {_series("loanflow_outbox_oldest_seconds"): stands(0.2, 300)}, _OF, minutes=2,
        faults=(*_BROKER_AWAY, "relay past its lease", "disk full under the broker", "a slow way to the broker"),
        follows=("BrokerDown",),
    ),
    Alert(
        "OutboxRefused", WARNING, "max by (service) (loanflow_outbox_refused) > 0",
        "{service}: the broker refuses an event for good, and what follows of its aggregate waits", "outbox",
        {_series("loanflow_outbox_refused"): stands(0, 1)}, _OF,
    ),
    Alert(
        "PublishingFails", WARNING, "sum by (service) (rate(loanflow_outbox_failed_total[5m])) > 0",
        "{service}: the broker does not take its events, which are sent again", "outbox",
        {_series("loanflow_outbox_failed_total"): grows(0, 6)}, _OF, minutes=5,
        faults=("answers of the broker lost", "disk full under the broker"), follows=("BrokerDown", "OutboxOld"),
    ),
    Alert(
        "ConsumerStalled", CRITICAL, "max by (service) (loanflow_consumer_stalled_seconds) > 120",
        "{service}: there are events, and it handles none", "lag",
        {_series("loanflow_consumer_stalled_seconds"): stands(0, 200)}, _OF,
        faults=("consumers past their session", "a handler beyond max.poll.interval"),
        follows=("BrokerDown", "StoreDown"),
    ),
    Alert(
        "ConsumerBehind", WARNING, "sum by (service) (loanflow_consumer_lag) > 10000",
        "{service}: more than ten thousand events wait for it", "lag",
        {_series("loanflow_consumer_lag", 'topic="loanflow.kyc.v1"'): stands(12, 90_000)}, _OF, minutes=10,
        faults=("a backlog of a hundred thousand events", "all topics once more from the beginning"),
        follows=("ConsumerStalled", "ConsumerHoldsNothing"),
    ),
    Alert(
        "ConsumerHoldsNothing", CRITICAL, "sum by (service) (loanflow_consumer_partitions) == 0",
        "{service}: no replica of it holds a partition", "lag",
        {_series("loanflow_consumer_partitions"): stands(6, 0)}, _OF, minutes=3, faults=("members come and go",),
        follows=("BrokerDown",),
    ),
    Alert(
        "EventsRetried", WARNING, "sum by (service) (rate(loanflow_events_retried_total[5m])) > 0",
        "{service}: handling events fails at a part, again and again", "lag",
        {_series("loanflow_events_retried_total"): grows(0, 10)}, _OF, minutes=10,
        faults=("MongoDB frozen", "PostgreSQL away", "a table locked, the pool held"),
        follows=("StoreDown", "ConsumerStalled"),
    ),
    Alert(
        "EventsSlow", WARNING,
        "histogram_quantile(0.99, sum by (service, le) (rate(loanflow_event_seconds_bucket[10m]))) > 5",
        "{service}: one event in a hundred takes longer than five seconds from commit to handling", "lag",
        {
            _series("loanflow_event_seconds_bucket", 'le="5.0"'): grows(100, 50),
            _series("loanflow_event_seconds_bucket", 'le="30.0"'): grows(100, 100),
            _series("loanflow_event_seconds_bucket", 'le="+Inf"'): grows(100, 100),
        },
        _OF, minutes=15, faults=("a slow way to the broker", "broker slow"),
        follows=("BrokerDown", "StoreDown", "ConsumerStalled"),
    ),
    Alert(
        "TopicMissing", CRITICAL, "max by (service) (loanflow_consumer_topics_missing) > 0",
        "{service}: a topic that it reads is not there", "lost-topic",
        {_series("loanflow_consumer_topics_missing"): stands(0, 1)}, _OF,
    ),
    Alert(
        "TopicLostRecords", WARNING,
        f"{grown('loanflow_consumer_topics_remade_total', '30m', 'service')}"
        f" or {grown('loanflow_consumer_rewound_total', '30m', 'service')}",
        "{service}: a topic that it reads was made anew, or lost its last records", "lost-topic",
        {_series("loanflow_consumer_rewound_total"): grows(None, 0.1)}, _OF, minutes=0,
        faults=("broker killed", "disk full under the broker"),
    ),
)  # fmt: skip
