"""Parse filter expressions, by the grammar of the developer guide.

https://docs.aws.amazon.com/personalize/latest/dg/creating-filter-expressions.html
"""

import re
from dataclasses import dataclass

from local.twin.services.personalize.errors import InvalidInputError

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<parameter>\$\w+)"""
    r"""|(?P<word>[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)?)|(?P<symbol><=|>=|!=|[=<>(),|*]))"""
)
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A placeholder; the request has its value."""

    name: str


Operand = str | float | Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison: `dataset.field operator operands`; no operands mean `*`."""

    dataset: str
    field: str
    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One INCLUDE or EXCLUDE. An item matches if all conditions of one of the alternatives hold.

    It applies to users for whom all `user_conditions`, those after IF, hold.
    """

    includes: bool
    alternatives: tuple[tuple[Condition, ...], ...]
    user_conditions: tuple[Condition, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions on items or interactions."""
        return tuple(condition for group in self.alternatives for condition in group)


def parse_filter(text: str) -> tuple[Expression, ...]:
    """Parse a filter expression; raises InvalidInputError with the place of the error."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokenize(text))
        self._at = 0

    def parse(self) -> tuple[Expression, ...]:
        expressions = [self._expression()]
        while self._take("|"):
            expressions.append(self._expression())
        if self._at < len(self._tokens):
            raise _unexpected("the end or |", self._peek())
        return tuple(expressions)

    def _expression(self) -> Expression:
        verb = self._word("INCLUDE", "EXCLUDE")
        self._word("ITEMID")
        self._word("WHERE")
        alternatives = [[self._condition()]]
        while True:
            if self._take("AND"):
                alternatives[-1].append(self._condition())
            elif self._take("OR"):
                alternatives.append([self._condition()])
            else:
                break
        user_conditions = []
        if self._take("IF"):
            user_conditions.append(self._condition())
            while self._take("AND"):
                user_conditions.append(self._condition())
        return Expression(
            includes=verb == "INCLUDE",
            alternatives=tuple(tuple(group) for group in alternatives),
            user_conditions=tuple(user_conditions),
        )

    def _condition(self) -> Condition:
        kind, token = self._next("a field such as Items.GENRE")
        if kind != "word" or "." not in token:
            raise _unexpected("a field such as Items.GENRE", token)
        dataset, field = token.split(".")
        operator, operands = self._comparison()
        return Condition(dataset=dataset.upper(), field=field, operator=operator, operands=operands)

    def _comparison(self) -> tuple[str, tuple[Operand, ...]]:
        if self._take("NOT"):
            self._word("IN")
            return "NOT IN", self._list()
        if self._take("IN"):
            return "IN", self._list()
        _, token = self._next("IN, NOT IN or a comparison")
        if token not in COMPARISONS:
            raise _unexpected("IN, NOT IN or a comparison", token)
        return token, (self._operand(),)

    def _list(self) -> tuple[Operand, ...]:
        self._symbol("(")
        if self._take("*"):
            self._symbol(")")
            return ()
        operands = [self._operand()]
        while self._take(","):
            if self._take("*"):
                raise _unexpected("a value", "*")
            operands.append(self._operand())
        self._symbol(")")
        return tuple(operands)

    def _operand(self) -> Operand:
        kind, token = self._next("a value")
        if kind == "string":
            return token[1:-1]
        if kind == "number":
            return float(token)
        if kind == "parameter":
            return Parameter(token[1:])
        raise _unexpected("a quoted string, a number or a $PARAMETER", token)

    def _word(self, *allowed: str) -> str:
        _, token = self._next(" or ".join(allowed))
        if token.upper() not in allowed:
            raise _unexpected(" or ".join(allowed), token)
        return token.upper()

    def _symbol(self, symbol: str) -> None:
        if not self._take(symbol):
            raise _unexpected(symbol, self._peek())

    def _take(self, word: str) -> bool:
        if self._peek().upper() == word:
            self._at += 1
            return True
        return False

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self, expected: str) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _unexpected(expected, "")
        self._at += 1
        return self._tokens[self._at - 1]


def _tokenize(text: str) -> list[tuple[str, str]]:
    tokens = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        matched = TOKEN.match(stripped, at)
        if matched is None:
            raise _unexpected("an expression", stripped[at : at + 20])
        tokens.append((str(matched.lastgroup), matched.group(str(matched.lastgroup))))
        at = matched.end()
    return tokens


def _unexpected(expected: str, got: str) -> InvalidInputError:
    shown = repr(got) if got else "the end of the expression"
    return InvalidInputError(f"Invalid filter expression: expected {expected}, got {shown}.")
