"""Alertmanager for real: its configuration, who is told of what, and a fault from Prometheus to a page and back."""
