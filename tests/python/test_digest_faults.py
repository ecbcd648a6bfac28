"""Digests whose builders are killed, get no room, or come two at a time: no answer is wrong, nothing is left broken."""

import json
import random
import shutil
import signal
import time

RECORD = """
    import random
    events = int(sys.argv[1])
    chance = random.Random(1)
    heapprof.start(BASE, {})
    kept = [None] * 1000
    for _ in range(events // 2):
        kept[chance.randrange(1000)] = bytes(chance.randrange(600, 3000))
    heapprof.stop()
"""

ANSWERS = """
    import json
    r = heapprof.Reader(BASE)
    r.continueDigest()
    end = r.elapsedTime()
    plot = r.timePlot()
    print(json.dumps([[sorted(r.snapshotAt(end * i / 7).usage.items()) for i in range(8)], max(plot.totalUsage)]))
"""


def test_killed_builders(python, rounds):
    python.run(RECORD, "1000000")
    python.run("heapprof.Reader(BASE).makeDigest()")
    expected = python.run(ANSWERS)
    chance = random.Random(2)
    interrupted = 0
    for _ in range(rounds(8)):
        builder = python.start(
            python.write("""
                r = heapprof.Reader(BASE)
                print("begins", flush=True)
                r.makeDigest()
                print("ends", flush=True)
            """)
        )
        assert builder.stdout.readline() == "begins\n"
        time.sleep(chance.random() * 0.03)
        builder.kill()
        out, _ = builder.communicate()
        assert builder.returncode == -signal.SIGKILL or out == "ends\n"
        interrupted += out == ""
        assert python.run(ANSWERS) == expected
    assert interrupted > 0


def test_no_room_for_the_digest(python, smallDisk):
    python.run(RECORD, "40000")
    expected = python.run(ANSWERS)
    digest = (python.folder / "out.hpc").stat().st_size
    for name in ("out.hpm", "out.hpd"):
        shutil.copy(python.folder / name, smallDisk / name)
    base = {"BASE": str(smallDisk / "out"), "XDG_CACHE_HOME": str(smallDisk / "cache")}
    filler = smallDisk / "filler"
    for room in (0, digest // 2):
        usage = shutil.disk_usage(smallDisk)
        filler.write_bytes(bytes(usage.free - room // 4096 * 4096))
        assert python.run(ANSWERS, env=base) == expected
        filler.unlink()
    assert python.run(ANSWERS, env=base) == expected
    python.run("assert heapprof.Reader(BASE)._recording.complete()", env=base)


def test_builders_at_the_same_time(python, rounds):
    python.run(RECORD, "300000")
    expected = json.loads(python.run(ANSWERS))
    for _ in range(rounds(3)):
        (python.folder / "out.hpc").unlink()
        program = python.write(ANSWERS)
        builders = [python.start(program) for _ in range(4)]
        for builder in builders:
            out, err = builder.communicate(timeout=60)
            assert builder.returncode == 0, err
            assert json.loads(out) == expected
        python.run("assert heapprof.Reader(BASE)._recording.complete()")
