// One result laid out as a flame graph, and the words for its frames.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>
#include <algorithm>
#include <memory>

#include "gui/document/instant_result.h"
#include "gui/flamegraph/flame_layout.h"

namespace heapprof::gui {

struct FlameBand;
struct FlameInstances;

/// Immutable, and safe to build and read on any thread.
struct FlameScene {
    Q_DECLARE_TR_FUNCTIONS(FlameScene)

public:
    explicit FlameScene(std::shared_ptr<const InstantResult> shown)
        : result(std::move(shown)),
          layout(result->tree()),
          hasNative(std::ranges::any_of(tree().nodes, &CallTree::Node::isNative)) {}

    const CallTree& tree() const { return result->tree(); }
    const TraceTable& traces() const { return result->traces(); }
    Grouping grouping() const { return result->treeOptions.grouping; }

    /// What the node holds; with a sign in a difference.
    QString amount(std::uint32_t node) const;
    /// What stands in the frame, before its amount: what it is called, and where it is, which may be "".
    QString name(std::uint32_t node) const;
    QString place(std::uint32_t node) const;
    /// All that is known of a node: plain text, one line, or several when `separator` is a line break.
    QString details(std::uint32_t node, const QString& separator) const;

    /// The same of several frames together.
    QString details(const FlameBand& band, const QString& separator) const;
    /// What is known of the selected line here: "reconcile.py:27 · instances: 2 · cumulative 49.5 MiB".
    QString details(const FlameInstances& instances, const QString& separator) const;

    const std::shared_ptr<const InstantResult> result;
    const FlameLayout layout;
    const bool hasNative;  ///< whether there is a node that is native

private:
    QStringList amounts(const Estimate& cumulative) const;
};

}  // namespace heapprof::gui
