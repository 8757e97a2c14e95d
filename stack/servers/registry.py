"""The schema registry: Apicurio, asked through its Confluent API; keeps the schemas in PostgreSQL."""

from stack import probes, programs
from stack.layout import Layout, properties, write_private

HEAP = (
    "-Xms64m -Xmx256m -XX:+UseSerialGC -XX:MaxMetaspaceSize=192m -XX:ReservedCodeCacheSize=64m"
    " -XX:TieredStopAtLevel=1 -Xss512k"
).split()


def url(layout: Layout) -> str:
    """The address of the Confluent API."""
    return f"http://127.0.0.1:{layout.ports.of('registry')}/apis/ccompat/v7"


def command(layout: Layout) -> list[str]:
    """The server with its settings file."""
    return [
        programs.java(), *HEAP, "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        f"-Dquarkus.config.locations={(layout.folder('registry') / 'application.properties').as_uri()}",
        "-jar", str(programs.jar_folder("registry") / "quarkus-run.jar"),
    ]  # fmt: skip


def prepare(layout: Layout) -> None:
    """Writes the settings; they hold the database password."""
    ports, folder = layout.ports, layout.folder("registry")
    settings = {
        "quarkus.http.host": "127.0.0.1",
        "quarkus.http.port": ports.of("registry"),
        # Health and metrics are a second listener, which would else be open to the network.
        "quarkus.management.host": "127.0.0.1",
        "quarkus.management.port": ports.of("registry management"),
        "quarkus.http.access-log.enabled": "false",
        "quarkus.thread-pool.max-threads": 16,
        "apicurio.storage.kind": "sql",
        "apicurio.storage.sql.kind": "postgresql",
        "apicurio.datasource.url": f"jdbc:postgresql://127.0.0.1:{ports.of('postgres')}/registry",
        "apicurio.datasource.username": "registry",
        "apicurio.datasource.password": layout.secret("postgres-registry"),
        "apicurio.datasource.jdbc.initial-size": 2,
        "apicurio.datasource.jdbc.min-size": 2,
        "apicurio.datasource.jdbc.max-size": 8,
        "apicurio.storage.snapshot.location": folder,
        "apicurio.import.work-dir": folder,
    }
    write_private(folder / "application.properties", properties(settings))


def ready(layout: Layout) -> None:
    """Returns when the registry has reached its database."""
    probes.http_ok(layout.ports.of("registry management"), "/health/ready")
