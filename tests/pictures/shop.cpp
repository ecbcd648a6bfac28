#include "tests/pictures/shop.h"

#include <array>
#include <chrono>
#include <fstream>
#include <queue>
#include <random>

namespace heapprof::test {
namespace {

using Call = PictureCapture::Call;
using Stack = PictureCapture::Stack;

const char* const kLoad = R"(import csv
import json


class Order:
    __slots__ = ("day", "customer", "amount", "note")

    def __init__(self, day, fields):
        self.day = day
        self.customer = fields["customer"]
        self.amount = float(fields["amount"])
        self.note = fields.get("note", "")


def load_day(day, folder):
    """Every order of one day."""
    path = folder / f"{day}.json"
    return [parse_row(day, row) for row in read_rows(path)]


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["orders"]


def parse_row(day, row):
    row = {key.lower(): value for key, value in row.items()}
    return Order(day, row)
)";

const char* const kJoin = R"(from operator import attrgetter


def join_with_customers(orders, customers):
    """Pairs of an order and its customer; doubtful ones are looked at twice."""
    doubtful = find_doubtful(orders)
    by_key = {customer.key: customer for customer in customers}
    joined = [(order, by_key.get(order.customer)) for order in orders]
    return [pair for pair in joined if pair[0] not in doubtful]


def find_doubtful(orders):
    found = set()
    for order in orders:
        # Orders are only compared within one day, but this sorts those of every day.
        same_day = sorted([other for other in orders], key=attrgetter("day"))
        found.update(suspicious(order, same_day))
    return found


def suspicious(order, others):
    return {other for other in others if other.amount == -order.amount}
)";

const char* const kReport = R"(import functools

import jinja2


def write_report(pairs, path):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"))
    for page in pages_of(pairs):
        path.joinpath(page.name).write_text(render(environment, page))


def render(environment, page):
    return environment.get_template("page.html").render(page=page)


@functools.lru_cache(maxsize=None)
def pages_of(pairs):
    return tuple(Page(pair) for pair in pairs)
)";

const char* const kRun = R"(import pathlib
import threading

from shop import feed, join, load, report


def main():
    threading.Thread(target=feed.poll, name="feed", daemon=True).start()
    folder = pathlib.Path("orders")
    orders, customers = [], load.load_day("customers", folder)
    for day in sorted(folder.iterdir()):
        orders += load.load_day(day.stem, folder)
    pairs = join.join_with_customers(orders, customers)
    report.write_report(pairs, pathlib.Path("report"))


if __name__ == "__main__":
    main()
)";

const std::string kLibrary = "/opt/python/lib/python3.12/";
const std::string kPackages = kLibrary + "site-packages/";

const Call kModule{"shop/run.py", 19, "<module>"}, kLoading{"shop/run.py", 13, "main"},
    kJoining{"shop/run.py", 14, "main"}, kReporting{"shop/run.py", 15, "main"}, kRows{"shop/load.py", 18, "load_day"},
    kRead{"shop/load.py", 23, "read_rows"}, kParse{"shop/load.py", 18, "load_day.<locals>.<listcomp>"},
    kDoubtful{"shop/join.py", 6, "join_with_customers"};

Stack below(Stack outer, const Stack& inner) {
    outer.insert(outer.end(), inner.begin(), inner.end());
    return outer;
}

Stack json(std::uint32_t line, const std::string& function) {
    return {kModule,
            kLoading,
            kRows,
            kRead,
            {kLibrary + "json/__init__.py", 293, "load"},
            {kLibrary + "json/decoder.py", line, function}};
}

/// Where something is allocated: from when until when, how often a second, how large, and how long it lives.
struct Site {
    Stack stack;
    double from, until, rate;
    std::uint64_t size;
    double life;  // seconds
    Domain domain = Domain::Python;
    std::uint32_t thread = 1;
};

constexpr double kAlways = 1e6;

