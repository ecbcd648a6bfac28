// A value that is made when somebody asks for it.
#pragma once

#include <mutex>
#include <optional>

namespace heapprof::gui {

/// Any thread.
template <typename Value>
class Lazy {
public:
    /// The value, made by `make` in the first thread that asks; others wait for it. When `make` throws, so does this,
    /// and the next one to ask makes it.
    template <typename Make>
    const Value& get(Make&& make) {
        std::call_once(m_once, [&] { m_value.emplace(make()); });
        return *m_value;
    }

private:
    std::once_flag m_once;
    std::optional<Value> m_value;
};

}  // namespace heapprof::gui
