"""The schema registry: Apicurio, asked through its Confluent API; keeps the schemas in PostgreSQL."""

from services import catalog
from services.runtime.events.registry import RegistrySettings
from services.runtime.tls import TlsSettings
from stack import pki, probes, programs
from stack.layout import Layout, properties, write_private

HEAP = (
    "-Xms64m -Xmx256m -XX:+UseSerialGC -XX:MaxMetaspaceSize=192m -XX:ReservedCodeCacheSize=64m"
    " -XX:TieredStopAtLevel=1 -Xss512k"
).split()


def url(layout: Layout) -> str:
    """The address of the Confluent API."""
    return f"https://127.0.0.1:{layout.ports.of('registry')}/apis/ccompat/v7"


def login(layout: Layout, name: str) -> RegistrySettings:
    """The log-in of a service, which may read, or of the deploy step, which alone may write."""
    tls = TlsSettings(layout.pki / "ca.pem")
    return RegistrySettings(url(layout), tls, name, layout.secret_file(f"registry-{name}"))


def command(layout: Layout) -> list[str]:
    """The server with its settings file."""
    return [
        programs.java(), *HEAP, "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        f"-Dquarkus.config.locations={(layout.folder('registry') / 'application.properties').as_uri()}",
        "-jar", str(programs.jar_folder("registry") / "quarkus-run.jar"),
    ]  # fmt: skip


def prepare(layout: Layout) -> None:
    """Writes the settings; they hold the database password."""
    ports, folder, leaf = layout.ports, layout.folder("registry"), layout.pki / "registry"
    settings = {
        "quarkus.http.host": "127.0.0.1",
        "quarkus.http.ssl-port": ports.of("registry"),
        "quarkus.http.insecure-requests": "disabled",
        "quarkus.http.ssl.certificate.files": leaf / "tls.pem",
        "quarkus.http.ssl.certificate.key-files": leaf / "tls.key",
        "quarkus.http.ssl.certificate.reload-period": "30m",
        "quarkus.http.ssl.protocols": "TLSv1.3",
        "quarkus.http.auth.basic": "true",
        "quarkus.security.users.embedded.plain-text": "true",
        **_users(layout),
        "apicurio.auth.role-based-authorization": "true",
        "apicurio.auth.role-source": "token",
        # Health and metrics are a second listener, which would else be open to the network.
        "quarkus.management.host": "127.0.0.1",
        "quarkus.management.port": ports.of("registry management"),
        "quarkus.http.access-log.enabled": "false",
        "quarkus.thread-pool.max-threads": 16,
        # Else it is not ready for five minutes after two answers of over ten seconds, as the first of a busy start are.
        "apicurio.metrics.response-timeout-readiness-check.timeout.seconds": 120,
        "apicurio.storage.kind": "sql",
        "apicurio.storage.sql.kind": "postgresql",
        "apicurio.datasource.url": f"jdbc:postgresql://127.0.0.1:{ports.of('postgres')}/registry"
        f"?sslmode=verify-full&sslrootcert={layout.pki / 'ca.pem'}",
        "apicurio.datasource.username": "registry",
        "apicurio.datasource.password": layout.secret("postgres-registry"),
        "apicurio.datasource.jdbc.initial-size": 2,
        "apicurio.datasource.jdbc.min-size": 2,
        "apicurio.datasource.jdbc.max-size": 8,
        "apicurio.storage.snapshot.location": folder,
        "apicurio.import.work-dir": folder,
    }
    write_private(folder / "application.properties", properties(settings))


def _users(layout: Layout) -> dict[str, str]:
    """Each service reads, its bootstrap registers; the deploy step sets the registry up, and may do all.

    Quarkus keeps them in its settings, which no other account reads.
    """
    found: dict[str, str] = {}
    registering = {f"{name}-bootstrap": "sr-developer" for name in catalog.BY_NAME}
    reading = dict.fromkeys(catalog.BY_NAME, "sr-readonly")
    for name, role in {**reading, **registering, pki.DEPLOY: "sr-admin"}.items():
        found[f"quarkus.security.users.embedded.users.{name}"] = layout.secret(f"registry-{name}")
        found[f"quarkus.security.users.embedded.roles.{name}"] = role
    return found


def ready(layout: Layout) -> None:
    """Returns when the registry has reached its database."""
    probes.http_ok(layout.ports.of("registry management"), "/health/ready")
