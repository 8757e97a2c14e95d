"""What runs before the services at a deploy: a look at the parts, topics and rights, and a Job for each service.

A Job's pod may not change, so that a deploy replaces it: Helm and Argo CD by their annotations, kubectl by deleting it.
Each has an account, log-ins and a role at OpenBao of its own, `<service>-bootstrap`, and the service has none of them.
"""

from services.bootstrap.settings import DocumentsSettings, RowsSettings
from services.catalog import SERVICES, Service, Storage
from services.runtime.settings import PREFIX
from stack import environment, pki, variables
from stack.mesh.environment import DELIVERED, NAMESPACE, PLATFORM, SECRETS, TOKEN, TOKENS, Json, secrets_of, settings_of
from stack.mesh.workloads import CONFINED, IMAGE, UNPRIVILEGED, delivery, labels, scratch
from stack.parts import publishers
from stack.variables import Setting

REACH, BUS, SWEEP = "reach-bootstrap", "bus-bootstrap", "bus-sweep"
COMPONENT = "app.kubernetes.io/component"
# In which order a deploy has them; what they need is there before, and services come at 0.
GROUND, REACHING, SHARED, OWN = -4, -3, -2, -1
SECONDS = 900
_RESOURCES: Json = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}


def name_of(service: Service) -> str:
    """The name of a service's Job, of its account and of its role at OpenBao."""
    return f"{service.name}-bootstrap"


def names() -> list[str]:
    """The workloads that are made here."""
    return [REACH, BUS, SWEEP, *map(name_of, SERVICES)]


def asked(workload: str) -> list[Setting]:
    """What a workload reads from its environment."""
    if workload in (BUS, SWEEP):
        return [s for s in variables.settings_of("services.runtime.events.provision") if _is_given(s)]
    service = next((each for each in SERVICES if name_of(each) == workload), None)
    if service is None:
        # Whatever a service or a timed job reads, but for the edge's name: it looks at the addresses alone.
        found = {setting for each in SERVICES for setting in settings_of(each) if setting.field != "jwks_url"}
        found |= {*variables.settings_of("services.runtime.audit.locking", "LockingSettings")}
        return sorted(found, key=lambda setting: setting.path)
    kind = RowsSettings if service.storage is Storage.POSTGRES else DocumentsSettings
    without = set() if service.name in publishers() else {"registry"}
    without |= set() if variables.needs(service.name, "objects") else {"objects"}
    read = variables.settings_of("services.bootstrap.settings", kind.__name__)
    return [each for each in read if _is_given(each) and each.group.partition(".")[0] not in without]


def manifests(service: Service) -> list[Json]:
    """Everything of one service's Job."""
    name = name_of(service)
    commands = [["services.bootstrap", "lacks", service.name], ["services.bootstrap", "make", service.name]]
    items = [each for each in secrets_of(service) if each["key"] in _authorities(name)]
    return [_account(name), _job(name, OWN, _pod(name, commands, _environment(name, service), service.name, items))]


def shared() -> list[Json]:
    """What is no service's: the look at the parts, topics and rights, and the sweep of rights that are not due."""
    files = sorted({each.secret for each in asked(REACH) if each.field.endswith("authority_file")})
    authorities = [{"key": each, "path": each} for each in files]
    reach = _pod(REACH, [["services.bootstrap", "reach", "--authorities", SECRETS]], [], "preflight", authorities)
    reach["containers"][0]["envFrom"] = [{"configMapRef": {"name": PLATFORM}}]
    items = [{"key": each, "path": each} for each in _authorities(BUS)]
    provision = ["services.runtime.events.provision"]
    keeping = _pod(BUS, [[*provision, "--keep"]], _environment(BUS), BUS, items)
    sweeping = _pod(SWEEP, [provision], _environment(SWEEP), BUS, items)
    # Started by hand, once no pod of the earlier version is left.
    spec = {
        "schedule": "0 3 * * *",
        "suspend": True,
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": _spec(SWEEP, sweeping)},
    }
    return [
        _account(REACH), _job(REACH, REACHING, reach),
        _account(pki.DEPLOY), _job(BUS, SHARED, keeping), _object("CronJob", "batch/v1", SWEEP, spec=spec),
    ]  # fmt: skip


def wave(number: int, *, hook: bool = False) -> dict[str, str]:
    """The annotations that put something into its place in a deploy by Helm or by Argo CD."""
    found = {"argocd.argoproj.io/sync-wave": str(number)}
    if hook:
        found |= {
            "argocd.argoproj.io/hook": "Sync",
            "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
            "helm.sh/hook": "pre-install,pre-upgrade",
            "helm.sh/hook-weight": str(number),
            "helm.sh/hook-delete-policy": "before-hook-creation",
        }
    return found


def kept(service: Service) -> list[str]:
    """The fields that a service's own secrets in OpenBao have."""
    held = environment.secrets(service.name).keys() - {"postgres.password_file", "mongo.login_file"}
    return sorted(setting.secret for setting in settings_of(service) if setting.path in held)


