#!/usr/bin/env python3
"""How much of resident memory Reader.composition() explains, in programs of several kinds.

Usage: composition.py [PYTHON], an interpreter that can import heapprof, pandas, pyarrow and flask; programs whose
packages it has not are left out. Explained is what is neither "unexplained" nor "not in RAM", of which the amount
counts. Prints it at the greatest reading of resident memory, and at 40 instants the middle and the least.
"""

import os
import statistics
import subprocess
import sys
import tempfile

PROGRAMS = {
    "pandas: frames, groups, joins": """
import numpy as np, pandas as pd
rng = np.random.default_rng(1)
kept = []
for turn in range(4):
    n = 400_000
    frame = pd.DataFrame({"key": rng.integers(0, 50_000, n), "value": rng.random(n),
                          "name": rng.integers(0, 1000, n).astype(str)})
    groups = frame.groupby("key").agg({"value": ["mean", "sum", "count"]})
    joined = frame.merge(groups["value"], left_on="key", right_index=True)
    kept.append(joined.sort_values("mean").head(100_000))
    del frame, groups
total = pd.concat(kept)
print(len(total), total.memory_usage(deep=True).sum())
""",
    "flask: a service with a cache": """
import json, threading, urllib.request
from flask import Flask, request
from werkzeug.serving import make_server
app, cache = Flask(__name__), {}
@app.post("/item/<key>")
def put(key):
    cache[key] = request.get_json()
    return {"items": len(cache)}
@app.get("/all")
def everything():
    return json.dumps(cache)
server = make_server("127.0.0.1", 0, app, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.port}"
def client(first):
    for i in range(first, first + 400):
        body = json.dumps({"id": i, "rows": [{"a": j, "b": str(j) * 5} for j in range(60)]}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{base}/item/{i}", body, {"Content-Type": "application/json"})).read()
        if i % 100 == 0: urllib.request.urlopen(f"{base}/all").read()
clients = [threading.Thread(target=client, args=(k * 400,)) for k in range(8)]
import logging; logging.getLogger("werkzeug").setLevel(logging.ERROR)
for each in clients: each.start()
for each in clients: each.join()
server.shutdown()
""",
    "json and dicts": """
import json, time
rows = [{"id": i, "name": "n%d" % i, "tags": [str(j) for j in range(i % 7)], "v": i * 1.5} for i in range(250_000)]
text = json.dumps(rows)
back = json.loads(text)
time.sleep(0.3)
del rows
index = {row["name"]: row for row in back[::3]}
del back, text
time.sleep(0.5)
again = [json.loads(json.dumps(row)) for row in index.values()]
""",
    "32 threads: compress, search": """
import concurrent.futures, json, random, re, zlib
words = [str(random.random()) for _ in range(5000)]
def work(number):
    r = random.Random(number)
    text = " ".join(r.choices(words, k=40_000)).encode()
    packed = zlib.compress(text, 6)
    found = re.findall(rb"0\\.1[0-9]+", zlib.decompress(packed))
    return packed, [each.decode() for each in found[:2000]]
kept = []
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    for packed, found in pool.map(work, range(160)):
        kept.append((packed, found))
""",
    "sqlite and pyarrow": """
import sqlite3, pyarrow as pa, pyarrow.parquet as pq, pyarrow.compute as pc, io
db = sqlite3.connect(":memory:")
db.execute("create table t(id integer primary key, name text, value real)")
db.executemany("insert into t values(?,?,?)", ((i, "name %d" % (i % 1000), i * 0.5) for i in range(600_000)))
db.execute("create index n on t(name)")
rows = db.execute("select * from t").fetchall()
table = pa.table({"id": [r[0] for r in rows], "name": [r[1] for r in rows], "value": [r[2] for r in rows]})
del rows
out = io.BytesIO()
pq.write_table(table, out)
tables = [pq.read_table(io.BytesIO(out.getvalue())) for _ in range(4)]
joined = pa.concat_tables(tables).group_by("name").aggregate([("value", "sum")])
""",
}

ASK = """
import json, sys, heapprof, warnings
warnings.simplefilter("ignore")
r = heapprof.read(sys.argv[1])
def explained(time):
    c = r.composition(time)
    assert sum(c.parts.values()) == c.resident
    return 1 - (c.parts["unexplained"] - c.parts["not in RAM"]) / c.resident
peak = max(r.resident(), key=lambda each: each.bytes + each.ofProfiler)
c = r.composition(peak.time)
end = r.elapsedTime()
print(json.dumps([c.resident, explained(peak.time), [explained(end * (i + 0.5) / 40) for i in range(40)], c.parts,
                  len(r.residentKinds())]))
"""


def main() -> None:
    import json

    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    for name, text in PROGRAMS.items():
        for options in [], ["--native"]:
            with tempfile.TemporaryDirectory() as folder:
                program, out = os.path.join(folder, "program.py"), os.path.join(folder, "out")
                with open(program, "w") as file:
                    file.write(text)
                command = [python, "-m", "heapprof", "-q", *options, "-o", out, program]
                run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                if run.returncode != 0:
                    print(f"{name}: {run.stderr.strip().splitlines()[-1]}")
                    break
                asked = subprocess.run([python, "-c", ASK, out], check=True, capture_output=True, text=True).stdout
            resident, atPeak, over, parts, _ = json.loads(asked)
            largest = sorted(parts.items(), key=lambda item: -abs(item[1]))[:5]
            print(
                f"{name} {' '.join(options) or '-'}: peak {resident / 2**20:.0f} MiB, explained {atPeak:.1%};"
                f" middle {statistics.median(over):.1%}, least {min(over):.1%}; "
                + ", ".join(f"{part} {amount / 2**20:.0f}" for part, amount in largest)
            )


if __name__ == "__main__":
    main()
