"""start(), stop() and isProfiling() as Python sees them."""

from __future__ import annotations


def test_errors_say_what_is_wrong(python):
    python.run("""
        import pathlib, errno
        def fails(kind, *words, call=None, **arguments):
            try:
                call() if call else heapprof.start(BASE, **arguments)
            except kind as error:
                text = str(error)
                assert type(error) is kind, repr(error)
                for word in words: assert word in text, (word, text)
            else:
                raise AssertionError(arguments)
            assert not heapprof.isProfiling()
        rate = lambda kind, value, *words: fails(kind, *words, samplingRate=value)
        for value in ("x", b"x", [(1, 1.0), (1, 0.5)], {1, 2}, (1, 2), True, object(), 1j, "{}"):
            rate(TypeError, value, "samplingRate", repr(value)[:60])
        for value in (0, -1, 0.5, float("nan"), float("inf"), -float("inf"), 10**16, 10**5000):
            rate(ValueError, value, "samplingRate")
        for value in ({"a": 1}, {1.0: 1}, {True: 0.5}, {None: 1}, {1: "x"}, {1: None}, {1: True}, {1: [1]}, {(1,): 1}):
            rate(TypeError, value, "samplingRate entry " + repr(value))
        for value in ({0: 1}, {-5: 1}, {1: -0.1}, {1: 1.1}, {1: float("nan")}, {1: float("inf")}, {2**63: 1}):
            rate(ValueError, value, "samplingRate entry " + repr(value))
        rate(ValueError, {10**5000: 1}, "16610 bits")
        rate(ValueError, {1: 10**5000}, "16610 bits")
        rate(ValueError, {i: 0.5 for i in range(1, 70)}, "69 ranges", "64")
        class Bad:
            def __repr__(self): raise RuntimeError
        rate(TypeError, {1: Bad()}, "a Bad")
        path = lambda kind, value, *words: fails(kind, *words, call=lambda: heapprof.start(value))
        path(FileNotFoundError, "/no/such/folder/out", "/no/such/folder/out.hpm")
        path(NotADirectoryError, "/dev/null/out", "/dev/null/out.hpm")
        path(IsADirectoryError, os.path.dirname(BASE) + "/")
        path(IsADirectoryError, "")
        os.mkdir(BASE + "dir.hpd")
        path(IsADirectoryError, BASE + "dir", "dir.hpd")
        assert not os.path.exists(BASE + "dir.hpm")
        path(ValueError, "a\\0b", "null")
        for value in (None, 5, object(), ["x"]): path(TypeError, value)
        path(OSError, "x" * 5000)
        if os.getuid() == 0:  # /proc refuses root, too
            try: heapprof.start("/proc/self/out")
            except OSError as error: assert error.filename == "/proc/self/out.hpm"
        fails(TypeError, call=lambda: heapprof.start())
        assert os.listdir(os.path.dirname(BASE)).count("out.hpm") == 0
    """)


def test_no_permission(python):
    python.run("""
        folder = os.path.dirname(BASE) + "/closed"
        os.mkdir(folder, 0o500)
        if os.getuid() == 0: os.setuid(65534)
        try:
            heapprof.start(folder + "/out")
        except PermissionError as error:
            assert error.filename == folder + "/out.hpm"
        else:
            raise AssertionError
    """)


def test_starting_twice(python):
    python.run("""
        heapprof.start(BASE, {})
        try: heapprof.start(BASE + "2")
        except RuntimeError as error: assert "already" in str(error) and "stop()" in str(error)
        else: raise AssertionError
        assert heapprof.isProfiling() is True and not os.path.exists(BASE + "2.hpm")
        kept = bytes(300_000)
        assert heapprof.stop() is None and heapprof.stop() is None
        assert heapprof.isProfiling() is False
    """)
    assert 300_033 in {e.size for e in python.read().live().values()}


def test_what_the_files_say_about_the_program(python):
    python.run(
        """
        import pathlib
        heapprof.start(pathlib.Path(BASE))
        heapprof.stop()
        assert heapprof.DEFAULT_SAMPLING_RATE == 65536 and heapprof.__version__
    """,
        "eins",
        "zwei ü",
    )
    capture = python.read()
    assert capture.sampling == [(1, 0, 65536.0)]
    assert capture.process["argv"] == [python.program, "eins", "zwei ü"]
    assert capture.process["executable"] == python.python and capture.process["cwd"] == str(python.folder)
    assert capture.process["version"].startswith("%d.%d." % python.version)


def test_rates_as_stored(python):
    python.run("""
        class Int(int): pass
        for name, rate in {"a": 1, "b": 1e15, "c": {8192: 0.1, 128: 1e-4}, "d": Int(70_000), "e": {5: 0, 6: 1}}.items():
            heapprof.start(BASE + name, rate); heapprof.stop()
    """)
    stored = [python.read(python.filebase + name).sampling for name in "abcde"]
    assert stored == [
        [(1, 0, 1.0)],
        [(1, 0, 1e15)],
        [(2, 0, [(128, 1e-4), (8192, 0.1)])],
        [(1, 0, 70_000.0)],
        [(2, 0, [(5, 0.0), (6, 1.0)])],
    ]
