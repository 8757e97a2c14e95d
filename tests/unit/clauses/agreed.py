"""What was agreed under each version of a clause and of a template: agreed.json, to which versions are only added.

usage: python -m tests.unit.clauses.agreed   adds the versions that are not there yet; never changes one that is
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services import papers
from services.agreement.clauses import CLAUSES, translations
from services.agreement.pdf import TEMPLATE_VERSION
from services.papers import LANGUAGES, forms
from tests.unit.clauses.witnesses import WITNESSES

FILE = Path(__file__).with_name("agreed.json")
TEMPLATES = Path(papers.__file__).with_name("templates")
AGREEMENT = f"agreement-{TEMPLATE_VERSION}"
FORMS = TEMPLATES.with_name("forms")
# No customer gets a probe, nor the model card.
_NO_PAPERS = ("probe", "model-card-v1")


def agreed() -> dict[str, Any]:
    """What was agreed, by clause and version, and by template."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def present() -> dict[str, Any]:
    """The same of what the code says now."""
    clauses = {
        f"{clause.promise.name}/{clause.version}": {
            "title": clause.title,
            "wording": clause.wording,
            "rule": json.loads(json.dumps(WITNESSES[clause.promise]())),
        }
        for clause in CLAUSES
    }
    files = [file for file in TEMPLATES.glob("*.typ") if file.stem not in _NO_PAPERS]
    templates: dict[str, Any] = {file.stem: {"sources": _sources(file)} for file in files}
    for name in forms.FORMS:
        texts = {language: _digest(forms.texts(name, language)) for language in LANGUAGES}
        source = (FORMS / f"{name}.json").read_text(encoding="utf-8")
        templates[name] = {**templates.get(name, {}), "form": _digest(json.loads(source)), "texts": texts}
    templates[AGREEMENT]["clauses"] = sorted(clauses)
    worded = {
        language: {name: _digest(found) for name, found in each.items()} for language, each in translations().items()
    }
    return {"clauses": clauses, "templates": templates, "translations": worded}


def added(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What was agreed with the versions that are new."""
    return {kind: {**now[kind], **before.get(kind, {})} for kind in now}


def _sources(file: Path) -> str:
    """The digest of a template and the design that it imports."""
    text = file.read_text(encoding="utf-8")
    imported = [TEMPLATES / name for name in re.findall(r'^#import "([^"]+)"', text, re.MULTILINE)]
    return _digest([text, *(each.read_text(encoding="utf-8") for each in imported)])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


if __name__ == "__main__":
    before = agreed() if FILE.exists() else {}
    FILE.write_text(json.dumps(added(before, present()), indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
