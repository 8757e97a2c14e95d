"""What a process of the mesh needs, whatever it is about: it knows no domain word and imports no service.

Floors, and what each holds; imports go down only, which `make check` sees to:

    serving/    calls from others: the builder, the server that it starts, the interceptors (one concern a file, their
                order in `chain.py`), slow callers, events in and out
    events/     avro, registry, outbox and relay, inbox, consumer, kafka, dead letters and their replay, the past
                published again (republish), ids of topics,
                whether the consumer is level with them (catching up),
                topics and rights (provision), which source may publish what (provenance)
    calling/    calls to others: channels, identity, tokens, the sidecar's word, keepalive, parties outside the platform
    files/      uploads, virus scanning, the object store, files held against their hash, downloads
    stores/     unit of work; PostgreSQL, MongoDB; migrations, paging, encryption, the JSON form of aggregates
    observing/  logging, metrics, tracing
    (ground)    errors, context, settings, tls, messages (protobuf to classes and back), money, clock, ids, aggregate,
                periodic work, retry

Who looks for a thing asks: does it come in (serving), go out (calling), go round (events), stay (stores), or is it
bytes (files), or logged and measured (observing)? What all of them need is on the ground.

A thing moves in when a third service needs it, and out when one is left. What fewer use is here for its floor's sake:
`stores/mongo*` (three services, two of which page), the sidecar's header (one WebSocket port beside gRPC).
"""