std::vector<Site> sites(bool hasNative) {
    const Stack thread{{kLibrary + "threading.py", 1032, "Thread._bootstrap"},
                       {kLibrary + "threading.py", 1012, "Thread.run"},
                       {"shop/feed.py", 14, "poll"}};
    const Stack template_{kModule, kReporting, {"shop/report.py", 9, "write_report"}, {"shop/report.py", 13, "render"}};
    std::vector<Site> all{
        {json(337, "JSONDecoder.decode"), 0.5, 12, 40, 60'000, 0.8},
        {json(353, "JSONDecoder.raw_decode"), 0.5, 12, 160, 22'000, 1.2},
        {below({kModule, kLoading, kParse}, {{"shop/load.py", 27, "parse_row"}}), 0.5, 12, 90, 3'000, 0.4},
        {below({kModule, kLoading, kParse}, {{"shop/load.py", 28, "parse_row"}}), 0.5, 12, 60, 18'000, 34},
        {below({kModule, kLoading, kParse},
               {{"shop/load.py", 28, "parse_row"}, {"shop/load.py", 10, "Order.__init__"}}),
         0.5, 12, 140, 16'000, 34},
        {below({kModule, kLoading, kParse},
               {{"shop/load.py", 28, "parse_row"}, {"shop/load.py", 12, "Order.__init__"}}),
         0.5, 12, 70, 9'000, 34},
        {{kModule, {"shop/run.py", 11, "main"}, kRows, kRead}, 0.1, 0.6, 80, 90'000, kAlways},
        {{kModule, kJoining, {"shop/join.py", 7, "join_with_customers"}}, 23, 24, 120, 40'000, 14},
        {{kModule, kJoining, {"shop/join.py", 8, "join_with_customers"}}, 24, 25, 90, 90'000, 13},
        {{kModule, kJoining, kDoubtful, {"shop/join.py", 16, "find_doubtful"}}, 13, 16, 240, 260'000, 8},
        {{kModule, kJoining, kDoubtful, {"shop/join.py", 17, "find_doubtful"}, {"shop/join.py", 22, "suspicious"}},
         13,
         23,
         60,
         30'000,
         0.006},
        {below(template_, {{kPackages + "jinja2/environment.py", 1301, "Template.render"}}), 26, 39, 120, 24'000,
         0.005},
        {below(template_, {{kPackages + "jinja2/environment.py", 1301, "Template.render"},
                           {kPackages + "jinja2/runtime.py", 362, "Context.call"}}),
         26, 39, 60, 30'000, 0.3},
        {below(template_, {{kPackages + "jinja2/loaders.py", 204, "FileSystemLoader.get_source"}}), 26, 27, 50, 50'000,
         10},
        {{kModule, kReporting, {"shop/report.py", 8, "write_report"}, {"shop/report.py", 18, "pages_of"}},
         26,
         39,
         50,
         32'000,
         kAlways},
        {below(thread, {{kLibrary + "ssl.py", 1104, "SSLSocket.read"}}), 1, 39, 30, 16'384, 0.05, Domain::Python, 2},
        {below(thread, {{"shop/feed.py", 21, "remember"}}), 1, 39, 12, 20'000, kAlways, Domain::Python, 2}};
    if (!hasNative) return all;
    const Stack frame{kModule, kJoining, {kPackages + "pandas/core/frame.py", 10839, "DataFrame.merge"}};
    all.push_back({below(frame, {{kPackages + "pandas/core/reshape/merge.py", 888, "_MergeOperation.get_result"}}), 13,
                   24, 40, 600'000, 6, Domain::Native});
    all.push_back({below(thread, {{kLibrary + "mmap.py", 40, "map_feed"}}), 2, 39, 1, 6 << 20, 15, Domain::Mapped, 2});
    return all;
}

class Run {
public:
    Run(PictureCapture& capture, bool hasNative) : m_capture(capture) {
        for (const Site& site : sites(hasNative))
            m_sites.push_back({site, capture.trace(site.stack, site.domain, site.thread)});
    }

    void step(double now) {
        for (; !m_ends.empty() && m_ends.top().first <= now; m_ends.pop()) {
            const WrittenBlock& block = m_blocks[m_ends.top().second];
            m_capture.free(block);
            m_live -= block.size;
        }
        for (const auto& [site, trace] : m_sites) {
            const double chance = site.rate * kStep;
            if (now < site.from || now >= site.until || uniform() >= chance) continue;
            const auto size = static_cast<std::uint64_t>(static_cast<double>(site.size) * (0.5 + uniform()));
            m_ends.emplace(now + site.life * (0.8 + 0.4 * uniform()), m_blocks.size());
            m_blocks.push_back(m_capture.allocate(trace, size));
            m_live += size;
        }
    }
    std::uint64_t live() const { return m_live; }

    static constexpr double kStep = 0.002;  // seconds

private:
    double uniform() { return static_cast<double>(m_random() >> 8) / (1 << 24); }

    struct Placed {
        Site site;
        TraceIndex trace;
    };
    using End = std::pair<double, std::size_t>;

    PictureCapture& m_capture;
    std::vector<Placed> m_sites;
    std::vector<WrittenBlock> m_blocks;
    std::priority_queue<End, std::vector<End>, std::greater<>> m_ends;
    std::mt19937 m_random{7};
    std::uint64_t m_live = 0;
};

/// Of a program with so many bytes alive.
void readMemory(PictureCapture& capture, std::uint64_t live, bool hasNative) {
    constexpr std::uint64_t kMiB = 1u << 20;
    capture.resident(38 * kMiB + live * 11 / 10, {14 * kMiB + (hasNative ? 3 * kMiB : 0), 300'000});
    capture.memory(MemoryPart::PoolsInUse, 3 * kMiB + live / 2);
    capture.memory(MemoryPart::Pools, 4 * kMiB + live * 11 / 20);
    capture.memory(MemoryPart::MallocInUse, 6 * kMiB + live * 26 / 50);
    capture.memory(MemoryPart::MallocFree, 2 * kMiB);
    capture.memory(MemoryPart::Stacks, 400'000);
    capture.memory(MemoryPart::Data, 5 * kMiB);
    capture.memory(MemoryPart::ProfilerAnonymous, 700'000);
    capture.memory(MemoryPart::Complete, 0);
}

}  // namespace

void writeShopSources(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "shop");
    const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::years(20);
    for (const auto& [name, text] :
         {std::pair("run.py", kRun), {"load.py", kLoad}, {"join.py", kJoin}, {"report.py", kReport}}) {
        const std::filesystem::path path = folder / "shop" / name;
        std::ofstream(path) << text;
        std::filesystem::last_write_time(path, old);
    }
}

void runShop(PictureCapture& capture, Micros until, bool hasNative) {
    capture.thread(2, "feed");
    Run run(capture, hasNative);
    struct Phase {
        int begin, end;  // seconds
        const char* name;
    };
    static constexpr std::array kPhases{Phase{0, 12, "load"}, Phase{12, 25, "join"}, Phase{13, 23, "find doubtful"},
                                        Phase{25, 39, "report"}};
    constexpr auto kStepMicros = static_cast<std::int64_t>(Run::kStep * 1e6);
    for (std::int64_t micros = 0; micros < std::min(until, kShopTime).count; micros += kStepMicros) {
        capture.at(Micros(micros));
        if (micros % 1'000'000 == 0) {
            const auto second = static_cast<int>(micros / 1'000'000);
            for (const Phase& phase : kPhases) {
                if (phase.begin == second) capture.mark(records::PhaseBegins, phase.name);
                if (phase.end == second) capture.mark(records::PhaseEnds, phase.name);
            }
            if (second > 0 && second < 12 && second % 3 == 0)
                capture.mark(records::Instant, "day " + std::to_string(second / 3));
            if (second % 2 == 1)
                capture.collection(second % 10 == 9 ? 2 : second % 4 == 1 ? 1 : 0, Micros(second * 900));
        }
        run.step(static_cast<double>(micros) * 1e-6);
        if (micros % 250'000 == 0) readMemory(capture, run.live(), hasNative);
    }
    capture.at(std::min(until, kShopTime));
}

}  // namespace heapprof::test
