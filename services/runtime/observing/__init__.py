"""What a process tells of itself: logs without personal data, metrics and their port, traces."""
