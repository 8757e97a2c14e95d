"""Observability: logs without personal data, metrics and their port, traces."""
