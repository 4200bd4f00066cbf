"""A slow second opinion: random formulas as trees, valued with fractions, written out as text.

Nothing here is shared with the code under test. A tree knows its text and its exact value on a row of fractions;
``if``, ``and`` and ``or`` look only at what decides, so a division by zero in a branch that is not taken is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

Env = Mapping[str, Fraction]


@dataclass(frozen=True)
class Tree:
    text: str
    value: Callable[[Env], Any]


def rounded(value: Fraction, unit: Fraction, mode: str) -> Fraction:
    """Written from the definitions: the two neighbouring multiples, and which of them is taken."""
    below = (value / unit).__floor__()
    left, right = value - below * unit, (below + 1) * unit - value
    if left == 0:
        return below * unit
    away = below if value < 0 else below + 1
    toward = below + 1 if value < 0 else below
    half = away if mode == "half_up" else (below if below % 2 == 0 else below + 1)
    nearest = below if left < right else below + 1 if left > right else half
    chosen = {"floor": below, "ceil": below + 1, "up": away, "down": toward}.get(mode, nearest)
    return chosen * unit


UNITS = ["0.01", "1", "0.5", "10", "0.05", "0.25", "100"]
MODES = ["half_up", "half_even", "up", "down", "floor", "ceil"]


def name(text: str) -> Tree:
    return Tree(text, lambda env: env[text])


def number(text: str) -> Tree:
    value = Fraction(text)
    return Tree(text, lambda _env: value)


def product(factors: list[Tree]) -> Tree:
    def value(env: Env) -> Fraction:
        total = Fraction(1)
        for factor in factors:
            total *= factor.value(env)
        return total

    return Tree(f"({' * '.join(factor.text for factor in factors)})", value)


def binary(op: str, a: Tree, b: Tree) -> Tree:
    def value(env: Env) -> Fraction:
        x: Fraction = a.value(env)
        y: Fraction = b.value(env)
        return x + y if op == "+" else x - y if op == "-" else x * y

    return Tree(f"({a.text} {op} {b.text})", value)


def quotient(num: Tree, den: Tree, unit: str, mode: str) -> Tree:
    return Tree(
        f'round({num.text} / {den.text}, {unit}, "{mode}")',
        lambda env: rounded(num.value(env) / den.value(env), Fraction(unit), mode),
    )


def plain_round(num: Tree, unit: str, mode: str) -> Tree:
    return Tree(
        f"round({num.text}, {unit}, '{mode}')", lambda env: rounded(num.value(env), Fraction(unit), mode)
    )


def choose(test: Tree, a: Tree, b: Tree) -> Tree:
    return Tree(
        f"({a.text} if {test.text} else {b.text})",
        lambda env: a.value(env) if test.value(env) else b.value(env),
    )


def extreme(op: str, parts: list[Tree]) -> Tree:
    best = min if op == "min" else max
    return Tree(
        f"{op}({', '.join(part.text for part in parts)})", lambda env: best([part.value(env) for part in parts])
    )


def clamp(x: Tree, low: Tree, high: Tree) -> Tree:
    def value(env: Env) -> Fraction:
        v, lo, hi = x.value(env), low.value(env), high.value(env)
        at_least: Fraction = v if v > lo else lo
        result: Fraction = at_least if at_least < hi else hi
        return result

    return Tree(f"clamp({x.text}, {low.text}, {high.text})", value)


def negated(a: Tree) -> Tree:
    return Tree(f"(-{a.text})", lambda env: -a.value(env))


def compared(a: Tree, op: str, b: Tree, second: str, c: Tree) -> Tree:
    tests: dict[str, Callable[[Fraction, Fraction], bool]] = {
        "<": lambda x, y: x < y,
        "<=": lambda x, y: x <= y,
        ">": lambda x, y: x > y,
        ">=": lambda x, y: x >= y,
        "==": lambda x, y: x == y,
        "!=": lambda x, y: x != y,
    }

    def value(env: Env) -> bool:
        x, y, z = a.value(env), b.value(env), c.value(env)
        return tests[op](x, y) and tests[second](y, z)

    return Tree(f"({a.text} {op} {b.text} {second} {c.text})", value)


def joined(word: str, a: Tree, b: Tree) -> Tree:
    def value(env: Env) -> bool:
        first = bool(a.value(env))
        return (first and bool(b.value(env))) if word == "and" else (first or bool(b.value(env)))

    return Tree(f"({a.text} {word} {b.text})", value)


def inverted(a: Tree) -> Tree:
    return Tree(f"(not {a.text})", lambda env: not a.value(env))


decimals = st.builds(
    lambda whole, cents: f"{whole}.{cents:02d}", st.integers(0, 99_999), st.integers(0, 99)
) | st.sampled_from(["0", "1", "0.08", "21.75", "480", "0.005", "3.00", "999999999999999999"])
units, modes = st.sampled_from(UNITS), st.sampled_from(MODES)
ops = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


def programs(money: list[str], plain: list[str], flags: list[str], depth: int) -> st.SearchStrategy[Tree]:
    """Random money formulas over these names, ending in a sum that has been rounded to 0.01."""
    amounts, numbers, conditions = _level(money, plain, flags, depth)
    del numbers, conditions
    return st.builds(lambda tree, mode: plain_round(tree, "0.01", mode), amounts, modes)


Level = tuple[st.SearchStrategy[Tree], st.SearchStrategy[Tree], st.SearchStrategy[Tree]]


def _level(money: list[str], plain: list[str], flags: list[str], depth: int) -> Level:
    amount: st.SearchStrategy[Tree] = st.sampled_from(money).map(name)
    number_: st.SearchStrategy[Tree] = st.sampled_from(plain).map(name) | decimals.map(number)
    condition: st.SearchStrategy[Tree] = st.sampled_from(flags).map(name)
    written = decimals.map(number)
    for _ in range(depth):
        a, n, c = amount, number_, condition
        condition = st.one_of(
            c,
            st.builds(compared, a, ops, a | written, ops, a),
            st.builds(compared, n, ops, n, ops, n),
            st.builds(joined, st.sampled_from(["and", "or"]), c, c),
            st.builds(inverted, c),
        )
        amount = st.one_of(
            a,
            st.builds(binary, st.sampled_from("+-"), a, a | written),
            st.builds(binary, st.just("*"), a, n),
            st.builds(binary, st.just("*"), n, a),
            st.builds(lambda x, y, z: product([x, y, z]), n, a, n),
            st.builds(quotient, a, n, units, modes),
            st.builds(lambda x, y, z, u, m: quotient(binary("*", x, y), z, u, m), a, n, n, units, modes),
            st.builds(plain_round, a, units, modes),
            st.builds(choose, c, a, a),
            st.builds(extreme, st.sampled_from(["min", "max"]), st.lists(a, min_size=2, max_size=3)),
            st.builds(clamp, a, a | written, a),
            st.builds(negated, a),
        )
        number_ = st.one_of(
            n,
            st.builds(binary, st.sampled_from("+-*"), n, n),
            st.builds(quotient, a, a, units, modes),
            st.builds(quotient, n, n, units, modes),
            st.builds(choose, c, n, n),
            st.builds(negated, n),
        )
    return amount, number_, condition
