"""The test run's proof that every question is answered right: of a town whose answers are known, whose events are encoded by the
program's own code (`shared/protocol/examples/town.rs`), each is asked by the SQL that the template holds.

prove.py --town PROGRAM --folder SCRATCH
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys

import duckdb
import jsonschema

import lake
import spoil

SCHEMAS = lake.HERE.parent.parent / "docs/events"
DAY = datetime.timedelta(days=1)
#: Of nine days ago; what the town tells of 20 days before is within the last 30 days, even if midnight passes meanwhile.
FIRST = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0) - 9 * DAY
LONG_AGO, ONE, TWO = (f"{FIRST + days * DAY:%Y-%m-%d}" for days in (-40, 0, 1))

ANSWERS = {
    "abuse-rate": [
        ("spam", 3, 214.3, 1, 1, 0, 0, 4.0),
        ("harassment", 1, 71.4, 0, 0, 1, 0, 5.0),
        ("nudity", 1, 71.4, 0, 0, 0, 1, 4.0),
    ],
    "busy-hours": [(8, 10, 5, 5, 5), (9, 10, 12, 5, 5), (20, 0, 0, 0, 2), (21, 0, 0, 1, 1), (23, 0, 0, 0, 1)],
    "call-endings": [
        ("strangers", "peer-left", 4, 36.4, 120.0, 3078.0, 0),
        ("strangers", "timeout", 4, 36.4, 300.0, 555.0, 1),
        ("strangers", "skipped", 2, 18.2, 30.0, 30.0, 0),
        ("strangers", "failed", 1, 9.1, 10.0, 10.0, 0),
        ("friends", "peer-left", 2, 100.0, 60.0, 60.0, 0),
    ],
    "friends": [(TWO, 4, 1, 3, 2, 66.7, 6.0)],
    "ice-by-network": [
        ("direct", 19, 73.1, 76.0, 400.0, 400.0),
        ("relay", 4, 15.4, 16.0, 900.0, 900.0),
        ("failed", 1, 3.8, 0.0, None, None),
        ("silent", 1, 3.8, 0.0, None, None),
        ("unknown", 1, 3.8, 4.0, 500.0, 500.0),
    ],
    "match-rate": [(ONE, 26, 20, 9, 6, 76.9)],
    "patience": [(0, 0, 1, 100.0), (1, 6, 1, 14.3), (5, 3, 2, 40.0), (15, 2, 1, 33.3), (60, 0, 1, 100.0)],
    "refusals": [("next", "person", "", 4, 2), ("GET /users/me", "", "internal", 1, 1)],
    "retention": [
        (LONG_AGO, 4, None, None, 2, None, None, 50.0),
        (ONE, 5, 4, 2, None, 80.0, 40.0, None),
        (TWO, 2, None, None, None, None, None, None),
    ],
    "rooms": [(1, 2, 2, 2.0, 2.0, 1), (4, 1, 4, 2.0, 3.0, 1)],
    "signaling": [("kvs", 11, 1, 9.1, 95.2, 100.0, 100.0), ("relay", 3, 0, 0.0, 100.0, 200.0, 200.0)],
    "wait-by-tag": [("chess", 12, 2.0, 4.0, 4.0), ("(none)", 4, 21.0, 30.0, 30.0), ("go", 4, 5.0, 10.0, 10.0)],
}

#: What no question asks of the view `calls`, of those that one side ended.
SKIPPED = "SELECT mode, started_at, lines, reports, ended_by, duration_ms FROM calls WHERE ended_by IS NOT NULL ORDER BY lines"
NINE = int(FIRST.timestamp() * 1000) + 9 * 3_600_000
CALLS = [("video", NINE + 7_000, 7, 1, "offerer", 30_000), ("video", NINE - 3_592_000, 8, 1, "offerer", 30_000)]


def cost(calls, events):
    """The answer to `cost-per-session`, reckoned call by call: lines, whether its signals went over our socket, how many
    seconds it lasted, and how many of its pages were relayed by TURN."""
    bills = []
    for lines, transport, relays, seconds, turned in calls:
        signals = 30 if relays else 0
        invocations = (13 + lines + signals) * (0.2e-6 + 0.25 * 0.012 * 13.3334e-6 + 5e-6 / 20)
        sockets = (21 + 2 * lines + 3 * signals) * 1e-6 + 2 * seconds / 60 * 0.25e-6
        tables = (35 + lines + signals) * 0.625e-6 + (17 + lines + signals) * 0.125e-6
        signaling = 20 * 2.25e-6 + (seconds + 600) * 2.5 / (30 * 86_400) * 0.03 if transport == "kvs" else 0
        bills.append((invocations, 7 * 0.4e-6, sockets, tables, signaling, turned * seconds / 60 * 0.12e-3))
    parts = [1000 * sum(bill[place] for bill in bills) / len(calls) for place in range(6)]
    parts.append(1000 * events * (0.014e-6 + 5e-6 * 0.047 + 2e-7 * 0.02) / len(calls))
    return [len(calls), *parts, sum(parts)]


def costs(events):
    """What the two days cost."""
    lasted = [600, 300, 300, 300, 120, 120, 120, 30, 30, 10]
    strangers = [
        (number, "relay" if number % 5 == 0 else "kvs", number in (0, 1, 5), lasted[number], 2 if number in (7, 8) else 0)
        for number in range(10)
    ]
    strangers.append((0, "relay", True, 3600, 0))
    friends = [(0, "kvs", False, 60, 0)] * 2
    return [[ONE, *cost(strangers, events[ONE])], [TWO, *cost(friends, events[TWO])]]


def same(told, wanted):
    """Whether two answers agree; money to a hundredth of a cent."""
    close = lambda a, b: abs(a - b) < 1e-4 if isinstance(a, float) and isinstance(b, float) else a == b
    return len(told) == len(wanted) and all(all(map(close, row, other)) for row, other in zip(told, wanted, strict=True))


def strange(lines):
    """What does not obey its schema, by a validator that nobody here wrote."""
    validators = {
        path.stem: jsonschema.Draft202012Validator(json.loads(path.read_text())) for path in sorted(SCHEMAS.glob("*.json"))
    }
    events = [json.loads(line) for line in lines]
    for missing in validators.keys() - {event["type"] for event in events}:
        yield f"{missing}: the town has no such event"
    for event in events:
        for error in validators[event["type"]].iter_errors(event):
            yield f"{event['type']}: {error.json_path}: {error.message}"


def held_by_template():
    """The SQL of the template's named queries, by name."""
    resources = (resource["Properties"] for resource in lake.template().values() if resource["Type"] == "AWS::Athena::NamedQuery")
    return {each["Name"].split("}-", 1)[1]: each["QueryString"] for each in resources}


