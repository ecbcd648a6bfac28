// A set of the domains that memory comes from: FORMAT.md, "Domains".
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/capture/chunk.h"

namespace heapprof {

inline constexpr std::array kDomains{Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared};

class DomainSet {
public:
    constexpr DomainSet() = default;
    constexpr DomainSet(std::initializer_list<Domain> domains) {
        for (const Domain domain : domains) set(domain, true);
    }
    static constexpr DomainSet all() { return {Domain::Python, Domain::Native, Domain::Mapped, Domain::Shared}; }
    /// Bit n stands for the domain of number n, as in a DOMAINS record; bits of no known domain are left out.
    static constexpr DomainSet fromBits(std::uint64_t bits) {
        DomainSet result;
        for (const Domain domain : kDomains) result.set(domain, bits >> static_cast<unsigned>(domain) & 1);
        return result;
    }

    constexpr bool has(Domain domain) const { return m_bits >> static_cast<unsigned>(domain) & 1; }
    constexpr bool includes(DomainSet other) const { return (other.m_bits & ~m_bits) == 0; }
    constexpr bool isEmpty() const { return m_bits == 0; }
    constexpr int count() const { return std::popcount(m_bits); }
    constexpr void set(Domain domain, bool isIn) {
        const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(domain));
        m_bits = static_cast<std::uint8_t>(isIn ? m_bits | bit : m_bits & ~bit);
    }
    constexpr DomainSet without(DomainSet other) const { return fromBits(m_bits & ~std::uint64_t{other.m_bits}); }
    friend constexpr DomainSet operator&(DomainSet a, DomainSet b) { return fromBits(a.m_bits & b.m_bits); }
    constexpr bool operator==(const DomainSet&) const = default;

private:
    std::uint8_t m_bits = 0;
};

/// "python", "native", "mapped", "shared": as command lines and the Python package call them.
std::string_view nameOf(Domain domain);
/// "python, native": in the order of kDomains.
std::string namesOf(DomainSet domains);
/// The domain of that name; unset when there is none.
std::optional<Domain> domainOf(std::string_view name);

}  // namespace heapprof
