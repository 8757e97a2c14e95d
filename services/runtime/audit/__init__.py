"""The audit trail beyond the rows: chained, signed, anchored outside of the database, and verified."""
