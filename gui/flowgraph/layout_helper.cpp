#include "gui/flowgraph/layout_helper.h"

#include <gvc.h>
// gvc.h first: the others need it.
#include <gvplugin.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

extern "C" gvplugin_library_t gvplugin_dot_layout_LTX_library;

namespace heapprof::gui {
namespace {

// A helper that outlived a crashed workstation must not compute for ever.
constexpr unsigned kLifetimeSeconds = 120;
constexpr std::size_t kMaxInput = std::size_t{64} << 20;

enum ExitCode { kGood = 0, kBadInput = 2, kLayoutFailed = 3, kWriteFailed = 4 };

std::string readInput() {
    std::string text;
    std::vector<char> buffer(65536);
    std::size_t count = 0;
    while (text.size() < kMaxInput && (count = std::fread(buffer.data(), 1, buffer.size(), stdin)) > 0)
        text.append(buffer.data(), count);
    return text;
}

/// The decimal number at `text`, which has to reach to its end; -1 when it is none.
long index(const char* text) {
    if (text == nullptr || *text < '0' || *text > '9') return -1;
    char* end = nullptr;
    const long value = std::strtol(text, &end, 10);
    return *end == '\0' ? value : -1;
}

class Writer {
public:
    explicit Writer(double height) : m_height(height) {}

    void word(const char* text) { m_text += text; }
    void number(long value) { m_text += ' ' + std::to_string(value); }
    void point(const pointf& p) {
        char text[80];
        std::snprintf(text, sizeof text, " %.2f %.2f", p.x, m_height - p.y);  // Graphviz' y grows upwards
        m_text += text;
    }
    bool flush() const {
        return std::fwrite(m_text.data(), 1, m_text.size(), stdout) == m_text.size() && std::fflush(stdout) == 0;
    }

private:
    double m_height;
    std::string m_text;
};

/// Types of counts and flags differ between Graphviz 2.42 and 14: hence `auto`.
void writeEdge(Writer& out, Agedge_t* edge, long id) {
    const pointf from = ND_coord(agtail(edge)), to = ND_coord(aghead(edge));
    const auto* splines = ED_spl(edge);
    out.word("edge");
    out.number(id);
    if (splines != nullptr && splines->size > 0 && splines->list[0].size >= 4 && splines->list[0].size % 3 == 1) {
        const auto& curve = splines->list[0];
        const auto count = curve.size;
        for (auto i = count - count; i < count; ++i) out.point(curve.list[i]);
        out.point(curve.eflag ? curve.ep : curve.list[count - 1]);
    } else {  // dot loses an edge now and then ("lost edge"): a straight line is better than no picture
        for (const pointf& p : {from, from, to, to, to}) out.point(p);
    }
    out.word("\n");
    if (ED_label(edge) == nullptr) return;
    out.word("label");
    out.number(id);
    out.point(ED_label(edge)->set ? ED_label(edge)->pos : pointf{(from.x + to.x) / 2, (from.y + to.y) / 2});
    out.word("\n");
}

bool writeLayout(Agraph_t* graph) {
    const auto& box = GD_bb(graph);
    Writer out(box.UR.y);
    char size[80];
    std::snprintf(size, sizeof size, "heapprof-layout 1\ngraph %.2f %.2f\n", box.UR.x, box.UR.y);
    out.word(size);
    for (Agnode_t* node = agfstnode(graph); node != nullptr; node = agnxtnode(graph, node)) {
        const char* name = agnameof(node);
        const long id = name[0] == 'n' ? index(name + 1) : -1;
        if (id < 0) continue;
        out.word("node");
        out.number(id);
        out.point(ND_coord(node));
        out.word("\n");
        for (Agedge_t* edge = agfstout(graph, node); edge != nullptr; edge = agnxtout(graph, edge))
            if (const long number = index(agget(edge, const_cast<char*>("id"))); number >= 0)
                writeEdge(out, edge, number);
    }
    out.word("end\n");
    if (!out.flush()) {
        std::perror("layout: cannot write");
        return false;
    }
    return true;
}

}  // namespace

int runLayoutHelper() {
#if defined(__unix__) || defined(__APPLE__)
    alarm(kLifetimeSeconds);
#endif
    std::setlocale(LC_ALL, "C");  // Graphviz reads and we write numbers with a decimal point
    const std::string input = readInput();
    Agraph_t* graph = input.empty() ? nullptr : agmemread(input.c_str());
    if (graph == nullptr) {
        std::fputs("layout: the input is not a graph in the DOT language\n", stderr);
        return kBadInput;
    }
    // With the engine built in and loading on demand off, no plug-in registry is looked for.
    const lt_symlist_t plugins[] = {{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
                                    {nullptr, nullptr}};
    GVC_t* context = gvContextPlugins(plugins, 0);
    if (context == nullptr || gvLayout(context, graph, "dot") != 0) {
        std::fputs("layout: Graphviz could not lay out the graph\n", stderr);
        return kLayoutFailed;
    }
    // The process ends here: taking the graph apart again would only cost time.
    return writeLayout(graph) ? kGood : kWriteFailed;
}

}  // namespace heapprof::gui
