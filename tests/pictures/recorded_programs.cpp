#include "tests/pictures/recorded_programs.h"

#include <fstream>
#include <map>
#include <random>

#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"
#include "tests/pictures/shop.h"

namespace heapprof::test {
namespace {

using Stack = PictureCapture::Stack;

void fill(PictureCapture& capture, const std::vector<Stack>& stacks) {
    std::mt19937 random(3);
    std::vector<TraceIndex> traces;
    for (const Stack& stack : stacks) traces.push_back(capture.trace(stack));
    for (int millis = 0; millis < 5000; millis += 5) {
        capture.at(Micros(millis * 1000));
        const std::size_t which = std::min(random() % traces.size(), random() % traces.size());
        const WrittenBlock block = capture.allocate(traces[which], 2000 + random() % 40'000);
        if (millis % 3 == 0) capture.free(block);
    }
}

/// 300 letters.
std::string longName() {
    std::string name;
    for (int i = 0; name.size() < 300; ++i) name += (i ? "_and_then_" : "") + std::string("reconcile_the_ledger");
    return name.substr(0, 300);
}

void writeNames(const std::filesystem::path& folder) {
    PictureCapture capture(folder, "names", Sampling::everything(),
                           {"/srv/" + longName() + "/run.py", "--configuration=" + longName()});
    std::string deep = "/srv";
    for (int i = 0; i < 30; ++i) deep += "/a_folder_within_a_folder_" + std::to_string(i);
    const PictureCapture::Call outer{deep + "/run.py", 1204567, longName()};
    fill(capture,
         {{outer,
           {deep + "/run.py", 20, "AVeryLongClassNameThatNobodyWouldType<with, template, arguments>." + longName()}},
          {outer,
           {"/srv/\u0431\u0443\u0445\u0433\u0430\u043b\u0442\u0435\u0440\u0438\u044f/\u0441\u0447\u0451\u0442.py", 7,
            "\u043f\u043e\u0441\u0447\u0438\u0442\u0430\u0442\u044c_\u0432\u0441\u0451"}},
          {outer,
           {"/srv/\u05d7\u05e9\u05d1\u05d5\u05df/\u05d3\u05d5\u05d7.py", 12, "\u05d7\u05e9\u05d1_\u05d4\u05db\u05dc"}},
          {outer,
           {"/srv/\u062d\u0633\u0627\u0628/\u062a\u0642\u0631\u064a\u0631.py", 15,
            "\u0627\u062d\u0633\u0628_\u0627\u0644\u0643\u0644"}},
          {outer, {"/srv/caf\u00e9/\u03bb\u03cc\u03b3\u03bf\u03c2.py", 3, "<lambda>"}},
          {outer, {"/srv/a\nb\tc.py", 9, "tab\tand\nnewline"}},
          {{"<stdin>", 1, "<module>"}},
          {}});
    capture.end();
}

void writeDeep(const std::filesystem::path& folder) {
    PictureCapture capture(folder, "deep", Sampling::everything(), {"/srv/deep.py"});
    Stack walk{{"/srv/deep.py", 40, "<module>"}};
    std::vector<Stack> stacks;
    for (std::uint32_t depth = 0; depth < 400; ++depth) {
        walk.push_back({"/srv/deep.py", 10 + depth % 2, depth % 2 ? "Tree.walk" : "Tree.visit"});
        if (depth % 20 != 0) continue;
        stacks.push_back(walk);
        stacks.back().push_back({"/srv/deep.py", 20, "Tree.copy"});
    }
    fill(capture, stacks);
    capture.end();
}

void writeMarks(const std::filesystem::path& folder) {
    PictureCapture capture(folder, "marks", Sampling::everything(), {"/srv/train.py"});
    const TraceIndex trace = capture.trace({{"/srv/train.py", 40, "<module>"}, {"/srv/train.py", 12, "epoch"}});
    constexpr int kSteps = 4000;
    for (int i = 0; i < kSteps; ++i) {
        capture.at(Micros(i * 15'000));
        if (i % 20 == 0) capture.mark(records::PhaseBegins, "epoch " + std::to_string(i / 20));
        capture.mark(records::Instant, "step " + std::to_string(i));
        const WrittenBlock block = capture.allocate(trace, 10'000 + static_cast<std::uint64_t>(i % 97) * 500);
        if (i % 5 != 0) capture.free(block);
        capture.collection(static_cast<unsigned>(i % 3), Micros(500 + i % 7000));
        if (i % 8 == 0) capture.resident((20u << 20) + static_cast<std::uint64_t>(i) * 4000);
        if (i % 20 == 19) capture.mark(records::PhaseEnds, "epoch " + std::to_string(i / 20));
    }
    capture.end();
}

void writeLabels(const std::filesystem::path& folder) {
    PictureCapture capture(folder, "labels", Sampling::everything(), {"/srv/web/serve.py", "--port", "8080"});
    using Labels = std::vector<std::pair<std::string, std::string>>;
    const Stack loop{{"/srv/web/serve.py", 61, "<module>"},
                     {"/opt/python/lib/python3.12/asyncio/runners.py", 194, "run"},
                     {"/srv/web/serve.py", 30, "handle"}};
    struct Work {
        TraceIndex trace;
        int from, until, every;  // milliseconds
        std::uint64_t size;
        int life;
    };
    std::vector<Work> works;
    const auto add = [&](const PictureCapture::Call& call, const Labels& labels, Work work) {
        Stack stack = loop;
        stack.push_back(call);
        work.trace = capture.trace(stack);
        if (!labels.empty()) capture.label(work.trace, labels);
        works.push_back(work);
    };
    const std::vector<std::string> tenants{"acme", "umbrella", "Th\u00f6rl & S\u00f6hne", "initech"};
    for (int i = 0; i < static_cast<int>(tenants.size()); ++i) {
        const std::pair<std::string, std::string> tenant{"tenant", tenants[static_cast<std::size_t>(i)]};
        add({"/srv/web/cart.py", 18, "Cart.render"}, {{"request", "/cart"}, tenant, {"task", "serve"}},
            {{}, 1000 + 500 * i, 19'000, 40 + 10 * i, 90'000, 2500});
        add({"/srv/web/cart.py", 44, "remember"}, {{"request", "/cart"}, tenant, {"task", "serve"}},
            {{}, 1000 + 500 * i, 19'000, 90 + 30 * i, 40'000, 60'000});
        add({"/srv/web/search.py", 27, "results"}, {{"request", "/search?q="}, tenant, {"task", "serve"}},
            {{}, 5000, 15'000 - 1000 * i, 50 + 20 * i, 200'000, 900});
        add({"/srv/web/pay.py", 9, "receipt"}, {{"request", "/pay"}, tenant, {"task", "serve"}},
            {{}, 3000, 18'000, 120 + 40 * i, 60'000, 4000});
    }
    add({"/srv/web/cache.py", 12, "Cache.sweep"}, {{"task", "housekeeping"}}, {{}, 2000, 20'000, 200, 150'000, 1500});
    add({"/srv/web/settings.py", 5, "load"}, {}, {{}, 0, 400, 10, 60'000, 60'000});
    std::multimap<int, WrittenBlock> ends;
    for (int millis = 0; millis < 20'000; millis += 10) {
        capture.at(Micros(millis * 1000));
        for (; !ends.empty() && ends.begin()->first <= millis; ends.erase(ends.begin()))
            capture.free(ends.begin()->second);
        for (const Work& work : works)
            if (millis >= work.from && millis < work.until && (millis - work.from) % work.every == 0)
                ends.emplace(millis + work.life, capture.allocate(work.trace, work.size));
        if (millis % 250 == 0) capture.resident((60u << 20) + static_cast<std::uint64_t>(millis) * 800);
    }
    capture.end();
}

}  // namespace

RecordedPrograms::RecordedPrograms(const std::filesystem::path& folder) : m_folder(folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    writeShopSources(folder);
    PictureCapture shop(folder, "shop", Sampling::everything(), {"/srv/shop/run.py", "--days", "31"});
    runShop(shop, kShopTime, false);
    shop.end();
    m_running.push_back(std::make_unique<PictureCapture>(folder, "server", Sampling::byBytes(65536),
                                                         std::vector<std::string>{"/srv/shop/server.py"}));
    m_running.back()->recordsAllDomains();
    runShop(*m_running.back(), Micros(19'000'000), true);
    PictureCapture(folder, "empty", Sampling::everything(), {"/srv/idle.py"}).end();
    writeNames(folder);
    writeDeep(folder);
    writeMarks(folder);
    writeLabels(folder);
    writeKilled();
    writeLong();
    for (const char* extension : {".hpm", ".hpd"})
        std::ofstream(folder / (std::string("text") + extension)) << "A letter that was never a capture at all.\n";
}

void RecordedPrograms::writeKilled() const {
    RecordedCapture capture(m_folder / "killed");
    capture.grow(60'000, Micros(30'000'000));
    capture.die();
    const std::filesystem::path log = m_folder / "killed.hpd";
    Contents bytes = readFile(log);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), 300, std::uint8_t{0xff});
    writeFile(log, bytes);
}

void RecordedPrograms::writeLong() const {
    RecordedCapture capture(m_folder / "long");
    capture.grow(690'000, Micros(60'000'000));
    capture.end();
}

}  // namespace heapprof::test
