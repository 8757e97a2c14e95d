"""Events: their encoding, the outbox with its relay, the consumer with its inbox, dead letters and their replay."""
