"""The cluster on one machine: what is built, who is reached where, and what the platform is given."""

import re
from pathlib import Path

from services.bootstrap import reach
from stack import folders
from stack.cluster import deployed, doors, mesh, names, parts, place, programs
from stack.layout import Layout
from stack.mesh.environment import NAMESPACE


def layout(folder: Path) -> Layout:
    """A cluster that never runs."""
    return Layout(place.BASE, folder)


def test_what_is_built_is_what_the_modules_pin() -> None:
    pinned = set[str]()
    for project in (folders.CLUSTER_PROJECT, folders.METRICS_PROJECT):
        text = (project / "go.mod").read_text()
        [block] = re.findall(r"^tool (?:\((.*?)^\)|(\S+))", text, re.MULTILINE | re.DOTALL)
        pinned |= set("".join(block).split())
    assert pinned == {*programs.BUILT.values(), "sigs.k8s.io/metrics-server/cmd/metrics-server"}
    assert f"k8s.io/kubernetes {programs.KUBERNETES}" in (folders.CLUSTER_PROJECT / "go.mod").read_text()


def test_every_part_that_the_platform_names_has_a_door(tmp_path: Path) -> None:
    # The anchors are kept where all other objects are.
    wanted = {(each.host, each.port) for each in reach.places(doors.platform())}
    assert {(each.host, each.port) for each in doors.doors(layout(tmp_path))} == wanted
    assert not {each.part for each in doors.doors(layout(tmp_path))} - set(doors.PARTS)


def test_no_two_doors_are_at_one_address(tmp_path: Path) -> None:
    found = [(each.address, each.listens) for each in doors.doors(layout(tmp_path))]
    assert len(set(found)) == len(found)
    # Nor where an API server, a server of names or istiod listens.
    assert not {port for _, port in found} & {
        place.API_PORT,
        53,
        mesh.XDS,
        mesh.SECURE_XDS,
        mesh.WEBHOOKS,
        mesh.FIGURES,
    }


def test_hosts_outside_have_an_address_each_and_those_inside_a_service(tmp_path: Path) -> None:
    outside = doors.names(layout(tmp_path))
    assert len(set(outside.values())) == len(outside) == len(place.OUTSIDE)
    services = {
        f"{each['metadata']['name']}.{each['metadata']['namespace']}.svc.{place.DOMAIN}"
        for each in doors.services(layout(tmp_path))
        if each["kind"] == "Service"
    }
    assert services == {each.host for each in doors.doors(layout(tmp_path)) if each.inside}


def test_names_are_those_of_services_with_an_address_and_the_public_one() -> None:
    def service(name: str, address: str, **annotations: str) -> dict[str, object]:
        about = {"name": name, "namespace": NAMESPACE, "annotations": annotations}
        return {"metadata": about, "spec": {"clusterIP": address}}

    public = {names.PUBLIC: "loans.example"}
    text = names.lines([service("kyc", "10.99.0.7"), service("edge", "10.99.0.8", **public), service("x", "None")],
                       {"bank.example": "10.98.0.12"})  # fmt: skip
    assert text.splitlines() == [
        f"{place.NODE} istiod.istio-system.svc.cluster.local istiod.istio-system.svc",
        "10.99.0.7 kyc.loanflow.svc.cluster.local kyc.loanflow.svc",
        "10.99.0.8 edge.loanflow.svc.cluster.local edge.loanflow.svc",
        "10.99.0.8 loans.example",
        "10.98.0.12 bank.example",
    ]


def test_each_part_waits_for_parts_of_the_table_and_the_api_alone_needs_no_other() -> None:
    table = {part.name: part for part in parts.table()}
    for part in table.values():
        assert set(part.after) <= table.keys() | {"postgres", "openbao"}, part.name
    alone = {part.name: part for part in parts.api_alone()}
    assert all(set(part.after) <= alone.keys() for part in alone.values())


def test_patches_change_what_is_of_one_machine_alone() -> None:
    changed = {(each["target"]["kind"]) for each in deployed.patches()}
    assert changed == {"ConfigMap", "Deployment", "Job", "CronJob", "Service"}
