"""A second reader of captures, written from core/capture/FORMAT.md alone: what the recorder writes is checked by it.

It is strict where a real reader is lenient: anything the format does not allow is an assertion that fails. Only the end
of a file whose writer was killed may be open. Slow, and meant to be: every rule stands where it is used.
"""

from __future__ import annotations

import math
import os
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

HEADER = struct.Struct("<8sII16sIIQQQ")
BLOCK = struct.Struct("<IHHIIQqqQqqqQQQ")
EVENTS_MAGIC = b"\x89HPD\r\n\x1a\n"
METADATA_MAGIC = b"\x89HPM\r\n\x1a\n"


class Frame(NamedTuple):
    file: str
    name: str
    line: int
    firstLine: int


class Trace(NamedTuple):
    thread: int
    domain: int
    frames: Tuple[Frame, ...]  # outermost first


class Event(NamedTuple):
    kind: str  # "alloc", "free", "lost"
    time: int
    trace: int
    size: int
    ordinal: int


class Mark(NamedTuple):
    kind: int  # 0 instant, 1 begin, 2 end, 3 pause, 4 resume, 5 switch of the sampling rule
    time: int
    text: str
    thread: int
    position: int  # events before it


class Block(NamedTuple):
    sealed: bool
    payload: bytes
    sequence: int
    rows: int
    firstTime: int
    lastTime: int
    fields: Tuple[int, int, int, int, int]  # from offset 40 on


@dataclass
class Capture:
    traces: Dict[int, Trace] = field(default_factory=dict)
    threads: Dict[int, Tuple[int, str]] = field(default_factory=dict)
    uuid: bytes = b""
    continues: Optional[Tuple[bytes, int]] = None
    elsewhere: str = ""
    firstEvents: Dict[int, int] = field(default_factory=dict)  # of threads
    marks: List[Mark] = field(default_factory=list)
    resident: List[Tuple[int, int, int]] = field(default_factory=list)  # time, bytes, of the profiler
    kinds: List[Optional[Tuple[int, int]]] = field(default_factory=list)  # of each: file-backed, shared
    memory: List[Tuple[int, int, int]] = field(default_factory=list)  # time, part, bytes
    residentPeak: int = 0
    collections: List[Tuple[int, int, int]] = field(default_factory=list)
    texts: List[str] = field(default_factory=list)
    labels: Dict[int, Dict[str, str]] = field(default_factory=dict)  # of traces that have some
    sources: Dict[str, str] = field(default_factory=dict)  # of code without a file
    process: Optional[dict] = None
    ancestor: Optional[Tuple[bytes, int]] = None
    sampling: List[tuple] = field(default_factory=list)
    rules: List[tuple] = field(default_factory=list)  # switches: first trace, time, mode, numbers
    domains: int = 1  # a set of bits
    resolution: int = 4000  # of the events' times
    end: Optional[Tuple[int, int]] = None
    events: List[Event] = field(default_factory=list)
    nodes: int = 0
    functions: int = 0
    strings: int = 0
    bytesPerEvent: float = 0
    openBlocks: int = 0

    def ruleOf(self, trace: int) -> tuple:
        """The mode and numbers of the rule by which blocks of the trace were chosen."""
        mode, _, rule = self.sampling[0]
        for first, _, *later in self.rules:
            if trace >= first:
                mode, rule = later
        return mode, rule

    def probability(self, size: int, trace: int = 0) -> float:
        mode, rule = self.ruleOf(trace)
        if mode == 0:
            return 1
        if mode == 1:
            return -math.expm1(-size / rule)
        return next((p for bound, p in rule if size < bound), 1)

    def live(self, until: Optional[int] = None) -> Dict[int, Event]:
        """The allocations alive after the first `until` events, by ordinal."""
        alive: Dict[int, Event] = {}
        for event in self.events[:until]:
            if event.kind == "alloc":
                alive[event.ordinal] = event
            elif event.kind == "free":
                born = alive.pop(event.ordinal)
                assert (born.trace, born.size) == (event.trace, event.size), (born, event)
        return alive

    def liveByLine(self, file: str, until: Optional[int] = None) -> Counter:
        """Bytes alive by line of `file`, counting the innermost frame that lies in it."""
        result: Counter = Counter()
        for event in self.live(until).values():
            for frame in reversed(self.traces[event.trace].frames):
                if frame.file == file:
                    result[frame.line] += event.size
                    break
        return result


def read(filebase: str, hashes: bool = True) -> Capture:
    capture = Capture()
    with open(filebase + ".hpd", "rb") as file:
        log = file.read()  # first: what it names is in the metadata by then
    with open(filebase + ".hpm", "rb") as file:
        metadata = file.read()
    assert log[16:32] == metadata[16:32], "the files belong together"
    capture.uuid = log[16:32]
    _metadata(capture, metadata, hashes)
    length = _events(capture, log, hashes)
    capture.bytesPerEvent = length / max(1, len(capture.events))
    return capture


