"""stack/aws/terraform/catalogue.json: places, databases, buckets, accounts and secrets, as Terraform reads them.

All of it is made of the table of services, their settings and the manifests; no list is kept a second time.
"""

import json
from pathlib import Path
from typing import Any

import yaml

from services.catalog import SERVICES, Service, Storage
from services.runtime.audit.locking import LockingSettings
from services.runtime.settings import PREFIX
from stack import folders, pki, variables
from stack.mesh import jobs
from stack.mesh.environment import NAMESPACE, PLATFORM
from stack.mesh.places import PLACES, UNRELEASED, Place

FILE = Path(__file__).with_name("terraform") / "catalogue.json"
ANCHORS = "anchors"
# Regions by the law that personal data in them are under. London and Zurich are regions of Europe, and not of the EU.
AREAS: dict[str, tuple[str, ...]] = {
    "EU": ("eu-central-1", "eu-west-1", "eu-west-3", "eu-north-1", "eu-south-1", "eu-south-2"),
    "US": ("us-east-1", "us-east-2", "us-west-2"),
}
# As LockingSettings counts a year: no lock is shorter than the one that the job asks for.
_DAYS_OF_A_YEAR = 366


def catalogue() -> dict[str, Any]:
    """What Terraform reads: names alone, and no secret."""
    return {
        "areas": AREAS,
        "places": {each.name: _place(each) for each in PLACES},
        "namespace": NAMESPACE,
        "databases": {kind.value: [each.name for each in SERVICES if each.storage is kind] for kind in Storage},
        "buckets": _buckets(),
        "accounts": _accounts(),
        "secrets": _secrets(),
    }


def area(region: str) -> str:
    """Under which law a region is; KeyError for one of which nobody has said it."""
    for name, regions in AREAS.items():
        if region in regions:
            return name
    raise KeyError(f"AREAS of stack/aws/catalogue.py has no region {region}")


def text() -> str:
    """The file."""
    return json.dumps(catalogue(), indent=2) + "\n"


def _place(place: Place) -> dict[str, Any]:
    """`passing` is a place whose data may go."""
    passing = place.name == UNRELEASED
    return {"host": place.host, "region": place.region, "area": area(place.region), "passing": passing}


def _keepers() -> list[Service]:
    """The services that keep files."""
    return [each for each in SERVICES if variables.needs(each.name, "objects")]


def _buckets() -> dict[str, dict[str, Any]]:
    """By who keeps something there; `retention_days` where nothing may be removed before."""
    platform = yaml.safe_load((folders.CHECKOUT / "k8s" / "base" / "platform.yaml").read_text(encoding="utf-8"))
    own = {each.name: {"name": f"{NAMESPACE}-{each.name}", "retention_days": 0} for each in _keepers()}
    assert platform["metadata"]["name"] == PLATFORM
    locked = {
        "name": platform["data"][f"{PREFIX}_ANCHORS_BUCKET"],
        "retention_days": LockingSettings.retention_years * _DAYS_OF_A_YEAR,
    }
    return own | {ANCHORS: locked}


def _accounts() -> dict[str, dict[str, str]]:
    """The service accounts that AWS knows, each with the one bucket that it may use and how."""
    found = dict[str, dict[str, str]]()
    for each in _keepers():
        found[each.name] = {"bucket": each.name, "right": "use"}
        found[jobs.name_of(each)] = {"bucket": each.name, "right": "look"}
    return found | {pki.OPERATOR: {"bucket": ANCHORS, "right": "lock"}}


def _secrets() -> dict[str, list[str]]:
    """The fields of `kv/<role>` of OpenBao, which the platform fills."""
    found = dict[str, list[str]]()
    for each in SERVICES:
        found[each.name] = jobs.kept(each)
        asked = jobs.asked(jobs.name_of(each))
        found[jobs.name_of(each)] = [s.secret for s in asked if s.field.endswith(("password_file", "secret_key_file"))]
    return found | {pki.DEPLOY: ["registry-password"], pki.OPERATOR: ["anchors-secret-key"]}
