"""The language of rules, from docs/rules.md alone: a parser and an evaluator in Kleene's logic. Truths are True, False and None (unknown);
values are MISSING, NULL, a Fraction, a date or a text; a set is a text with its words between semicolons."""
import re
from datetime import date
from fractions import Fraction

MISSING, NULL = ("missing",), ("null",)
SYNONYMS = {"dept": "department", "office": "department", "coord": "coordinating", "freq": "frequency", "true": "yes", "false": "no"}
TOKEN = re.compile(r"\s*(?:(\d{4}-\d\d-\d\d)|(\d+(?:\.\d+)?)|'([^']*)'|([^\W\d][\w-]*(?:\.[^\W\d]\w*)?)|(<>|<=|>=|[-=<>(){},:;+*/]))")


def tokens(text):
    found, at = [], 0
    while text[at:].strip():
        m = TOKEN.match(text, at)
        if not m:
            raise ValueError(f"{text!r} at {at + 1}")
        kind = ("day", "number", "text", "name", "sign")[m.lastindex - 1]
        found.append((kind, m.group(m.lastindex)))
        at = m.end()
    return found


class Parser:
    def __init__(self, text):
        self.t, self.at = tokens(text), 0

    def peek(self, *words):
        return self.at < len(self.t) and self.t[self.at][0] != "text" and self.t[self.at][1] in words

    def take(self, *words):
        if self.peek(*words):
            self.at += 1
            return self.t[self.at - 1][1]
        return None

    def need(self, word):
        if not self.take(word):
            raise ValueError(f"{word} expected at {self.t[self.at:]}")

    def word(self):
        kind, text = self.t[self.at]
        self.at += 1
        return SYNONYMS.get(text, text) if kind == "name" else text

    def predicate(self):
        left = self.both()
        while self.take("or"):
            left = ("or", left, self.both())
        return left

    def both(self):
        left = self.one()
        while self.take("and"):
            left = ("and", left, self.one())
        return left

    def one(self):
        if self.take("not"):
            return "not", self.one()
        if self.take("exists"):
            row = self.word()
            self.need(":")
            return "exists", row, self.predicate()
        if self.peek("("):
            back = self.at
            try:
                self.need("(")
                inner = self.predicate()
                self.need(")")
                return inner
            except ValueError:
                self.at = back
        return self.comparison()

    def words(self):
        self.need("{")
        found = [self.word()]
        while self.take(","):
            found.append(self.word())
        self.need("}")
        return found

    def comparison(self):
        if self.peek("true", "false"):
            return "constant", self.take("true", "false") == "true"
        left = self.sum()
        if self.take("minus"):
            left = ("minus", left, self.sum())
        sign = self.take("=", "<>", "<", "<=", ">", ">=")
        if sign:
            return "compare", sign, left, self.sum()
        if self.take("in"):
            return "in", left, self.words()
        if self.take("has"):
            return "has", left, self.words() if self.take("any") else [self.word()]
        if self.take("lacks"):
            return "not", ("has", left, [self.word()])
        if self.take("is"):
            denied = self.take("not")
            test = (self.take("null", "empty"), left)
            if not test[0]:
                raise ValueError("null or empty expected")
            return ("not", test) if denied else test
        if self.take("matches"):
            return "matches", left, self.word().split("|")
        if left[0] != "call":
            raise ValueError(f"no predicate: {left}")
        return "truth", left

    def sum(self):
        left = self.product()
        while self.peek("+", "-"):
            left = (self.take("+", "-"), left, self.product())
        return left

    def product(self):
        left = self.value()
        while self.peek("*", "/"):
            left = (self.take("*", "/"), left, self.value())
        return left

    def value(self):
        if self.take("("):
            inner = self.sum()
            self.need(")")
            return inner
        if self.at == len(self.t):
            raise ValueError("a value expected")
        kind, text = self.t[self.at]
        self.at += 1
        if kind == "day":
            return "value", date.fromisoformat(text)
        if kind == "number":
            return "value", Fraction(text)
        if kind == "text":
            return "value", text
        if kind == "name" and self.take("("):
            argument = None if self.peek(")") else self.sum()
            self.need(")")
            return "call", text, argument
        if kind == "name" and "." in text:
            row, column = text.split(".")
            return "field", row, SYNONYMS.get(column, column)
        if kind == "name":
            return "value", SYNONYMS.get(text, text)
        raise ValueError(f"a value expected, not {text}")


