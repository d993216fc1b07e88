"""Which code may stand in a notebook that other people run on their own machines.

A right answer needs arithmetic on tensors and nothing else. What reaches for files, processes,
other modules or Python's own insides is not shown, however right it is: a grading confines it, and
a member's Jupyter does not.
"""

from __future__ import annotations

import ast

_MODULES = frozenset(
    [
        "torch",
        "math",
        "cmath",
        "typing",
        "functools",
        "itertools",
        "collections",
        "operator",
        "dataclasses",
        "numpy",
        "einops",
        "enum",
        "numbers",
        "__future__",
        "abc",
        "warnings",
        "random",
    ]
)
# Parts of these that read, write, load, compile or start something, or lead to what does.
_PARTS = frozenset(
    [
        "load",
        "save",
        "hub",
        "jit",
        "compile",
        "utils",
        "multiprocessing",
        "distributed",
        "package",
        "serialization",
        "ops",
        "classes",
        "library",
        "_C",
        "onnx",
        "export",
        "os",
        "sys",
        "fromfile",
        "from_file",
        "tofile",
        "memmap",
        "loadtxt",
        "savetxt",
        "genfromtxt",
        "attrgetter",
        "methodcaller",
        "get_type_hints",
        "ForwardRef",
        "make_dataclass",
        "fx",
        "ctypeslib",
        "f2py",
        "lib",
        "testing",
        "builtins",
        "import_module",
        "share_memory_",
        "dump",
        "dumps",
        "loads",
        "savez",
        "savez_compressed",
        "open_memmap",
        "DataSource",
        "storage",
        "untyped_storage",
        "profiler",
        "memory",
        "monitor",
        "futures",
        "cudart",
        "tunable",
        "gds",
        "backends",
        # What stays set for the cells below it, which are other people's.
        "set_default_dtype",
        "set_default_device",
        "set_default_tensor_type",
        "set_num_threads",
        "set_num_interop_threads",
        "set_flush_denormal",
        "set_grad_enabled",
        "set_float32_matmul_precision",
        "use_deterministic_algorithms",
        "set_deterministic_debug_mode",
        "set_printoptions",
        "set_warn_always",
    ]
)
_NAMES = frozenset(
    [
        "eval",
        "exec",
        "compile",
        "open",
        "input",
        "globals",
        "locals",
        "vars",
        "breakpoint",
        "delattr",
        "exit",
        "quit",
        "help",
        "memoryview",
        "get_ipython",
        "display",
    ]
)
# Double underscores that ordinary classes have and call.
_SPECIAL = frozenset(
    [
        "__init__",
        "__call__",
        "__name__",
        "__repr__",
        "__len__",
        "__getitem__",
        "__iter__",
        "__post_init__",
        "__annotations__",
        "__doc__",
        "__slots__",
        "__all__",
    ]
)


# The names under which they are imported.
_SHARED = _MODULES | {"F", "nn", "np", "Tensor", "init", "optim", "functional"}


def is_harmless(code: str) -> bool:
    """Does it use tensors, arithmetic and nothing that leads out of them? False in doubt."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    nodes = list(ast.walk(tree))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    passed_on = any(
        isinstance(node, ast.Name) and node.id in ("getattr", "setattr") and id(node) not in called
        for node in nodes
    )
    return not passed_on and all(map(_node_is_harmless, nodes))


def fits_into_a_function(code: str) -> bool:
    """Does it mean the same inside of a function, indented? See notebook.in_a_function."""
    try:
        tree = ast.parse(code)
        compile(tree, "<answer>", "exec")  # a `return` at the top is no Python; nothing is run
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return not any(map(_changes_in_a_function, ast.walk(tree)))


def _changes_in_a_function(node: ast.AST) -> bool:
    match node:
        case ast.Global():
            return True
        case ast.ImportFrom():
            return node.module == "__future__" or any(each.name == "*" for each in node.names)
        case ast.JoinedStr() | ast.Constant(value=str() | bytes()):
            return node.end_lineno is not None and node.end_lineno > node.lineno
    return False


def _node_is_harmless(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="getattr")):  # with a name that is written out
            return len(node.args) >= 2 and _names_a_part(node.args[1])
        case ast.Call(func=ast.Name(id="setattr")):  # of an own object, whatever it is called
            first = node.args[0] if node.args else None
            return isinstance(first, ast.Name) and first.id == "self"
        case ast.Attribute(ctx=ast.Store() | ast.Del()) if _is_of_a_module(node.value):
            return False  # other people's cells use the same torch
        case ast.Import():
            return all(_known(each.name) for each in node.names)
        case ast.ImportFrom():
            names = (f"{node.module or ''}.{each.name}" for each in node.names)
            return not node.level and all(map(_known, names))
        case ast.Name():
            return node.id not in _NAMES and (not _is_special(node.id) or node.id in _SPECIAL)
        case ast.Attribute():
            own = isinstance(node.value, ast.Name) and node.value.id == "self"
            private = node.attr.startswith("_") and not _is_special(node.attr)
            return (own or not private) and _is_plain(node.attr)
        case ast.FunctionDef() | ast.ClassDef():
            return not _is_special(node.name) or isinstance(node, ast.FunctionDef)
        case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
            return False
    return True


def _is_of_a_module(node: ast.expr) -> bool:
    """torch, F, torch.Tensor, nn.Linear: what is there once for a whole notebook."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in _SHARED


def _names_a_part(node: ast.expr) -> bool:
    name = node.value if isinstance(node, ast.Constant) else None
    return isinstance(name, str) and not name.startswith("_") and _is_plain(name)


def _is_plain(name: str) -> bool:
    return name not in _PARTS and (not _is_special(name) or name in _SPECIAL)


def _known(name: str) -> bool:
    parts = name.split(".")
    private = any(part.startswith("_") for part in parts[1:])
    return parts[0] in _MODULES and not private and not set(parts[1:]) & _PARTS


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
