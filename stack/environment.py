"""The environment of each process: what its settings ask for, from the ports, folders and secrets of the stack.

A process is given what its settings have and the stack knows: its own passwords, and the addresses of those it calls.
What has a default of its own, and no value here, keeps it.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from services import catalog
from stack import companies, law, papers, pki, variables
from stack.layout import Layout
from stack.servers import bank, clamav, edge, kafka, mail, mongo, objects, openbao, providers, redis, registry, search
from stack.servers.collector import told
from stack.variables import Setting

HOST = "127.0.0.1"
NOTHING: Mapping[str, str] = MappingProxyType({})
# Each account adds files of its own, and lists none.
_EVERYBODYS = 0o733
# Whatever keeps what is personal, sealed or not.
_STORES = ("postgres", "mongo", "redis", "objects", "kafka", "search")
# The parts of the stack that a group of settings is about, with a host and a port.
_SERVERS = {"postgres": "postgres", "mongo": "mongo", "redis": "redis", "smtp": "mail", "migrate": "postgres"}


def of_service(layout: Layout, name: str, *, standby: bool = False) -> dict[str, str]:
    """The variables of one service, or of its stand-in."""
    found = {"PYTHONUNBUFFERED": "1", **_variables(layout, _present(layout, name), name, standby=standby)}
    if measures_coverage():
        found |= {
            "COVERAGE_FILE": str(coverage_file(layout)),
            "LOANFLOW_SERVER_REASONS_LISTED": str(listed_reasons(layout)),
            "LOANFLOW_SERVER_REASONS_RAISED": str(raised(layout)),
        }
    return found


def _present(layout: Layout, name: str) -> list[Setting]:
    """The settings of a service, without those of parts that this stack does not have."""
    absent = {search.PROFILE} - set(layout.profiles)
    return [each for each in variables.of_service(name) if each.path.partition(".")[0] not in absent]


def of_operator(layout: Layout, name: str, *, letters: bool) -> dict[str, str]:
    """The variables of an operator's command for one service; for letters with the operator's certificate."""
    found = of_service(layout, name)
    if letters:
        tls = kafka.client(layout, pki.OPERATOR).tls
        found |= {
            "LOANFLOW_KAFKA_TLS_AUTHORITY_FILE": str(tls.authority_file),
            "LOANFLOW_KAFKA_TLS_CERTIFICATE_FILE": str(tls.certificate_file),
            "LOANFLOW_KAFKA_TLS_KEY_FILE": str(tls.key_file),
        }
    return found


def of_settings(layout: Layout) -> dict[str, str]:
    """The variables of the command for dynamic settings, under the operator's identity."""
    besides = _as_operator(layout)
    asked = variables.settings_of("services.dynamic_settings.__main__")
    return _variables(layout, [each for each in asked if each.path in besides], besides=besides)


def of_migrations(layout: Layout) -> dict[str, str]:
    """The variables of the step that brings the databases up to date."""
    return _variables(layout, variables.settings_of("services.runtime.stores.migrate", "MigrateSettings", "migrate"))


def of_scheduler(layout: Layout, module: str = "services.repayment.scheduler") -> dict[str, str]:
    """The variables of a timed job, which calls a service under an identity of its own."""
    return _variables(layout, variables.settings_of(module))


def of_locking(layout: Layout) -> dict[str, str]:
    """The variables of the job that locks the heads of audit chains, with the operator's certificate for Kafka."""
    found = objects.settings(layout, objects.ANCHORS)
    besides = {
        **certificate(layout, "kafka", pki.OPERATOR), **_as_operator(layout),
        "anchors.url": found.url, "anchors.region": found.region, "anchors.bucket": found.bucket,
        "anchors.access_key": found.access_key, "anchors.secret_key_file": str(objects.anchors_key(layout)),
        "anchors.tls.authority_file": str(found.tls.authority_file),
    }  # fmt: skip
    asked = variables.settings_of("services.runtime.audit.locking", "LockingSettings")
    return _variables(layout, asked, besides=besides)


def _as_operator(layout: Layout) -> dict[str, str]:
    """How the operator signs in at OpenBao."""
    pair = layout.pki / pki.OPERATOR / "tls.pem", layout.pki / pki.OPERATOR / "tls.key"
    return {
        "openbao.role": pki.OPERATOR, "openbao.login_certificate_file": str(pair[0]),
        "openbao.login_key_file": str(pair[1]), "openbao.url": openbao.url(layout),
        "openbao.authority_file": str(layout.pki / "ca.pem"),
    }  # fmt: skip


