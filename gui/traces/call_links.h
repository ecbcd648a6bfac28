// Where the calls on the lines of one file lead, as far as the capture knows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

class CallLinks {
public:
    /// A line of a function: the one that holds most of what is shown, else the first.
    struct Target {
        LineIndex line;
        std::string function;  ///< as it is shown
        std::int64_t amount = 0;

        bool operator==(const Target&) const = default;
    };

    CallLinks() = default;
    /// Looks through all stacks, and makes the result's table of lines when nobody has: not for the GUI thread.
    CallLinks(const InstantResult& result, StringIndex file, std::stop_token stop = {});

    /// Of all stacks of the capture through line `number` of the file: whom it called. The greatest first.
    std::vector<Target> calleesOf(std::uint32_t number) const;
    /// Where `word` on that line leads: to a callee that is called so, or is a method of a class that is; else to a
    /// function of this file with that name.
    std::optional<Target> find(std::uint32_t number, std::string_view word) const;

private:
    struct Named {
        std::vector<std::string> words;  ///< what calls of it are written with
        Target target;
    };
    static std::vector<std::string> wordsFor(const TraceTable& traces, const Function& function);

    std::vector<Named> m_functions;
    std::map<std::uint32_t, std::vector<std::uint32_t>> m_callees;  // number of a line -> positions in m_functions
    std::map<std::string, std::uint32_t, std::less<>> m_own;        // word -> position of a function of this file
};

}  // namespace heapprof::gui
