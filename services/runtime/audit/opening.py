"""The store of a service as a command about its audit trail opens it: nothing personal is unsealed there."""

from dataclasses import dataclass

from services.runtime import settings
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings


@dataclass(frozen=True)
class StoreEnvironment:
    """The service's database, one of the two."""

    postgres: PostgresSettings | None = None
    mongo: MongoSettings | None = None


def opened(environment: StoreEnvironment) -> Postgres | Mongo:
    """The database; settings.SettingsError when none is named."""
    if environment.postgres is not None:
        return Postgres(environment.postgres)
    if environment.mongo is not None:
        return Mongo(environment.mongo)
    raise settings.SettingsError(["neither LOANFLOW_POSTGRES_HOST nor LOANFLOW_MONGO_HOST is set"])
