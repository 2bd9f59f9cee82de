"""Every way to spoil a query or a view in one place; `prove.py` wants each to be noticed by an answer."""

import sqlglot
from sqlglot import exp

#: A condition, and what it is turned into.
TURNED = {
    exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.GT: exp.LTE, exp.GTE: exp.LT, exp.LT: exp.GTE, exp.And: exp.Or, exp.Or: exp.And,
}  # fmt: skip
#: What changes no answer: such a filter says which files are read.
HARMLESS = {
    "rooms: without WHERE type IN ('room.joined', 'room.left')",
    "sides: without WHERE recent.type IN ('match.made', 'call.answered')",
    "sides: without WHERE type IN ('session.connected', 'ice.failed')",
    "calls: without WHERE type IN ('call.answered', 'session.started', 'session.extended', 'session.ended', 'message.sent', "
    "'signaling.fell_back', 'report.submitted')",
}


def spoilt(name, sql):
    """Pairs of what was done to a query and the spoilt text, in Athena's SQL."""
    tree = sqlglot.parse_one(sql, read="athena")
    for place, node in enumerate(tree.walk()):
        for what, change in changes(node):
            mutant = tree.copy()
            change(list(mutant.walk())[place])
            label = f"{name}: {what} {node.sql('athena')}"
            if label not in HARMLESS:
                yield label, mutant.sql("athena")


def changes(node):
    """What can be done to this part."""
    if isinstance(node, exp.Literal) and node.is_string and not node.this.startswith("%"):
        yield "another", lambda it: it.replace(exp.Literal.string(it.this + "x"))
    if other := TURNED.get(type(node)):
        yield "turned", lambda it: it.replace(other(this=it.this.copy(), expression=it.expression.copy()))
    if isinstance(node, exp.In | exp.Is):
        yield "not", lambda it: it.replace(exp.Not(this=it.copy()))
    if isinstance(node, exp.Where | exp.Having):
        yield "without", lambda it: it.pop()
    if isinstance(node, exp.Join) and node.side:
        yield "only who is in both:", lambda it: it.set("side", None)