def unnoticed(opened, wanted):
    """How many ways there are to spoil the queries and views, and those that no answer would show."""
    opened.execute("CREATE TABLE kept AS SELECT * FROM events; DROP VIEW events; ALTER TABLE kept RENAME TO events")
    queries, views = lake.texts("queries"), lake.texts("views")

    def is_answered(names, text=None):
        try:
            return all(same(lake.answer(opened, text or queries[name])[1], wanted[name]) for name in names)
        except duckdb.Error:
            return False

    lake.see(opened, views)
    spoilt = [(name, *one) for name, sql in queries.items() for one in spoil.spoilt(name, sql)]
    living = [label for name, label, text in spoilt if is_answered([name], text)]
    seen = [(name, *one) for name, sql in views.items() for one in spoil.spoilt(name, sql)]
    for name, label, text in seen:
        lake.see(opened, views | {name: text})
        if opened.execute(SKIPPED).fetchall() == CALLS and is_answered(queries):
            living.append(label)
    return len(spoilt) + len(seen), living


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--town", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    asked = parser.parse_args()
    told = subprocess.run([asked.town], input=str(int(FIRST.timestamp() * 1000)), capture_output=True, text=True, check=True)
    lines = told.stdout.splitlines()
    findings = list(strange(lines))
    count, refused = lake.store([*lines, "no event"], asked.folder)
    if (count, refused) != (len(lines), ["no event"]):
        findings.append(f"{count} of {len(lines)} events are stored, refused are {refused}")
    opened = lake.opened(asked.folder)
    events = dict(opened.execute("SELECT day, count(*) FROM recent GROUP BY day").fetchall())
    answers = ANSWERS | {"cost-per-session": costs(events)}
    wanted, template, passed = dict(answers), held_by_template(), 0
    for name, sql in lake.texts("queries").items():
        _, rows = lake.answer(opened, sql)
        if template.get(name) != sql:
            findings.append(f"{name}: the template holds another text")
        elif same(rows, wanted.pop(name, [])):
            passed += 1
        else:
            findings.append(f"{name} is answered by\n  {rows}\n  and not by\n  {answers.get(name)}")
    if (calls := opened.execute(SKIPPED).fetchall()) != CALLS:
        findings.append(f"the view `calls` says\n  {calls}\n  and not\n  {CALLS}")
    findings += [f"{name}: there is no such question" for name in wanted if name not in lake.texts("queries")]
    print(f"      {len(lines)} events obey their schemas; {passed} questions are answered right")
    if not findings:
        ways, living = unnoticed(opened, answers)
        print(f"      spoilt in {ways} ways, one at a time, an answer was wrong {ways - len(living)} times")
        findings += [f"nobody would notice this in {label}" for label in living]
    for finding in findings[:20]:
        print(finding)
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
