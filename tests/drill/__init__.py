"""The drill: stores of a stack of its own are destroyed, and it is restored of its backups; `make drill`."""
