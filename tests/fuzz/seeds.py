#!/usr/bin/env python3
"""seeds.py DIR: writes a corpus for every fuzz_* below DIR, from the documents of this tree.

Manifests are the ones shipped; samples, plans and summaries those of stored runs and of the tests'
canned runs, where there are any; records what the workload programs of this machine print.
"""
import glob
import os
import platform
import re
import subprocess
import sys

LIMIT = 16384  # longer seeds slow the fuzzer down without teaching it more


def seed(fuzzer, name, data):
    folder = os.path.join(sys.argv[1], fuzzer)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def name_of(path):
    return re.sub(r"\W", "_", path)


def documents(name):
    return glob.glob(f"results/*/{name}")[:8] + glob.glob(f"tests/**/{name}", recursive=True)[:8]


SAMPLE = (b'{"schema":"toll.sample/1","arm":"aa","cell":"matmul.blas.aarch64.user-aarch64","block":3,'
          b'"boot":0,"order":5,"status":"ok","reason":null,"host_wall_ns":812345678,'
          b'"guest_wall_ns":null,"startup_ns":41234567,"user_ns":790000000,"sys_ns":12000000,'
          b'"max_rss_kib":40212,"retries":1,"iter_wall_ns":[250123456,249876543],'
          b'"iter_cpu_ns":[249000000,248900000],"work":{"flop":113246208,"bytes":0.5},'
          b'"path":"armv8","digest":{"values":[249.467,-1e-300],"hash":"00ff"},"losses":[2.5,1],'
          b'"probe":{"cpus":[1]},"sentinel_ns":[5000000,5000001]}\n')
OTHER_LINES = (b'{"schema":"toll.boot/1","arm":"main","env":"vm-aarch64-tcg","block":1,"boot":1,'
               b'"status":"boot-failed","reason":"no hello","skew_ppm":-1.5,"vcpus":1}\n'
               b'{"schema":"toll.discard/1","block":1,"reason":"x"}\n'
               b'{"schema":"toll.session/1","wall_ns":10,"inside_ns":9}\n')
RECORD = (b'{"schema":"toll.record/1","workload":"matmul","main_ns":5,"iter_wall_ns":[7],'
          b'"iter_cpu_ns":[6],"work":{"flop":1},"digest":{"values":[1.5],"hash":"ab"}}')
RATIO = b'{"point":1.5,"ci95":[1.25,null],"blocks":6}'
MERGED = (b'{"schema":"toll.merged/1","id":"a","created":"b","size":"small","hosts":[{"label":"x86_64",'
          b'"fingerprint":"c","profile":"quick","machine":{"id":"d","arch":"x86_64"}},{"label":"aarch64-2",'
          b'"fingerprint":"e","profile":"full","missing":"2 of 2","machine":{"id":"f","arch":"aarch64"}}],'
          b'"sources":[{"run":"g","host":"aarch64-2"}],"cells":[{"host":"aarch64-2","run":"g",'
          b'"cell":"h","status":"ok","ran_on":"i","steady":{"mean_ns":1,"ci95":[null,2]},"cold":{},'
          b'"ratio":{"reference":"j","point":1,"ci95":[1,2],"sign_ci95":[1,2],"raw_ci95":[1,2],'
          b'"raw_point":1,"blocks":2,"target_met":true},"probe":{"k":1}}],"geomean":[{"host":"x86_64",'
          b'"env":"l","ratio":' + RATIO + b'}],"pairs":[{"host":"x86_64","workload":"","variant":"all",'
          b'"a":"m","b":"n","ratio":' + RATIO + b'}],"aa":[{"host":"x86_64","kind":"vm","ratio":' + RATIO +
          b'}],"factors":[{"host":"x86_64","workload":"o","variant":"p","layer_cost":' + RATIO +
          b',"isa_cost":' + RATIO + b'}],"commands":[{"host":"x86_64","env":"q"}],"boots":'
          b'[{"host":"x86_64","env":"r","hello_ns":1}],"clashes":[{"program":"s","run_a":"g","id_a":"",'
          b'"run_b":"t","id_b":"u","cells":3}]}')


def main():
    for path in glob.glob("workloads/*.json"):
        text = read(path)
        seed("fuzz_json", name_of(path), text)
        seed("fuzz_manifest", name_of(path), re.sub(rb'("name": )"[^"]*"', rb'\1"toy"', text, count=1))
    seed("fuzz_environments", "shipped", read("environments.json"))
    seed("fuzz_samples", "lines", SAMPLE + OTHER_LINES + SAMPLE)
    seed("fuzz_samples", "torn", SAMPLE + OTHER_LINES[:40])
    seed("fuzz_json", "sample", SAMPLE)
    for path in documents("samples.jsonl"):
        lines = read(path)[:LIMIT]
        seed("fuzz_samples", name_of(path), lines[:lines.rfind(b"\n") + 1])
    for name in ("plan.json", "host.json", "summary.json"):
        for path in documents(name):
            if os.path.getsize(path) <= 16 * LIMIT:
                seed("fuzz_document", name_of(path), read(path))
                seed("fuzz_json", name_of(path), read(path)[:LIMIT])
    seed("fuzz_document", "merged", MERGED)
    seed("fuzz_document", "empty", b'{"schema":"toll.plan/1","arms":[]}')
    seed("fuzz_record", "record", RECORD)
    for program in glob.glob(f"build/workloads/{platform.machine()}/*.portable"):
        try:
            done = subprocess.run([program, "--size", "small", "--iterations", "1", "--min-time", "0"],
                                  capture_output=True, timeout=10, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        seed("fuzz_record", name_of(program), done.stdout)
    for number, words in enumerate((
            "--blocks 3 --cpus 2 --cpu -1 --precision 0.05", "--env=user-* --name a-b --text short",
            "--budget 5m --kind full run -- --kind", "--help --budget=250ms", "--blokcs 3", "-h -x --")):
        seed("fuzz_field", f"words{number}", words.replace(" ", "\0").encode() + b"\0")


main()
