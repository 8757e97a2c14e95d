"""What services are told of the companies whose APIs are stood in for: addresses, accounts, and the names of keys."""

import os

from stack.layout import Layout
from stack.servers import providers

GROUPS = ("twilio", "jasmin", "fcm", "equifax", "docusign", "adobe_sign")
# Those whose keys are no random texts, and are made before a service is told of them.
MADE = frozenset({"fcm", "docusign", "jasmin"})
# The names of secrets by the paths of the settings that name their files.
SECRETS = {
    "twilio.auth_token_file": "twilio",
    "jasmin.password_file": providers.JASMIN,
    "jasmin.report_key_file": "jasmin-reports",
    "fcm.account_file": "fcm",
    "equifax.client_secret_file": "equifax-client",
    "equifax.security_code_file": "equifax-member",
    "docusign.key_file": "docusign-key",
    "docusign.hmac_keys_file": "docusign-hmac",
    "adobe_sign.client_secret_file": "adobe-client",
    "adobe_sign.refresh_token_file": "adobe-refresh",
}
_OF_DOCUSIGN = ("docusign.integration_key", "docusign.user_id", "docusign.account_id")


def settings(layout: Layout) -> dict[str, str]:
    """The values of their settings, by path."""
    return {
        **{f"{group}.url": providers.url(layout) for group in GROUPS},
        **{f"{group}.trust_file": str(layout.pki / "ca.pem") for group in GROUPS},
        "twilio.account": providers.ACCOUNT,
        "twilio.sender_number": providers.NUMBER,
        "jasmin.username": providers.JASMIN_USER,
        "jasmin.sender_number": providers.NUMBER,
        # What is empty counts as not set.
        "sms_provider": os.environ.get("LOANFLOW_SMS_PROVIDER", ""),
        "equifax.client_id": providers.BUREAU_CLIENT,
        "equifax.member_number": providers.BUREAU_MEMBER,
        "equifax.looks_up": "true",
        "equifax.price": "1.85",
        **dict(zip(_OF_DOCUSIGN, providers.DOCUSIGN, strict=True)),
        "docusign.login_url": providers.url(layout),
        "adobe_sign.client_id": providers.ADOBE_CLIENT,
        "signing_providers": "PERSONAL=DOCUSIGN,VEHICLE=ADOBE_SIGN",
    }
