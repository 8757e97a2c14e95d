"""What is secret, from the key service: its client, and the files that a process keeps up to date out of it."""
