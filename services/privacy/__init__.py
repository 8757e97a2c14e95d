"""What the services keep about a person: located, exported, held; `python -m services.privacy --help`."""