def of_registration(layout: Layout) -> dict[str, str]:
    """The variables of the step that registers the event schemas."""
    login = registry.login(layout, pki.DEPLOY)
    besides = {"registry.user": login.user, "registry.password_file": str(login.password_file)}
    kind = variables.settings_of("services.runtime.events.registry", "RegistrySettings", "registry")
    return _variables(layout, kind, besides=besides)


def measures_coverage() -> bool:
    """True when the services are to be run under coverage: LOANFLOW_COVERAGE=1."""
    return os.environ.get("LOANFLOW_COVERAGE") == "1"


def listed_reasons(layout: Layout) -> Path:
    """Where the services under test find the access table: no setting holds the path of the checkout."""
    return layout.folder("contract", 0o711) / "access.json"


def raised(layout: Layout) -> Path:
    """The folder in which the services under test leave which errors their RPCs raised."""
    return layout.folder("raised", _EVERYBODYS)


def coverage_file(layout: Layout) -> Path:
    """The beginning of the name of every process's coverage data; host, pid and a random part follow."""
    return layout.folder("coverage", _EVERYBODYS) / "data"


def known(layout: Layout, name: str = "", *, standby: bool = False) -> dict[str, str]:
    """What the stack knows of the settings of a service, by their paths; without a name, of those of any process."""
    return {**_shared(layout), **_places(layout), **(_own(layout, name, standby=standby) if name else {})}


def secrets(name: str = "") -> dict[str, str]:
    """The names of secrets by the paths of the settings that name their files; without a name, those that all share."""
    shared = {
        "redis.password_file": "redis",
        "smtp.password_file": "smtp",
        **companies.SECRETS,
    }
    return shared | (
        {
            "postgres.password_file": f"postgres-{name}",
            "mongo.password_file": f"mongo-{name}",
            "mongo.login_file": f"mongo-login-{name}",
            "objects.secret_key_file": f"s3-{name}",
            "registry.password_file": f"registry-{name}",
            "sealing_key_file": f"sealing-{name}",
            "unsubscribe_key_file": f"unsubscribe-{name}",
            "seal_key_file": f"seal-{name}",
            "seal_chain_file": papers.chain_secret(name),
            "audit.key_file": f"audit-{name}",
            "search.token_key_file": f"search-token-{name}",
        }
        if name
        else {}
    )


def _local_secrets(name: str) -> dict[str, str]:
    """As `secrets`; here the log-in at MongoDB alternates, and is one file."""
    return {path: secret for path, secret in secrets(name).items() if path != "mongo.password_file"}


def deliveries(name: str) -> str:
    """What a service fetches from OpenBao itself."""
    return "kv,database,certificate,settings" if name in openbao.ROTATING else "kv,certificate,settings"


def static_secrets(layout: Layout, name: str) -> dict[str, str]:
    """The texts of a service's secrets, by the names of their files; made when they are first asked for.

    Without the password of its role at PostgreSQL, which is nowhere but in OpenBao once that has changed it.
    """
    found = _local_secrets(name)
    found.pop("postgres.password_file")
    asked = [each for each in variables.of_service(name) if each.path in found]
    if any(each.group in companies.MADE for each in asked):
        providers.keys(layout)
    if name in mongo.DATABASES:
        # Its present log-in, made now if it was never replaced.
        mongo.login(layout, name)
    return {each.secret: layout.secret(found[each.path]) for each in asked}


def _variables(
    layout: Layout,
    asked: Iterable[Setting],
    name: str = "",
    *,
    standby: bool = False,
    besides: Mapping[str, str] = NOTHING,
) -> dict[str, str]:
    """The variables of what is asked and known; LookupError when a setting without default is not known."""
    values, files, found = known(layout, name, standby=standby) | dict(besides), _local_secrets(name), dict[str, str]()
    for setting in asked:
        if setting.path in files and name:
            # The service itself fetches it from OpenBao, before it reads its settings.
            found[setting.variable] = str(layout.delivered(name) / setting.secret)
        elif setting.path in files:
            # A secret is made when it is first asked for.
            found[setting.variable] = str(layout.secret_file(files[setting.path]))
        elif setting.path in values:
            found[setting.variable] = values[setting.path]
        elif setting.required:
            raise LookupError(f"{setting.variable} has no default, and stack/environment.py knows no value of it")
    return found


