"""`python -m stack.mesh.check`: holds files of Kubernetes, Istio and Argo against the schemas of their kinds, offline.

Kubernetes' own kinds by the schemas in kubernetes-validate, strictly; those of Istio and Argo by their definitions,
unknown fields refused, and with their rules in CEL. Each finding is `file: kind/name: place: what`.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cel
import jsonschema
import kubernetes_validate
import yaml

from stack.mesh.definitions import DefinitionsError, definitions
from stack.mesh.places import UNRELEASED

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("k8s", "istio")
KUBERNETES = "1.36"
KUSTOMIZATIONS = ("Kustomization", "Component")
# The groups of those whose kinds are defined outside Kubernetes.
DEFINED = ("istio.io", "argoproj.io")
OVERLAYS = "overlays"
# In the place of the proxy, which Istio brings by its own digest.
INJECTED = "auto"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_IMAGE = re.compile(r"^\s*(?:- )?image: ['\"]?([^\s'\":@]+)", re.MULTILINE)
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_EVERYWHERE = ("apiVersion", "kind", "metadata")


def findings(root: Path = ROOT) -> list[str]:
    """What is wrong with the files below `root`; empty when nothing is."""
    files = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.yaml"))
    if not files:
        return [f"no file in {' and '.join(FOLDERS)}: make gen"]
    return [f"{path.relative_to(root)}: {found}" for path in files for found in in_file(path)]


def in_file(path: Path) -> Iterator[str]:
    """What is wrong with one file, each as `kind/name: place: what`."""
    for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
        name = f"{each.get('kind')}/{each.get('metadata', {}).get('name', '')}".rstrip("/")
        for found in _in_object(path, each):
            yield f"{name}: {found}"


def _in_object(path: Path, each: dict[str, Any]) -> Iterator[str]:
    version = each.get("apiVersion", "")
    if each.get("kind") in KUSTOMIZATIONS:
        yield from _lost(path, each)
        yield from _unpinned(path, each)
    elif version.partition("/")[0].endswith(DEFINED):
        yield from of_definition(each)
    else:
        yield from of_kubernetes(each)


def _lost(path: Path, kustomization: dict[str, Any]) -> Iterator[str]:
    """Resources that are not there, and files beside it that it does not name."""
    resources = {*kustomization.get("resources", ()), *kustomization.get("components", ())}
    named = {name for name in resources if not (path.parent / name / path.name).exists()}
    beside = {found.name for found in path.parent.iterdir() if found != path and found.suffix == ".yaml"}
    folders = {found.name for found in path.parent.iterdir() if (found / path.name).exists()}
    yield from (f"resources: {name} is missing" for name in sorted(folders - resources))
    yield from (f"resources: {name} is not there" for name in sorted(named - beside))
    yield from (f"resources: {name} is missing" for name in sorted(beside - named))


def _unpinned(path: Path, kustomization: dict[str, Any]) -> Iterator[str]:
    """Images of an overlay that it does not name by digest: a tag may be another image tomorrow."""
    if OVERLAYS not in path.parts or UNRELEASED in path.parts or kustomization["kind"] != KUSTOMIZATIONS[0]:
        return
    changed = {each["name"]: each for each in kustomization.get("images", ())}
    for image in sorted({image for name in kustomization["resources"] for image in _images(path.parent / name)}):
        digest = changed.get(image, {}).get("digest", "")
        if not _DIGEST.fullmatch(str(digest)) or "newTag" in changed[image]:
            yield f"images: {image} has no digest, or a tag"


def _images(folder: Path) -> Iterator[str]:
    """The names of images, without their tags, below a folder; not those that the mesh puts in."""
    for file in folder.rglob("*.yaml"):
        yield from (name for name in _IMAGE.findall(file.read_text()) if name != INJECTED)


def of_kubernetes(each: dict[str, Any]) -> Iterator[str]:
    """What Kubernetes would refuse of an object of its own."""
    try:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{'.'.join(map(str, error.path))}: {error.message}"
    except (kubernetes_validate.SchemaNotFoundError, kubernetes_validate.InvalidSchemaError) as error:
        yield str(error)


def of_definition(each: dict[str, Any]) -> Iterator[str]:
    """What the definitions of Istio and Argo would refuse of an object."""
    kind = (each["apiVersion"], each["kind"])
    if kind not in _definitions():
        yield f"there is no kind {kind[1]} in {kind[0]}"
        return
    schema = _definitions()[kind]
    # The type of metadata is Kubernetes' own, so that a definition says nothing of it.
    for error in jsonschema.Draft202012Validator(schema).iter_errors(each):
        yield f"{error.json_path}: {error.message}"
    yield from _broken_rules(schema, each, "$")


@cache
def _definitions() -> dict[tuple[str, str], dict[str, Any]]:
    found = {kind: _closed(schema) for kind, schema in definitions().items()}
    for schema in found.values():
        # Every object has these, whether its definition says so or not.
        schema["properties"] = dict.fromkeys(_EVERYWHERE, True) | schema["properties"]
    return found


def _closed(schema: Any) -> Any:
    """The same schema, with no unknown fields where it does not ask to keep them."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {name: _closed(each) for name, each in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        made |= {key: _closed(schema[key])} if key in schema else {}
    if "properties" in schema and not schema.get(_PRESERVE):
        made["additionalProperties"] = False
    return made


def _broken_rules(schema: Any, value: Any, place: str) -> Iterator[str]:
    """The rules that a value breaks, and those inside it."""
    for rule in schema.get("x-kubernetes-validations", []):
        if not _holds(rule["rule"], value):
            yield f"{place}: {rule.get('message', 'breaks the rule ' + rule['rule'])}"
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, each in value.items():
            inner = properties.get(name, others)
            if isinstance(inner, dict):
                yield from _broken_rules(inner, each, f"{place}.{name}")
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _broken_rules(schema.get("items", {}), each, f"{place}[{index}]")


def _holds(rule: str, value: Any) -> bool:
    return bool(cel.evaluate(rule, cel.Context(variables={"self": value}, functions=_URLS)))


# Of what Kubernetes adds to CEL, these are used by the rules.
_URLS: dict[str, Callable[..., Any]] = {"url": str, "getScheme": lambda url: url.partition("://")[0]}


def main() -> int:
    """Prints what was found; 1 when anything was."""
    try:
        found = findings()
    except DefinitionsError as error:
        found = [f"error: {error}"]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
