#!/usr/bin/env python3
"""connect_records.py NAME=RUN NAME=RUN...

Compares the records of runs that did the same through different connections to libvirt, field by
field, with those of the first. Prints a line a field that is not as it should be, and a table of
the boots behind it. The exit code is 1 when a field differs.
"""
import json
import pathlib
import sys

# What a run decides or measures anew; every other field must be the same.
MEASURED = {
    "boot": {"create_ns", "hello_ns", "skew_ppm"},
    "sample": {"host_wall_ns", "host_cpu_ns", "guest_wall_ns", "startup_ns", "user_ns", "sys_ns",
               "max_rss_kib", "iter_wall_ns", "iter_cpu_ns", "sentinel_ns", "retries", "order", "clock_error_ns",
               "steal_ns", "load1", "cpu_khz", "throttles", "suspended_ns"},
    "plan": {"run", "created", "connect", "arms"},
    "host": {"load1"},
}
# What another machine says of itself; null on this one.
THEIRS = {"boot": {"ran_on"}}
# What cannot be read back from another machine, and is null then.
LOCAL = {"boot": {"threads"}, "sample": {"host_cpu_ns"}}


def is_remote(plan):
    """The URI that VMs were run through names a host."""
    return plan["connect"] is not None and "://" in plan["connect"].replace(":///", "")


def read(folder):
    """Name of a record -> its fields: plan, host, and each boot and sample of the block asked for.
    For one that the host spoils there is one more."""
    records = {name: json.loads((folder / f"{name}.json").read_text()) for name in ("plan", "host")}
    for line in (folder / "samples.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record.get("block", 1) > 1:
            continue
        kind = record["schema"].split(".")[1].split("/")[0]
        if kind == "boot":
            records[f"boot {record['env']} {record['block']}"] = record
        elif kind == "sample":
            records[f"sample {record['cell']} {record['arm']} {record['block']}"] = record
    return records


def form(value):
    """Number, text, nothing: what a measured value must agree in."""
    if isinstance(value, list):
        return ["list", form(value[0]) if value else None]
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def compare(name, record, want, got, remote):
    """The fields that are not as they should be, and how many were compared."""
    wrong = [f"{record}: only one of the two has '{key}'" for key in want.keys() ^ got.keys()]
    for key in want.keys() & got.keys():
        if remote and got[key] is None and key in LOCAL.get(record.split()[0], ()):
            continue
        if key in MEASURED.get(record.split()[0], ()):
            if form(want[key]) != form(got[key]) and key != "connect":
                wrong.append(f"{record}: '{key}' is {form(got[key])}, not {form(want[key])}")
        elif remote and key in THEIRS.get(record.split()[0], ()):
            if want[key] is not None or not isinstance(got[key], str):
                wrong.append(f"{record}: '{key}' is {got[key]!r} there and {want[key]!r} here")
        elif want[key] != got[key]:
            wrong.append(f"{record}: '{key}' is {got[key]!r}, not {want[key]!r}")
    return [f"{name}: {line}" for line in wrong], len(want.keys() & got.keys())


def main():
    runs = {}
    for argument in sys.argv[1:]:
        name, folder = argument.split("=", 1)
        runs[name] = read(pathlib.Path(folder))
    first = next(iter(runs.values()))
    wrong, compared = [], 0
    for name, records in runs.items():
        wrong += [f"{name}: only one of the two has the record '{key}'"
                  for key in records.keys() ^ first.keys()]
        for key in first.keys() & records.keys():
            lines, n = compare(name, key, first[key], records[key],
                               is_remote(records["plan"]))
            wrong += lines
            compared += n
    print(f"{compared} fields of {len(first)} records a run compared, {len(wrong)} differ")
    print("\n".join(wrong))
    for name, records in runs.items():
        for key, boot in records.items():
            if key.startswith("boot "):
                print(f"{name:10} {key:24} create {boot['create_ns'] / 1e9:6.3f} s"
                      f"  hello {boot['hello_ns'] / 1e9:6.3f} s")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
