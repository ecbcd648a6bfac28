"""Readers that count the memory of some domains alone."""

import json

from native_unit import PRELUDE, compiled

PROGRAM = """
unit = lib(sys.argv[1])
heapprof.start(BASE, {}, native=True)
kept = bytearray(3_000_017)  #: python
block = unit.take(5_000_011)  #: native
area = unit.map(8 << 20)  #: mapped
heapprof.stop()
"""

READ = """
import io, json
PROGRAM, LINES = sys.argv[1], json.loads(sys.argv[2])
r = heapprof.read(BASE)
lines = {name: f"{PROGRAM}:{number}" for name, number in LINES.items()}

def state():
    at = r.snapshotAt(r.elapsedTime())
    stacks = io.StringIO()
    r.flameGraph(at, stacks)
    coarse = r.timePlot(lines)
    r.useSnapshots(timeInterval=0.001)
    fine, last = r.timePlot(lines), r.snapshots()[-1]
    r.useSnapshots()
    return {
        "totals": [
            at.totalUsage(),
            r.flowGraph(at).totalUsage,
            sum(int(text.rsplit(" ", 1)[1]) for text in stacks.getvalue().splitlines()),
            coarse.totalUsage[-1],
            fine.totalUsage[-1],
            last.totalUsage(),
        ],
        "lines": [dict(zip(plot.labels, [used[-1] for used in plot.lines])) for plot in (coarse, fine)],
    }

found = {"recorded": r.domains(), "all": state()}
for names in (["python"], ["native"], ["mapped"], ["native", "mapped"]):
    r.useDomains(*names)
    found["+".join(names)] = state()
r.useDomains()
found["again"] = state()
found["errors"] = []
for bad in ("heap", "", "Native"):
    try:
        r.useDomains(bad)
    except ValueError as error:
        found["errors"].append(str(error))
print(json.dumps(found))
"""

SIZES = {"python": 3_000_017, "native": 5_000_011, "mapped": 8 << 20}


def test_every_answer_is_of_the_domains_chosen(python):
    python.run(PRELUDE + PROGRAM, compiled(python.folder))
    program, lines = python.program, dict(python.lines)
    found = json.loads(python.run(READ, program, json.dumps(lines)))

    assert found["recorded"] == ["python", "native", "mapped", "shared"]
    assert found["again"] == found["all"]
    for names in ("python", "native", "mapped", "native+mapped", "all"):
        chosen = SIZES if names == "all" else names.split("+")
        total = found[names]["totals"][0]
        assert set(found[names]["totals"]) == {total}, names
        expected = sum(SIZES[name] for name in chosen)
        assert expected <= total < expected + 200_000, names
        for plot in found[names]["lines"]:
            for name, size in SIZES.items():
                used = plot[name]
                assert (size <= used < size + 100_000) if name in chosen else used < 100_000, (names, name)
    assert sum(found[name]["totals"][0] for name in SIZES) == found["all"]["totals"][0]
    assert len(found["errors"]) == 3 and all("python, native, mapped, shared" in error for error in found["errors"])


def test_a_capture_of_python_alone_says_so(python):
    found = python.run(
        """
        heapprof.start(BASE, {})
        kept = bytearray(3_000_017)
        heapprof.stop()
        r = heapprof.read(BASE)
        print(r.domains())
        r.useDomains("python")
        print(r.snapshotAt(r.elapsedTime()).totalUsage() > 3_000_000)
        try:
            r.useDomains("native")
        except ValueError as error:
            print(error)
        """
    )
    assert found.splitlines() == ["['python']", "True", "this capture holds memory of python; not of 'native'"]
