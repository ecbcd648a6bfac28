#include "gui/flowgraph/layout_helper.h"

#include <gvc.h>
// gvc.h first: the others need it.
#include <gvplugin.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gui/flowgraph/graph_layout.h"

extern "C" gvplugin_library_t gvplugin_dot_layout_LTX_library;

namespace heapprof::gui {
namespace {

// A helper that outlived a crashed workstation must not compute for ever. (One that waits ends with its input.)
constexpr unsigned kMaxSeconds = 60;

enum ExitCode { kGood = 0, kBadInput = 2, kLayoutFailed = 3, kWriteFailed = 4 };

/// The next graph; nothing at the end of the input, or when it is none: then `reader` is not empty.
std::optional<QByteArray> readGraph(FrameReader& reader) {
    std::vector<char> buffer(65536);
    while (true) {
        if (auto graph = reader.take()) return graph;
        if (reader.isBroken()) return {};
        const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return {};
        reader.add(QByteArray(buffer.data(), static_cast<qsizetype>(count)));
    }
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
    const std::string& text() const { return m_text; }

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
        for (std::remove_const_t<decltype(count)> i = 0; i < count; ++i) out.point(curve.list[i]);
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
    const QByteArray frame = toFrame("layout", QByteArray::fromStdString(out.text()));
    const auto length = static_cast<std::size_t>(frame.size());
    if (std::fwrite(frame.constData(), 1, length, stdout) == length && std::fflush(stdout) == 0) return true;
    std::perror("layout: cannot write");
    return false;
}

}  // namespace

int runLayoutHelper() {
    std::setlocale(LC_ALL, "C");  // Graphviz reads and we write numbers with a decimal point
    // With the engine built in and loading on demand off, no plug-in registry is looked for.
    const lt_symlist_t plugins[] = {{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
                                    {nullptr, nullptr}};
    GVC_t* context = gvContextPlugins(plugins, 0);
    FrameReader reader("graph");
    while (const auto input = readGraph(reader)) {
        alarm(kMaxSeconds);
        Agraph_t* graph = input->isEmpty() ? nullptr : agmemread(input->constData());
        if (graph == nullptr) {
            std::fputs("layout: the input is not a graph in the DOT language\n", stderr);
            return kBadInput;
        }
        if (context == nullptr || gvLayout(context, graph, "dot") != 0) {
            std::fputs("layout: Graphviz could not lay out the graph\n", stderr);
            return kLayoutFailed;
        }
        if (!writeLayout(graph)) return kWriteFailed;
        gvFreeLayout(context, graph);
        agclose(graph);
        alarm(0);
    }
    if (reader.isEmpty()) return kGood;
    std::fputs("layout: the input is not a graph in the DOT language\n", stderr);
    return kBadInput;
}

}  // namespace heapprof::gui