class Test:
    """kind, when (HIT, LEAD, ASK), sets [(word, predicate)], alias [id]"""

    def __init__(self, text):
        text = re.sub(r"^needs\([^)]*\)\s*", "", text)
        self.kind, inside = re.fullmatch(r"(\w+)\((.*)\)", text, re.S).groups()
        self.when, self.sets, self.alias = None, [], []
        if self.kind in ("hit", "lead", "ask"):
            self.when = whole(inside)
        elif self.kind == "set":
            for part in re.sub(r"^a\.zw = ", "", inside).split(";"):
                word, predicate = part.strip().split(" when ", 1)
                self.sets.append((word, whole(predicate)))
        elif self.kind == "alias":
            self.alias = [w.strip() for w in inside.split(",")]


def whole(text):
    parser = Parser(text)
    found = parser.predicate()
    if parser.at != len(parser.t):
        raise ValueError(f"left over: {parser.t[parser.at:]}")
    return found


def names(node, free, ranged, bound=()):
    """Rows that stand free in the node, and those that exists goes over."""
    if node[0] == "exists":
        ranged.add(node[1])
        names(node[2], free, ranged, (*bound, node[1]))
    elif node[0] == "field":
        if node[1] not in bound:
            free.add(node[1])
    elif node[0] == "call" and node[2] and node[2][0] == "value":
        if node[2][1] not in bound:
            free.add(node[2][1])
    else:
        for part in node[1:]:
            if isinstance(part, tuple) and part not in (MISSING, NULL):
                names(part, free, ranged, bound)


def either(a, b):
    return True if a is True or b is True else False if a is False and b is False else None


def both(a, b):
    return False if a is False or b is False else True if a is True and b is True else None


def no(a):
    return None if a is None else not a


class World:
    """field(row, column), call(name, argument), rows(row): (list of what to bind, whether more may exist), bind(row, what) as a context."""

    def judge(self, n):
        op = n[0]
        if op == "or":
            return either(self.judge(n[1]), self.judge(n[2]))
        if op == "and":
            return both(self.judge(n[1]), self.judge(n[2]))
        if op == "not":
            return no(self.judge(n[1]))
        if op == "constant":
            return n[1]
        if op == "exists":
            known, complete = self.rows(n[1])
            found = False if complete else None
            for row in known:
                with self.bind(n[1], row):
                    found = either(found, self.judge(n[2]))
            return found
        v = None if op == "has" else self.value(n[2] if op == "compare" else n[1])
        if op == "null":
            return None if v == MISSING else v == NULL
        if op == "empty":
            return None if v == MISSING else v == NULL
        if op == "has":
            found = False
            for word in n[2]:
                found = either(found, self.holds(n[1], word))
            return found
        if op == "truth":
            return None if v in (MISSING, NULL) else v
        if v in (MISSING, NULL):
            return None
        if op == "in":
            return v in n[2]
        if op == "matches":
            return any(part in v for part in n[2])
        w = self.value(n[3])
        if w in (MISSING, NULL) or type(v) is not type(w):
            return None
        return {"=": v == w, "<>": v != w, "<": v < w, "<=": v <= w, ">": v > w, ">=": v >= w}[n[1]]

    def holds(self, n, word):
        """Is the word in the set? Of A minus B it is known as soon as one of them decides it."""
        if n[0] == "minus":
            return both(self.holds(n[1], word), no(self.holds(n[2], word)))
        v = self.value(n)
        return None if v == MISSING else v != NULL and word in [w.strip() for w in re.split("[;,]", v)]

    def value(self, n):
        op = n[0]
        if op == "value":
            return n[1]
        if op == "field":
            return self.field(n[1], n[2])
        if op == "call":
            return self.call(n[1], n[2])
        a, b = self.value(n[1]), self.value(n[2])
        if MISSING in (a, b) or NULL in (a, b):
            return MISSING if MISSING in (a, b) else NULL
        if op == "/":
            return a / b if b else MISSING
        return a + b if op == "+" else a - b if op == "-" else a * b
