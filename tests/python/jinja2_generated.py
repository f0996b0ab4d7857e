"""Expressions made by chance, from a grammar over the context of the snippets."""

import random

ATOMS = [
    "0", "1", "2", "-3", "7", "2.5", "-0.5", "1e16", "true", "false", "none", "''", "'a'", "'bc'", "'B c'", "'12'", "'x-y'",
    "[]", "[1, 2]", "['b', 'a']", "[3, 1.5]", "[[1], [0]]", "()", "(1, 'a')", "{}", "{'a': 1}", "{'b': [1], 'a': none}",
    "number", "negative", "zero", "ratio", "yes", "no", "nothing", "name", "empty", "mixed", "numbers", "words",
    "mixture", "nested", "peer", "counts", "peers", "undefined_name", "peer.asn", "peer.tags", "peer.missing",
    "numbers[0]", "peers[1].name", "range(3)",
]  # fmt: skip
BINARY = ["+", "-", "*", "/", "//", "%", "~", "and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "not in"]
FILTERS = [
    "upper", "lower", "title", "capitalize", "trim", "string|length", "first", "last", "list", "sort", "sort(true)", "unique|list",
    "min", "max", "sum", "join", "join('-')", "reverse|list", "int", "int(5)", "float", "round", "round(1)", "abs", "string",
    "default('d')", "default('d', true)", "map('string')|list", "map('upper')|list", "map(attribute='name')|list",
    "select|list", "select('odd')|list", "select('string')|list", "reject('none')|list", "batch(2)|list", "slice(2)|list",
    "replace('a', 'z')", "truncate(5, true, '.')", "center(9)", "wordcount", "dictsort", "items|list",
    "groupby('region')|list|length", "sort(attribute='asn')|length", "wordwrap(4)", "urlencode", "title|length",
    "selectattr('up')|list|length", "sum(attribute='asn')", "format(1)", "filesizeformat", "xmlattr",
]  # fmt: skip
METHODS = [
    "upper()", "split()", "split('a')", "strip()", "title()", "startswith('a')", "find('a')", "replace('a', 'bb')",
    "zfill(6)", "ljust(5, '.')", "center(7, '*')", "partition('-')", "join(['x', 'y'])", "count('a')", "count(1)", "index(1)",
    "get('a')", "get('a', 9)", "keys()|list", "values()|list", "items()|list", "format(1, 2)", "isdigit()", "swapcase()",
    "splitlines()", "copy()", "rsplit(none, 1)", "isalpha()", "istitle()", "endswith(('a', 'c'))",
]  # fmt: skip
TESTS = [
    "none", "defined", "number", "string", "sequence", "mapping", "iterable", "odd", "even", "divisibleby 2", "in [1, 'a']",
    "eq 1", "lt 2", "gt 'a'", "lower", "upper", "integer", "float", "boolean", "true", "undefined", "ne none",
]  # fmt: skip
PLACES = ["0", "-1", "'a'"]
SLICES = ["1:", ":2", "::-1", "-2:", "::2", "none:1", "5:1", "1:9:3"]
FORMATS = [
    "%s", "%d", "%5s|", "%-5s|", "%05d", "%x", "%.2f", "%r", "%s-%s", "%+d", "%(a)s", "%%", "%e", "%g", "%c", "%5.1f", "%o",
]  # fmt: skip
BRACES = [
    "{}", "{:5}", "{:>5}", "{:05}", "{:.2f}", "{:x}", "{!r}", "{:,}", "{:e}", "{:^7}", "{:+}", "{0}{0}", "{:d}", "{:.1%}",
    "{:g}", "{:*<6}", "{:#x}", "{:.3}", "{:010.1f}", "{:_}", "{:b}", "{!s:>4}",
]  # fmt: skip


def expression(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.15:
        return chance.choice(ATOMS)
    inner = lambda: expression(chance, depth - 1)  # noqa: E731
    kind = chance.randrange(12)
    if kind < 3:
        return f"({inner()} {chance.choice(BINARY)} {inner()})"
    if kind < 6:
        return f"({inner()}|{chance.choice(FILTERS)})"
    if kind < 8:
        return f"({inner()}).{chance.choice(METHODS)}"
    if kind == 8:
        return f"({inner()} is {chance.choice(['', 'not '])}{chance.choice(TESTS)})"
    if kind == 9:
        values = chance.choice([inner(), f"({inner()}, {inner()})", f"({inner()},)", f"{{'a': {inner()}}}"])
        return f"('{chance.choice(FORMATS)}' % {values})"
    if kind == 10:
        return f"'{chance.choice(BRACES)}'.format({inner()})"
    return chance.choice([
        f"({inner()})[{chance.choice(PLACES)}]",
        f"({inner()}|{chance.choice(['list', 'string'])})[{chance.choice(SLICES)}]",
        f"[{inner()}, {inner()}]",
        f"({inner()} if {inner()} else {inner()})",
        f"({inner()} < {inner()} <= {chance.choice(ATOMS)})",
        f"(not {inner()})",
        f"{{'k': {inner()}}}",
    ])


def generated(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["{{ " + expression(chance, chance.randrange(1, 4)) + " }}" for _ in range(count)]
