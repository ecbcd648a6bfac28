#include <string_view>

#include "gui/application/application.h"
#include "gui/flowgraph/layout_helper.h"

int main(int argc, char** argv) {
    // The flow graph's helper needs neither a display nor Qt's start-up time.
    if (argc == 2 && std::string_view(argv[1]) == "--layout") return heapprof::gui::runLayoutHelper();
    return heapprof::gui::Application::run(argc, argv);
}
