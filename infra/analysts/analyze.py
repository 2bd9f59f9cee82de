"""`cargo xtask analyze`: what the event stream says, as tables."""

import argparse
import shutil
import sys
from pathlib import Path

import lake


def main():
    """Stores the events that come in, and answers."""
    parser = argparse.ArgumentParser(prog="cargo xtask analyze", description=__doc__)
    parser.add_argument("--out", type=Path, help="where the Parquet files go; made anew")
    parser.add_argument("--query", help="answers this one only")
    parser.add_argument("--list", action="store_true", help="lists the questions")
    options = parser.parse_args()
    queries = lake.texts("queries")
    if options.list:
        for name, sql in queries.items():
            print(f"{name:18} {question(sql)}")
        return 0
    if options.query and options.query not in queries:
        print(f"error: there is no query {options.query}; `cargo xtask analyze --list` names them", file=sys.stderr)
        return 1
    shutil.rmtree(options.out, ignore_errors=True)
    count, strange = lake.store(sys.stdin, options.out)
    for line in strange[:5]:
        print(f"no event: {line.rstrip()[:120]!r}", file=sys.stderr)
    if not count:
        print("error: there are no events yet; meet somebody at the page first", file=sys.stderr)
        return 1
    print(f"{count} events, {len(strange)} lines that are none; Parquet in {options.out}")
    opened = lake.opened(options.out)
    if not opened.execute("SELECT count(*) FROM recent").fetchone()[0]:
        print("none of them is of the last 30 days, which is what the view `recent` shows", file=sys.stderr)
    for name, sql in queries.items():
        if options.query in (None, name):
            print(f"\n{name}: {question(sql)}\n")
            print(table(*lake.answer(opened, sql)))
    return 0


def question(sql):
    """What a query answers: its first line."""
    return sql.splitlines()[0].removeprefix("-- ")


def table(names, rows):
    """Rows for people; numbers stand at the right."""
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    numeric = [any(isinstance(row[at], int | float) for row in rows) for at in range(len(names))]
    lines = [names, ["-" * width for width in widths], *cells]
    padded = (
        "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(line, widths, numeric, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


if __name__ == "__main__":
    sys.exit(main())
