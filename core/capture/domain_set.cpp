#include "core/capture/domain_set.h"

namespace heapprof {

std::string_view nameOf(Domain domain) {
    switch (domain) {
        case Domain::Native:
            return "native";
        case Domain::Mapped:
            return "mapped";
        case Domain::Shared:
            return "shared";
        case Domain::Python:
            break;
    }
    return "python";
}

std::string namesOf(DomainSet domains) {
    std::string names;
    for (const Domain domain : kDomains)
        if (domains.has(domain)) names.append(names.empty() ? "" : ", ").append(nameOf(domain));
    return names;
}

std::optional<Domain> domainOf(std::string_view name) {
    for (const Domain domain : kDomains)
        if (nameOf(domain) == name) return domain;
    return std::nullopt;
}

}  // namespace heapprof
