#!/usr/bin/env python3
"""tables.py [--check] FILE: fills the tables of keys in SCHEMA.md from results/*.schema.json.

A table stands between `<!-- keys of NAME PATH -->` and `<!-- end -->`: NAME is the schema's, PATH
leads to an object's schema in it, by member names; `[]` is an array's element, a number an
alternative. With --check nothing is written; the exit code is 1 when something would change.
"""
import json
import re
import sys

MARK = re.compile(r"(<!-- keys of (\w+)((?: \S+)*) -->\n).*?(<!-- end -->)", re.DOTALL)


def walk(schema, path):
    for step in path:
        if step == "[]":
            schema = schema["items"]
        elif step.isdigit():
            schema = schema["oneOf"][int(step)]
        else:
            schema = schema["properties"][step]
    return schema


def type_of(member):
    if "const" in member:
        return f"`\"{member['const']}\"`"
    if "enum" in member:
        return " ".join(f"`{value}`" for value in member["enum"])
    types = member.get("type", "any")
    text = " or ".join(types) if isinstance(types, list) else types
    if text == "array" and "items" in member:
        text = f"array of {type_of(member['items'])}"
    if "minimum" in member and "maximum" in member:
        text += f", {member['minimum']:.15g} to {member['maximum']:.15g}"
    return text


def table(schema):
    rows = ["| key | type | meaning |", "| --- | --- | --- |"]
    for key, member in schema["properties"].items():
        needed = "" if key in schema.get("required", []) else " (optional)"
        meaning = member.get("description", "")
        if not meaning and "const" in member:
            meaning = "which document this is, and which version of it"
        rows.append(f"| `{key}`{needed} | {type_of(member)} | {meaning} |")
    return "\n".join(rows) + "\n"


def filled(text):
    def fill(match):
        with open(f"results/{match.group(2)}.schema.json", encoding="utf-8") as file:
            return match.group(1) + table(walk(json.load(file), match.group(3).split())) + match.group(4)
    return MARK.sub(fill, text)


def main():
    check = "--check" in sys.argv
    path = sys.argv[-1]
    with open(path, encoding="utf-8") as file:
        old = file.read()
    new = filled(old)
    if not check and new != old:
        with open(path, "w", encoding="utf-8") as file:
            file.write(new)
    return int(check and new != old)


if __name__ == "__main__":
    sys.exit(main())
