"""Which reasons an RPC may raise: those of all functions of its service that its method may reach, by their names.

Too much rather than too little: a call on an object is taken for a call of every method of that name in the service.
"""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# What no RPC calls: events, the start, and a server of its own.
APART = frozenset({"consumer", "__main__", "websocket"})
Cut = tuple[str, str]


@dataclass(frozen=True)
class Function:
    """A function or method of a module."""

    module: str
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name


@dataclass(frozen=True)
class Raised:
    """A reason that is given at a line, by the error of this class."""

    reason: str
    error: str
    line: str


@dataclass
class Sources:
    """The modules of a service."""

    folder: Path
    cuts: Collection[Cut] = ()
    used: set[Cut] = field(default_factory=set)
    _top: dict[tuple[str, str], list[Function]] = field(default_factory=lambda: defaultdict(list))
    _methods: dict[str, list[Function]] = field(default_factory=lambda: defaultdict(list))
    _imports: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.folder.glob("*.py")):
            tree = ast.parse(path.read_text())
            self._imports[path.stem] = dict(self._imported(tree))
            if path.stem not in APART:
                for node in tree.body:
                    self._note(path.stem, node)

    def raised_by(self, rpc: str) -> Iterator[Raised]:
        """Every reason that the RPC may raise, with its place."""
        seen: set[int] = set()
        waiting = [each for each in self._methods.get(rpc, ()) if each.module.startswith("servicer")]
        while waiting:
            function = waiting.pop()
            if id(function.node) not in seen:
                seen.add(id(function.node))
                yield from self.given(function)
                waiting += [each for each in self._called(function) if not each.module.startswith("servicer")]

    def given(self, function: Function) -> Iterator[Raised]:
        """The reasons that a function gives itself."""
        for node in ast.walk(function.node):
            if isinstance(node, ast.Call):
                error = ast.unparse(node.func).partition(".")[0]
                for keyword in (each for each in node.keywords if each.arg == "reason"):
                    for each in ast.walk(keyword.value):
                        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isupper():
                            where = f"services/{self.folder.name}/{function.module}.py:{keyword.value.lineno}"
                            yield Raised(each.value, error, where)

    def everything(self) -> Iterator[Raised]:
        """The reasons that any of the functions gives."""
        for functions in (*self._top.values(), *self._methods.values()):
            for each in functions:
                yield from self.given(each)

    def _imported(self, tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
        own = f"services.{self.folder.name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(own):
                for each in node.names:
                    yield each.asname or each.name, ((node.module or "").removeprefix(own).strip("."), each.name)

    def _note(self, module: str, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef):
            self._top[module, node.name].append(Function(module, node))
        elif isinstance(node, ast.ClassDef):
            for each in (each for each in node.body if isinstance(each, ast.FunctionDef)):
                making = each.name in ("__init__", "__post_init__")
                where = self._top[module, node.name] if making else self._methods[each.name]
                where.append(Function(module, each))

    def _called(self, function: Function) -> Iterator[Function]:
        for each in self._named(function):
            if (cut := (function.name, each.name)) in self.cuts:
                self.used.add(cut)
            else:
                yield each

    def _named(self, function: Function) -> Iterator[Function]:
        imports, nodes = self._imports[function.module], list(ast.walk(function.node))
        local = {each.arg for each in nodes if isinstance(each, ast.arg)}
        local |= {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        for node in nodes:
            if isinstance(node, ast.Name) and node.id not in local:
                yield from self._top.get(imports.get(node.id, (function.module, node.id)), ())
            elif isinstance(node, ast.Attribute):
                module = ".".join(imports.get(ast.unparse(node.value), ())).strip(".")
                if module in self._imports and isinstance(node.value, ast.Name) and node.value.id not in local:
                    yield from self._top.get((module, node.attr), ())
                else:
                    yield from self._methods.get(node.attr, ())