def _xxh3(data: bytes) -> Optional[int]:
    try:
        import xxhash
    except ImportError:
        return None
    return xxhash.xxh3_64_intdigest(data)


def _checkHash(data: bytes, expected: int, enabled: bool) -> None:
    if enabled:
        found = _xxh3(data)
        assert found is None or found == expected, "hash"


def _blocks(data: bytes, magic: bytes, hashes: bool) -> Iterator[Block]:
    found, version, length, _, tick, flags, _, _, headerHash = HEADER.unpack_from(data)
    assert (found, version, length, tick, flags) == (magic, 2, 64, 1000, 0)
    _checkHash(data[:56], headerHash, hashes)
    offset, sequence = 64, 0
    while offset + BLOCK.size <= len(data):
        header = BLOCK.unpack_from(data, offset)
        if header[0] == 0:
            break
        assert header[0] == 0x4B4C4250 and header[1] == BLOCK.size, hex(offset)
        sealed, size, rows = bool(header[2] & 1), header[3], header[4]
        assert header[5] == sequence
        start = offset + BLOCK.size
        if sealed:
            assert BLOCK.size + size <= 65536
            payload = data[start : start + size]
            assert len(payload) == size
            _checkHash(payload, header[13], hashes)
            _checkHash(data[offset : offset + 88], header[14], hashes)
        else:
            payload = data[start : offset + 65536]
        yield Block(sealed, payload, sequence, rows, header[6], header[7], header[8:13])
        if not sealed:
            return
        offset = (start + size + 63) // 64 * 64
        sequence += 1
    assert not any(data[offset:]), "nothing but zeros may follow the last block"


