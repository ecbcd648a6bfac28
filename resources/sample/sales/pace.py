"""Spreads the work over a given time, so that the demonstration takes as long on every machine."""

import contextlib
import time


class Pace:
    def __init__(self, seconds):
        self._seconds = seconds
        self._start = time.monotonic()

    def elapsed(self):
        return time.monotonic() - self._start

    def reach(self, fraction):
        """Sleeps until that fraction of the whole time has passed."""
        self.wait(self._start + fraction * self._seconds - time.monotonic())

    def wait(self, seconds):
        if seconds > 0:
            time.sleep(seconds)

    @contextlib.contextmanager
    def phase(self, name, until):
        print(f"{self.elapsed():6.2f} s  {name} ...", flush=True)
        yield
        self.reach(until)
        print(f"{self.elapsed():6.2f} s  {name} done", flush=True)