def _is_given(setting: Setting) -> bool:
    """Whether it has no default that fits, or is a log-in or an address of the platform's."""
    also = ("user", "password_file", "authority_file", "certificate_file", "key_file", "secret_key_file", "kept")
    sign_in = ("openbao.login_certificate_file", "openbao.login_key_file")
    needed = (
        setting.required
        or setting.field in also
        or setting.path in ("registry.url", "openbao.url")
        or (setting.group == "objects" and setting.field not in ("plaintext",))
    )
    return needed and setting.path not in sign_in and setting.field not in ("role",)


def _authorities(workload: str) -> list[str]:
    return [s.secret for s in asked(workload) if s.field == "authority_file"]


def _environment(workload: str, service: Service | None = None) -> list[Json]:
    known = {
        "OPENBAO_ROLE": workload,
        "OPENBAO_LOGIN_JWT_FILE": f"{TOKENS}/{TOKEN}",
        "OPENBAO_DELIVERS": "kv" if service else "kv,certificate",
        "OPENBAO_SECRETS_FOLDER": DELIVERED,
        "REGISTRY_USER": workload,
    }
    if service:
        login, owner = f"{service.name}_bootstrap", f"{NAMESPACE}-{service.name}"
        known |= {"POSTGRES_USER": login, "MONGO_USER": login, "KEPT": ",".join(kept(service))}
        known |= {"OBJECTS_BUCKET": owner, "OBJECTS_ACCESS_KEY": f"{owner}-bootstrap"}
    else:
        known |= {"OPENBAO_CERTIFICATE_FOLDER": DELIVERED, "OPENBAO_ROLE": pki.DEPLOY, "REGISTRY_USER": pki.DEPLOY}
        known |= {"PROVISION_TRUST_DOMAIN": pki.TRUST_DOMAIN, "PROVISION_NAMESPACE": NAMESPACE}
    settings = asked(workload)
    named = {setting.variable for setting in settings}
    always = ("OPENBAO", "PROVISION")
    own = {f"{PREFIX}_{k}": v for k, v in known.items() if f"{PREFIX}_{k}" in named or k.startswith(always)}
    rest = [_variable(setting) for setting in settings if setting.variable not in own]
    return [*({"name": name, "value": value} for name, value in own.items()), *rest]


def _variable(setting: Setting) -> Json:
    name = setting.variable
    if setting.field == "authority_file":
        return {"name": name, "value": f"{SECRETS}/{setting.secret}"}
    if setting.path.startswith("kafka.tls."):
        return {"name": name, "value": f"{DELIVERED}/{'tls.key' if setting.field == 'key_file' else 'tls.pem'}"}
    if setting.field.endswith("_file"):
        return {"name": name, "value": f"{DELIVERED}/{setting.secret}"}
    return {"name": name, "valueFrom": {"configMapKeyRef": {"name": PLATFORM, "key": name}}}


def _pod(name: str, commands: list[list[str]], env: list[Json], secret: str, items: list[Json]) -> Json:
    """A pod that runs the commands one after another, all but the last as init containers."""
    mounts = [
        {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108 an empty volume of the pod's own
        {"name": "delivered", "mountPath": DELIVERED},
        {"name": "openbao", "mountPath": TOKENS, "readOnly": True},
        {"name": "secrets", "mountPath": SECRETS, "readOnly": True},
    ]
    containers = [
        {
            "name": command[1].strip("-") if len(command) > 1 else "sweep",
            "image": IMAGE,
            "args": ["-m", *command],
            "env": env,
            "resources": _RESOURCES,
            "securityContext": dict(CONFINED),
            "volumeMounts": mounts,
        }
        for command in commands
    ]
    # A Secret or a key of it that is missing is for the command to name; the pod would only wait for it.
    chosen = {"secretName": secret, "defaultMode": 0o440, "items": items, "optional": True}
    return {
        # To Kafka and the registry it is the deploy step, whichever of both.
        "serviceAccountName": pki.DEPLOY if name in (BUS, SWEEP) else name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "securityContext": dict(UNPRIVILEGED),
        **({"initContainers": containers[:-1]} if containers[:-1] else {}),
        "containers": containers[-1:],
        "volumes": [scratch(), *delivery(), {"name": "secrets", "secret": chosen}],
    }


def _job(name: str, number: int, pod: Json) -> Json:
    return _object("Job", "batch/v1", name, spec=_spec(name, pod), annotations=wave(number, hook=True))


def _spec(name: str, pod: Json) -> Json:
    # The Job is over when its container is: the sidecar ends with it.
    annotations = {
        "sidecar.istio.io/nativeSidecar": "true",
        "proxy.istio.io/config": "holdApplicationUntilProxyStarts: true",
    }
    template = {"metadata": {"labels": _labels(name), "annotations": annotations}, "spec": pod}
    return {"backoffLimit": 4, "activeDeadlineSeconds": SECONDS, "template": template}


def _account(name: str) -> Json:
    rest: Json = {"automountServiceAccountToken": False}
    return _object("ServiceAccount", "v1", name, annotations=wave(GROUND, hook=True), **rest)


def _object(kind: str, version: str, name: str, annotations: dict[str, str] | None = None, **rest: object) -> Json:
    metadata: Json = {"name": name, "namespace": NAMESPACE, "labels": _labels(name)}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": metadata | ({"annotations": annotations} if annotations else {}),
        **rest,
    }


def _labels(name: str) -> Json:
    return {**labels(name), COMPONENT: "bootstrap"}
