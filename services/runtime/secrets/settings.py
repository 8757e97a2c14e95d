"""What a process reads of OpenBao from its environment."""

from dataclasses import dataclass
from pathlib import Path

KV, DATABASE, CERTIFICATE, SETTINGS = "kv", "database", "certificate", "settings"
_DELIVERIES = (KV, DATABASE, CERTIFICATE, SETTINGS)


@dataclass(frozen=True)
class OpenBaoSettings:
    """Where OpenBao is, and as whom this process signs in: `role`, which is also the name of its keys and paths.

    It signs in by its certificate, or by a JWT, such as the token that a cluster issues for its service account;
    the files are read at every sign-in, so that renewed ones are used.

    `delivers` says which secrets the process itself fetches and keeps up to date: `kv` and `database`, as the files of
    `secrets_folder`, and `certificate`, as tls.pem and tls.key in `certificate_folder`. What it does not name is put
    there from outside, by an agent or a CSI driver. `settings` are the dynamic settings; the version in force is kept
    in `secrets_folder`, too.

    Every `refresh_seconds`, by `refresh_jitter` of it sooner or later, it is looked whether there are new settings;
    every `secrets_seconds` whether there are new secrets, and besides when one is refused.
    """

    url: str
    role: str
    authority_file: Path
    login_certificate_file: Path | None = None
    login_key_file: Path | None = None
    login_jwt_file: Path | None = None
    delivers: tuple[str, ...] = ()
    secrets_folder: Path | None = None
    certificate_folder: Path | None = None
    trust_domain: str = "loanflow.local"
    timeout: float = 3.0
    refresh_seconds: float = 10.0
    refresh_jitter: float = 0.2
    secrets_seconds: float = 60.0

    def __post_init__(self) -> None:
        """ValueError when secrets would travel unencrypted, there is no way to sign in, or a folder is missing."""
        if not self.url.startswith("https://"):
            raise ValueError(f"a key service is reached by https, not {self.url}")
        if self.login_jwt_file is None and (self.login_certificate_file is None or self.login_key_file is None):
            raise ValueError("neither login_jwt_file nor login_certificate_file with login_key_file is set")
        if unknown := sorted({*self.delivers} - {*_DELIVERIES}):
            raise ValueError(f"delivers names {', '.join(unknown)}, which is none of {', '.join(_DELIVERIES)}")
        if {KV, DATABASE, SETTINGS} & {*self.delivers} and self.secrets_folder is None:
            raise ValueError("secrets_folder is not set, and secrets are to be delivered to it")
        if CERTIFICATE in self.delivers and self.certificate_folder is None:
            raise ValueError("certificate_folder is not set, and a certificate is to be delivered to it")