def _shared(layout: Layout) -> dict[str, str]:
    """What is the same for every process."""
    return {
        **{f"{group}.host": HOST for group in _SERVERS},
        **{f"{group}.port": str(layout.ports.of(part)) for group, part in _SERVERS.items()},
        **{f"{group}.tls.authority_file": str(layout.pki / "ca.pem") for group in (*_SERVERS, "registry", "objects")},
        "redis.user": redis.USER,
        "smtp.user": mail.USER,
        "server.pki_folder": str(layout.pki),
        "server.trust_domain": pki.TRUST_DOMAIN,
        "kafka.bootstrap": kafka.bootstrap(layout),
        "registry.url": registry.url(layout),
        "objects.url": objects.url(layout),
        **{f"{store}.region": objects.REGION for store in _STORES},
        "server.residency": objects.REGION,
        "bank.url": bank.url(layout),
        "search.url": search.url(layout),
        **companies.settings(layout),
        **papers.settings(layout),
        "clamd.address": clamav.settings(layout).address,
        # This server looks through its last 10,000 retryable writes at each one: milliseconds, more than the write.
        "mongo.retry_writes": "false",
        # Loans are taken through years in minutes here, and each of their messages is looked for.
        "daily_days_ahead": "36500",
        "digest.most": "0",
        "live.followers": "1100",  # as many as the bench has follow, and some
        "migrate.secrets_folder": str(layout.secret_file("postgres-admin").parent),
        "public_url": f"https://localhost:{layout.ports.of('edge tls')}",
        "law_file": str(law.file(layout)),
    }


def _own(layout: Layout, name: str, *, standby: bool) -> dict[str, str]:
    """What is a service's alone."""
    return {
        "server.name": name,
        "server.host": HOST,
        "server.port": str(layout.ports.service(name, standby=standby)),
        "server.metrics_port": str(layout.ports.metrics(name, standby=standby)),
        "server.jwks_url": f"https://localhost:{layout.ports.of('edge tls')}{edge.JWKS_PATH}",
        "server.jwks_authority_file": str(layout.pki / "ca.pem"),
        "server.log_level": os.environ.get("LOANFLOW_LOG_LEVEL", "INFO"),
        **told(layout),
        # With a name of its own, a consumer that is restarted keeps its partitions without a rebalance.
        "kafka.instance": "standby" if standby else "local",
        **certificate(layout, "kafka", name),
        **certificate(layout, "bank", name),
        **certificate(layout, "search", name),
        "openbao.url": openbao.url(layout),
        "openbao.role": name,
        "openbao.authority_file": str(layout.pki / "ca.pem"),
        "openbao.login_certificate_file": str(layout.pki / name / "tls.pem"),
        "openbao.login_key_file": str(layout.pki / name / "tls.key"),
        "openbao.delivers": deliveries(name),
        "openbao.secrets_folder": str(layout.delivered(name)),
        "openbao.certificate_folder": str(layout.pki / name),
        "openbao.trust_domain": pki.TRUST_DOMAIN,
        "registry.user": name,
        "live.port": str(layout.ports.of("live standby" if standby else "live")),
        "postgres.user": name,
        **{f"{store}.database": name for store in ("postgres", "mongo")},
        "objects.bucket": objects.bucket(name),
        "objects.access_key": objects.access_key(name),
    }


def certificate(layout: Layout, group: str, workload: str) -> dict[str, str]:
    """The files by which a workload and a part know each other."""
    folder = layout.pki / workload
    return {
        f"{group}.tls.authority_file": str(layout.pki / "ca.pem"),
        f"{group}.tls.certificate_file": str(folder / "tls.pem"),
        f"{group}.tls.key_file": str(folder / "tls.key"),
    }


def _places(layout: Layout) -> dict[str, str]:
    """Each service and its stand-in as one target of gRPC, which takes the first that answers."""
    ports = {name: [layout.ports.service(name, standby=each) for each in (False, True)] for name in catalog.BY_NAME}
    return {f"peers.{name}": "ipv4:" + ",".join(f"{HOST}:{port}" for port in pair) for name, pair in ports.items()}
