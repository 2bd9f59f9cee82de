"""Events as Parquet in the layout of the cloud, and the questions that are asked of them, by DuckDB.

What AWS does is done here by the same texts: the table of `cloudformation.yaml` gives the columns, `views` and `queries` are
Athena's own SQL, which sqlglot translates.
"""

import datetime
import json
import re
import tempfile
from pathlib import Path

import duckdb
import sqlglot
import yaml
from sqlglot import exp

HERE = Path(__file__).parent
TEMPLATE = HERE.parent.parent / "cloudformation.yaml"

# Hive's types, in which Glue declares columns, as DuckDB calls them.
TYPES = {"string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER", "boolean": "BOOLEAN"}


class Template(yaml.SafeLoader):
    """Reads a template; `!Sub` and the like leave what stands behind them."""


Template.add_multi_constructor(
    "!",
    lambda loader, _tag, node: {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: loader.construct_sequence,
        yaml.MappingNode: loader.construct_mapping,
    }[type(node)](node),
)


def template():
    """The template's resources, by their names."""
    return yaml.load(TEMPLATE.read_text(), Template)["Resources"]


def columns():
    """The columns of the table of events, as DuckDB declares them."""
    declared = template()["EventTable"]["Properties"]["TableInput"]["StorageDescriptor"]["Columns"]
    return {column["Name"]: duck(column["Type"]) for column in declared}


def duck(hive):
    """A Hive type as DuckDB spells it."""
    if match := re.fullmatch(r"array<(.*)>", hive):
        return duck(match[1]) + "[]"
    if match := re.fullmatch(r"struct<(.*)>", hive):
        # No struct stands in another.
        fields = (field.split(":", 1) for field in match[1].split(","))
        return "STRUCT(" + ", ".join(f'"{name}" {duck(kind)}' for name, kind in fields) + ")"
    return TYPES[hive]


def partition(event):
    """The type and the day (UTC) of an event; the delivery stream takes them by jq from the same two fields."""
    at = datetime.datetime.fromtimestamp(event["at"] // 1000, datetime.UTC)
    return event["type"], at.strftime("%Y-%m-%d")


def lowered(value):
    """JSON with its keys in lower case, as Firehose reads it (`CaseInsensitive` of `OpenXJsonSerDe` in its API)."""
    if isinstance(value, dict):
        return {key.lower(): lowered(inner) for key, inner in value.items()}
    return [lowered(inner) for inner in value] if isinstance(value, list) else value


def store(lines, folder):
    """Writes events, one JSON object a line, as Parquet below `folder`. Returns how many, and the lines that are no events."""
    strange, count = [], 0
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as rows:
        for line in lines:
            try:
                event = json.loads(line)
                kind, day = partition(event)
            except (ValueError, TypeError, KeyError):
                strange.append(line)
                continue
            rows.write(json.dumps(lowered(event) | {"type": kind, "day": day}) + "\n")
            count += 1
        rows.flush()
        if count:
            declared = columns() | {"type": "VARCHAR", "day": "VARCHAR"}
            read = "SELECT * FROM read_json(?, format = 'newline_delimited', columns = ?)"
            duckdb.execute(
                f"COPY ({read}) TO '{folder}' (FORMAT parquet, PARTITION_BY (type, day), OVERWRITE)", [rows.name, declared]
            )
    return count, strange


def texts(kind):
    """The SQL of `views` or `queries`, by name, views in the order in which they build upon each other."""
    paths = sorted((HERE / kind).glob("*.sql"))
    return {path.stem.lstrip("0123456789-"): path.read_text() for path in paths}


def translated(sql):
    """Athena's SQL as DuckDB's. Percentiles are exact here, where Athena estimates them."""

    def exact(node):
        if isinstance(node, exp.ApproxQuantile):
            return exp.func("quantile_cont", node.this, node.args["quantile"])
        return node

    return sqlglot.parse_one(sql, read="athena").transform(exact).sql("duckdb")


def opened(folder):
    """DuckDB with the table of events and its views. Days are UTC's, as DuckDB's are without its extension for time zones."""
    lake = duckdb.connect()
    lake.execute(
        f"CREATE VIEW events AS SELECT * FROM read_parquet('{folder}/type=*/day=*/*.parquet', hive_partitioning = true, "
        "hive_types = {'type': VARCHAR, 'day': VARCHAR})"
    )
    see(lake, texts("views"))
    return lake


def see(lake, views):
    """Makes the views, those that are there anew."""
    for sql in views.values():
        lake.execute(translated(sql))


def answer(lake, sql):
    """A question's answer: the names of its columns, and its rows."""
    told = lake.execute(translated(sql))
    return [column[0] for column in told.description], told.fetchall()
