#include "gui/flowgraph/flow_picture.h"

#include <algorithm>
#include <cmath>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

// Lambdas and comprehensions share a line with the function around them; two names tell enough.
constexpr std::size_t kMaxNames = 2;
constexpr double kShareStep = 0.001;  // as the controls have it

std::unordered_map<LineIndex, std::string> functionsOn(const FlowDiagram& diagram, const TraceTable& traces) {
    std::unordered_map<LineIndex, std::vector<std::string_view>> names;
    for (const FlowDiagram::Box& box : diagram.boxes)
        for (const LineIndex line : box.lines) names[line];
    for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
        const auto found = names.find(traces.lineOf(FrameIndex(i)));
        if (found == names.end()) continue;
        const std::string_view name = traces.functionName(FrameIndex(i));
        if (!name.empty() && std::find(found->second.begin(), found->second.end(), name) == found->second.end())
            found->second.push_back(name);
    }
    std::unordered_map<LineIndex, std::string> result;
    for (const auto& [line, list] : names) {
        if (list.empty()) continue;
        std::string& text = result[line];
        for (std::size_t i = 0; i < std::min(list.size(), kMaxNames); ++i)
            text += (i == 0 ? "" : ", ") + printable(list[i]);
        if (list.size() > kMaxNames) text += ", \u2026";
    }
    return result;
}

}  // namespace

std::optional<double> FlowPicture::lowerMinNodeFraction() const {
    const std::size_t shown = knownLines - diagram.hiddenNodes;
    if (diagram.hiddenNodes == 0 || options.minNodeFraction == 0 || shown >= options.maxNodes) return {};
    const double wanted = std::min(options.minNodeFraction / 2, diagram.greatestHidden);
    return std::floor(wanted / kShareStep) * kShareStep;
}

FlowPicture makeFlowPicture(std::shared_ptr<const InstantResult> result, const FlowGraphOptions& options) {
    FlowPicture picture;
    picture.diagram = result->diagram(options);
    picture.options = options;
    picture.knownLines = result->flow().nodes.size();
    picture.functions = functionsOn(picture.diagram, result->traces());
    picture.result = std::move(result);
    return picture;
}

}  // namespace heapprof::gui
