#include "gui/common/source_reader.h"

#include <utility>

#include "gui/source/path_map.h"

namespace heapprof::gui {
namespace {
constexpr int kSlowMs = 200;
}

SourceReader::SourceReader(QObject* parent) : QObject(parent) {
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        m_isSlow = true;
        emit slow();
    });
    connect(&PathMap::shared(), &PathMap::changed, this, [this] {
        if (!m_query) return;
        SourceQuery query = *m_query;
        query.rules = PathMap::shared().rules();
        read(std::move(query));
    });
}

void SourceReader::read(SourceQuery query) {
    if (m_query == query && m_reading.isRunning()) return;
    if (m_query != query) clear();
    m_query = std::move(query);
    m_isSlow = false;
    m_slow.start();
    m_reading.start([query = *m_query](std::stop_token) { return readSourceFile(query); },
                    [this](std::shared_ptr<const SourceFile> file) { take(std::move(file)); });
}

void SourceReader::clear() {
    m_slow.stop();
    m_reading.cancel();
    m_colouring.cancel();
    m_query.reset();
    m_file = nullptr;
    m_syntax = nullptr;
}

void SourceReader::take(std::shared_ptr<const SourceFile> file) {
    m_slow.stop();
    const bool isOther = file != m_file;
    m_file = std::move(file);
    if (isOther) m_syntax = nullptr;
    emit ready();
    if (m_syntax || (!isOther && m_colouring.isRunning()) || m_file->lines.empty()) return;
    m_colouring.start([file = m_file](std::stop_token stop) { return file->syntax(stop); },
                      [this](std::shared_ptr<const Syntax> syntax) {
                          m_syntax = std::move(syntax);
                          emit coloured();
                      });
}

}  // namespace heapprof::gui
