#include "gui/window/domain_bar.h"

#include <QCheckBox>
#include <QLabel>

#include "core/text/text.h"
#include "gui/common/domain_titles.h"
#include "gui/common/result_texts.h"
#include "gui/common/wrap_layout.h"

namespace heapprof::gui {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString explanationOf(Domain domain) {
    switch (domain) {
        case Domain::Native:
            return DomainBar::tr("Memory that C code took from the C allocator (malloc, new)");
        case Domain::Mapped:
            return DomainBar::tr("Memory that C code took from the system by anonymous mappings");
        case Domain::Shared:
            return DomainBar::tr(
                "Memory that the program shares with other processes: shared_memory, mappings of files "
                "that are nowhere but in memory");
        case Domain::Python:
            break;
    }
    return DomainBar::tr("Memory that Python's own allocators handed out");
}

}  // namespace

DomainBar::DomainBar(ViewStateStore& store, QWidget* parent) : QWidget(parent), m_store(store) {
    setObjectName(QStringLiteral("domainBar"));
    auto* layout = new WrapLayout(this);
    layout->setContentsMargins(8, 3, 8, 3);
    layout->setSpacing(14);
    auto* label = new QLabel(tr("Count memory of:"));
    layout->addWidget(label);
    for (const Domain domain : kDomains) {
        auto* box = new QCheckBox(titleOf(domain));
        box->setObjectName(QStringLiteral("domain-") +
                           QString::fromUtf8(nameOf(domain).data(), static_cast<qsizetype>(nameOf(domain).size())));
        box->setAccessibleDescription(explanationOf(domain));
        connect(box, &QCheckBox::clicked, this, [this, domain](bool isChecked) { choose(domain, isChecked); });
        layout->addWidget(box);
        m_boxes[static_cast<std::size_t>(domain)] = box;
    }
    connect(&store, &ViewStateStore::changed, this, &DomainBar::updateBoxes);
    showCapture(nullptr);
}

void DomainBar::showCapture(const CaptureInfo* info) {
    m_recorded = info ? info->metadata.domains : DomainSet{Domain::Python};
    setVisible(m_recorded.count() > 1);
    updateBoxes();
}

void DomainBar::showInstant(std::shared_ptr<const InstantResult> result) {
    m_instant = std::move(result);
    updateBoxes();
}

void DomainBar::setStale(bool isStale) {
    m_isStale = isStale;
    updateBoxes();
}

void DomainBar::choose(Domain domain, bool isChecked) {
    DomainSet domains = m_store.state().domains;
    domains.set(domain, isChecked);
    if ((domains & m_recorded).isEmpty()) return updateBoxes();  // views of nothing are of no use
    m_store.change([&](ViewState& state) { state.domains = domains; });
}

void DomainBar::updateBoxes() {
    for (const Domain domain : kDomains) {
        QCheckBox* box = m_boxes[static_cast<std::size_t>(domain)];
        box->setVisible(m_recorded.has(domain));
        box->setChecked(m_store.state().domains.has(domain));
        QString title = titleOf(domain), tip = explanationOf(domain);
        if (m_instant && !m_isStale) {
            const InstantResult& result = *m_instant;
            const std::int64_t amount = result.amountOf(result.ofDomains[static_cast<std::size_t>(domain)]);
            const std::int64_t total = result.amountOf(result.snapshot().total);  // what the views count
            if (m_instant->isDifference()) {
                title += QLatin1Char(' ') + amountText(result, amount);
                tip += tr("\nChange from %1 to %2: %3; the views show %4")
                           .arg(text(formatTime(*m_instant->compareTime)), text(formatTime(m_instant->snapshot().time)),
                                amountText(result, amount), amountText(result, total));
            } else {
                title += QLatin1Char(' ') + amountText(result, amount);
                if (m_instant->counted.domains.has(domain))
                    title += QStringLiteral(" (%1)").arg(text(formatShare(amount, total)));
                tip += tr("\nAt %1: %2; the views count %3")
                           .arg(text(formatTime(m_instant->snapshot().time)), amountText(result, amount),
                                amountText(result, total));
            }
        }
        box->setText(title);
        box->setToolTip(tip);
    }
}

}  // namespace heapprof::gui
