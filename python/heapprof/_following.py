"""Interpreters that a recorded program starts - by subprocess, exec or multiprocessing - record too.

They learn of it from the environment: HEAPPROF_FOLLOW says what is recorded and where, and PYTHONPATH begins with the
folder ``follow``, whose sitecustomize calls resume().
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Optional

from . import _heapprof, _start

_VARIABLE = "HEAPPROF_FOLLOW"
_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "follow")


def prepare(
    filebase: str,
    samplingRate: Any,
    native: bool,
    maxBytes: Optional[int],
    maxTraces: Optional[int],
    residentEvery: Optional[float],
) -> None:
    """Lets the interpreters that this process starts from now on record to captures beside ``filebase``."""
    plan = {
        "filebase": os.path.abspath(filebase),
        # A list: the keys of a JSON object are texts.
        "maxBytes": maxBytes,
        "maxTraces": maxTraces,
        "native": native,
        "residentEvery": residentEvery,
        "samplingRate": list(samplingRate.items()) if isinstance(samplingRate, dict) else samplingRate,
    }
    _publish(plan)
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = _FOLDER + (os.pathsep + path if path else "")


def forget() -> None:
    """Interpreters that this process starts from now on do not record."""
    os.environ.pop(_VARIABLE, None)


def resume() -> None:
    """In an interpreter started by a recorded process: records as that one does."""
    plan = json.loads(os.environ[_VARIABLE])
    rate = plan["samplingRate"]
    ancestor = bytes.fromhex(plan["uuid"]), plan["pid"]
    rate = dict(rate) if isinstance(rate, list) else rate
    limits = plan["maxBytes"], plan["maxTraces"]
    _start(plan["filebase"], rate, plan["native"], True, *limits, plan["residentEvery"], ancestor, plan["watcher"])
    _publish(plan)


def _publish(plan: Dict[str, Any]) -> None:
    plan.update(uuid=_heapprof.identity().hex(), pid=os.getpid(), watcher=_heapprof.watcher())
    os.environ[_VARIABLE] = json.dumps(plan)