def _varint(data: bytes, at: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        assert shift < 70


def _varints(data: bytes, at: int, count: int) -> Tuple[List[int], int]:
    values = []
    for _ in range(count):
        value, at = _varint(data, at)
        values.append(value)
    return values, at


def _text(data: bytes, at: int) -> Tuple[str, int]:
    size, at = _varint(data, at)
    assert at + size <= len(data)
    return data[at : at + size].decode("utf-8", "surrogatepass"), at + size


def _rule(data: bytes, at: int, mode: int) -> object:
    rule: object = None
    assert mode in (0, 1, 2)
    if mode == 1:
        (rule,) = struct.unpack_from("<d", data, at)
        at += 8
    elif mode == 2:
        count, at = _varint(data, at)
        rule = [struct.unpack_from("<Qd", data, at + 16 * i) for i in range(count)]
        at += 16 * count
    assert at == len(data)
    return rule


def _metadata(capture: Capture, data: bytes, hashes: bool) -> None:
    strings: List[str] = [""]
    functions: List[Tuple[int, int, int]] = [(0, 0, 0)]
    labelSets: List[Dict[str, str]] = [{}]
    nodes: List[Tuple[int, Optional[Frame]]] = [(0, None)]
    traces: List[Tuple[int, int, int]] = [(0, 0, 0)]

    def define(payload: bytes, at: int) -> int:
        parent, at = _varint(payload, at)
        count, at = _varint(payload, at)
        assert parent < len(nodes)
        for _ in range(count):
            function, at = _varint(payload, at)
            line, at = _varint(payload, at)
            assert 0 < function < len(functions)
            file, name, first = functions[function]
            nodes.append((parent, Frame(strings[file], strings[name], line, first)))
            parent = len(nodes) - 1
        assert at == len(payload)
        return parent

    for block in _blocks(data, METADATA_MAGIC, hashes):
        assert block.fields == (len(traces), len(strings), len(functions), len(nodes), 0)
        assert (block.firstTime, block.lastTime) == (0, 0)
        capture.openBlocks += not block.sealed
        at = records = 0
        while at < len(block.payload) and block.payload[at]:
            kind = block.payload[at]
            size, start = _varint(block.payload, at + 1)
            assert size <= 60000
            payload = block.payload[start : start + size]
            assert len(payload) == size
            at = start + size
            records += 1
            if kind == 1:
                strings.append(payload.decode("utf-8", "surrogatepass"))
            elif kind == 2:
                file, p = _varint(payload, 0)
                name, p = _varint(payload, p)
                line, p = _varint(payload, p)
                assert p == len(payload) and file < len(strings) and name < len(strings)
                functions.append((file, name, line))
            elif kind == 3:
                thread, p = _varint(payload, 0)
                domain, p = _varint(payload, p)
                traces.append((thread, domain, define(payload, p)))
            elif kind == 4:
                pid, p = _varint(payload, 0)
                parentPid, p = _varint(payload, p)
                texts = []
                for _ in range(4):
                    text, p = _text(payload, p)
                    texts.append(text)
                count, p = _varint(payload, p)
                arguments = []
                for _ in range(count):
                    text, p = _text(payload, p)
                    arguments.append(text)
                assert p == len(payload)
                capture.process = {
                    "pid": pid,
                    "parentPid": parentPid,
                    "executable": texts[0],
                    "version": texts[1],
                    "host": texts[2],
                    "cwd": texts[3],
                    "argv": arguments,
                }
            elif kind == 5:
                number, p = _varint(payload, 0)
                native, p = _varint(payload, p)
                name_, p = _text(payload, p)
                first, p = _varint(payload, p)
                assert p == len(payload)
                assert number not in capture.threads or (native, first) == (
                    capture.threads[number][0],
                    capture.firstEvents[number],
                )
                capture.threads[number] = (native, name_)
                capture.firstEvents[number] = first
            elif kind == 6:
                mode, p = _varint(payload, 0)
                ordinal, p = _varint(payload, p)
                assert ordinal == 0 and not capture.sampling
                capture.sampling.append((mode, ordinal, _rule(payload, p, mode)))
            elif kind == 8:
                time, p = _varint(payload, 0)
                reason, p = _varint(payload, p)
                assert p == len(payload)
                capture.end = (time, reason)
            elif kind == 9:
                define(payload, 0)
            elif kind == 10:
                capture.domains, p = _varint(payload, 0)
                assert p == len(payload) and capture.domains & ~15 == 0
            elif kind == 12:
                capture.resolution, p = _varint(payload, 0)
                assert p == len(payload) and capture.resolution > 0
            elif kind == 11:
                pid, p = _varint(payload, 16)
                assert p == len(payload) and capture.ancestor is None
                capture.ancestor = (payload[:16], pid)
            elif kind == 13:
                file, p = _varint(payload, 0)
                name = strings[file]
                capture.sources[name] = capture.sources.get(name, "") + payload[p:].decode()
            elif kind == 14:
                number, p = _varint(payload, 0)
                count, p = _varint(payload, p)
                numbers, p = _varints(payload, p, 2 * count)
                assert p == len(payload) and number == len(labelSets) and count > 0
                labelSets.append({strings[name]: strings[value] for name, value in zip(numbers[::2], numbers[1::2])})
                assert len(labelSets[-1]) == count
            elif kind == 15:
                (trace, number), p = _varints(payload, 0, 2)
                assert p == len(payload) and 0 < trace < len(traces) and trace not in capture.labels
                capture.labels[trace] = labelSets[number]
            elif kind == 16:
                before, p = _varint(payload, 16)
                assert p == len(payload) and (not capture.continues or capture.continues[0] == payload[:16])
                later = before - (capture.continues[1] if capture.continues else 0)
                assert later > 0
                capture.firstEvents = {each: max(first - later, 0) for each, first in capture.firstEvents.items()}
                capture.rules = [(first, max(time - later, 0), *rule) for first, time, *rule in capture.rules]
                capture.continues = (payload[:16], before)
            elif kind == 18:
                assert not capture.elsewhere and payload.startswith(b"/")
                capture.elsewhere = os.fsdecode(payload)
            elif kind == 17:
                (first, time, mode), p = _varints(payload, 0, 3)
                assert first == len(traces)
                capture.rules.append((first, time, mode, _rule(payload, p, mode)))
            else:
                raise AssertionError(f"record of type {kind}")
        if block.sealed:
            assert at == len(block.payload) and records == block.rows
        else:
            assert not any(block.payload[at:]) or at < len(block.payload)

    capture.texts = strings
    stacks: Dict[int, Tuple[Frame, ...]] = {}

    def stack(node: int) -> Tuple[Frame, ...]:
        path = []
        while node and node not in stacks:
            path.append(node)
            node = nodes[node][0]
        if not path:
            return stacks.get(node, ())
        base = stacks.get(node, ())
        frames = list(base)
        for member in reversed(path):
            frames.append(nodes[member][1])
        stacks[path[0]] = tuple(frames)
        return stacks[path[0]]

    for number, (thread, domain, node) in enumerate(traces[1:], 1):
        assert thread in capture.threads and capture.domains >> domain & 1
        capture.traces[number] = Trace(thread, domain, stack(node))
    assert (
        len(
            {
                (t.thread, t.domain, str(capture.labels.get(number)), str(capture.ruleOf(number)), node)
                for (number, t), (_, _, node) in zip(capture.traces.items(), traces[1:])
            }
        )
        == len(traces) - 1
    )
    capture.nodes, capture.functions, capture.strings = len(nodes) - 1, len(functions) - 1, len(strings) - 1


def _events(capture: Capture, data: bytes, hashes: bool) -> int:
    alive: Dict[int, Tuple[int, int]] = {}
    ordinal = time = length = 0
    live = 0.0

    def whole(value: float) -> float:
        return value

    for block in _blocks(data, EVENTS_MAGIC, hashes):
        capture.openBlocks += not block.sealed
        payload = block.payload
        trace = size = at = rows = 0
        assert block.firstTime >= time
        time = block.firstTime
        firstOrdinal, liveAtStart, liveMin, liveMax, blocksAtStart = block.fields
        assert firstOrdinal == ordinal and blocksAtStart == len(alive)
        tolerance = 1 + 1e-6 * abs(live) + 1e-4 * len(alive)
        assert abs(liveAtStart - live) <= tolerance, (liveAtStart, live)
        least = greatest = live

        def number(count: int) -> int:
            nonlocal at
            value = int.from_bytes(payload[at : at + count], "little")
            assert at + count <= len(payload)
            at += count
            return value

        def allocate(what: int, bytes_: int) -> None:
            nonlocal ordinal, live, greatest
            assert what in capture.traces, what
            alive[ordinal] = (what, bytes_)
            capture.events.append(Event("alloc", time, what, bytes_, ordinal))
            ordinal += 1
            live += bytes_ / capture.probability(bytes_, what)
            greatest = max(greatest, live)

        def free(distance: int, expected: Optional[Tuple[int, int]]) -> None:
            nonlocal live, least
            born = ordinal - 1 - distance
            what, bytes_ = alive.pop(born)  # KeyError: freed twice, or never allocated
            assert expected is None or expected == (what, bytes_)
            assert (expected is None) == (born >= firstOrdinal), "near frees, and they alone, stay in their block"
            capture.events.append(Event("free", time, what, bytes_, born))
            live -= bytes_ / capture.probability(bytes_, what)
            least = min(least, live)

        ofProfiler, kinds = 0, None
        while at < len(payload) and payload[at]:
            control = payload[at]
            at += 1
            rows += 1
            kind, rest = control & 3, control >> 2
            if kind in (1, 2):
                if rest & 3:
                    trace = number(rest & 3)
                if rest >> 2 & 3:
                    size = number((0, 1, 2, 4)[rest >> 2 & 3])
                if kind == 1:
                    assert control >> 6 == 0
                    allocate(trace, size)
                else:
                    free(number((control >> 6) + 1), (trace, size))
            elif kind == 3:
                assert control >> 4 == 0
                free(number(rest & 3), None)
            elif rest <= 4:
                time += number(rest if rest < 4 else 8)
            elif rest == 5:
                capture.resident.append((time, number(8), ofProfiler))
                capture.kinds.append(kinds)
                assert ofProfiler <= capture.resident[-1][1]
                assert kinds is None or sum(kinds) <= capture.resident[-1][1]
                ofProfiler, kinds = 0, None
            elif rest == 6:
                generation, duration = number(1), number(7)
                assert generation <= 3
                capture.collections.append((time, generation, duration))
            elif rest == 9:
                ofProfiler = number(8)
            elif rest == 10:
                assert capture.residentPeak < (peak := number(8))
                capture.residentPeak = peak
            elif rest == 11:
                number(8)
            elif rest == 12:
                kinds = number(4) * 4096, number(4) * 4096
            elif rest == 13:
                part, amount = number(1), number(7)
                assert part <= 9
                capture.memory.append((time, part, amount))
            elif rest == 8:
                string, what, thread = number(4), number(1), number(3)
                assert what <= 5 and (thread in capture.threads or (what == 5 and thread == 0))
                capture.marks.append(Mark(what, time, capture.texts[string], thread, len(capture.events)))
            elif rest == 7:
                capture.events.append(Event("lost", time, 0, number(8), 0))
            elif rest == 16:
                wide, zero, bytes_ = number(4), number(4), number(8)
                assert zero == 0
                allocate(wide, bytes_)
            elif rest == 32:
                wide, zero, bytes_, distance = number(4), number(4), number(8), number(8)
                assert zero == 0
                free(distance, (wide, bytes_))
            else:
                raise AssertionError(f"row of type {rest}")
        length += 96 + at
        if block.sealed:
            assert at == len(payload) and rows == block.rows and block.lastTime == time
            tolerance = 1 + 1e-6 * greatest + 1e-4 * (len(alive) + rows)
            assert abs(liveMin - least) <= tolerance and abs(liveMax - greatest) <= tolerance
        else:
            assert (rows == 0 or block.rows == 0) and block.lastTime == liveMin == liveMax == 0
    return length
