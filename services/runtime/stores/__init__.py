"""State: the unit of work and what it needs of a store, PostgreSQL, MongoDB, migrations, paging, encryption."""
