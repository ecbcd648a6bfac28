#include "gui/source/path_map.h"

#include <QSettings>
#include <utility>

namespace heapprof::gui {
namespace {
const QString kSetting = QStringLiteral("sourcePaths"), kFrom = QStringLiteral("from"), kTo = QStringLiteral("to");
}

PathMap& PathMap::shared() {
    static PathMap map;
    return map;
}

PathMap::PathMap() {
    QSettings settings;
    const int count = settings.beginReadArray(kSetting);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        m_rules.push_back(
            {settings.value(kFrom).toString().toStdString(), settings.value(kTo).toString().toStdString()});
    }
}

PathRules PathMap::rules() const {
    const std::lock_guard lock(m_mutex);
    return m_rules;
}

void PathMap::add(const PathRule& rule) {
    PathRules rules = this->rules();
    std::erase_if(rules, [&](const PathRule& other) { return other.from == rule.from; });
    rules.push_back(rule);
    set(std::move(rules));
}

void PathMap::remove(const std::string& from) {
    PathRules rules = this->rules();
    std::erase_if(rules, [&](const PathRule& rule) { return rule.from == from; });
    set(std::move(rules));
}

void PathMap::set(PathRules rules) {
    QSettings settings;
    settings.remove(kSetting);
    settings.beginWriteArray(kSetting, static_cast<int>(rules.size()));
    for (std::size_t i = 0; i < rules.size(); ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        settings.setValue(kFrom, QString::fromStdString(rules[i].from));
        settings.setValue(kTo, QString::fromStdString(rules[i].to));
    }
    settings.endArray();
    {
        const std::lock_guard lock(m_mutex);
        m_rules = std::move(rules);
    }
    emit changed();
}

}  // namespace heapprof::gui
