"""The mix that the bench puts on is that of proto/journey.yaml."""

from tests.bench.mixed import reads


def test_six_reads_are_what_a_customer_looks_at() -> None:
    assert reads() == [
        "/api/v1/applications/{application_id}",
        "/api/v1/applications/{application_id}/timeline",
        "/api/v1/applications",
        "/api/v1/applications/status",
        "/api/v1/facilities",
        "/api/v1/notifications/inbox",
    ]
