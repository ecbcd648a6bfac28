// The dynamic section of one loaded ELF object.
#pragma once

#include <link.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "collector/memory/address_range.h"

namespace heapprof {

/// Valid during the call of dl_iterate_phdr() that gave the description. Only for 64-bit objects with addends in their
/// relocations: x86-64 and aarch64.
class LoadedObject {
public:
    explicit LoadedObject(const dl_phdr_info& info);

    /// From the first to the last of its segments.
    const AddressRange& extent() const { return m_extent; }
    /// The pages that the loader makes read-only once the object is relocated; may be empty.
    const AddressRange& relro() const { return m_relro; }

    std::span<const ElfW(Rela)> callRelocations() const { return m_calls; }
    /// Without those that only add the base address.
    std::span<const ElfW(Rela)> dataRelocations() const { return m_data; }
    const ElfW(Sym) & symbol(const ElfW(Rela) & relocation) const { return m_symbols[ELF64_R_SYM(relocation.r_info)]; }
    std::string_view name(const ElfW(Sym) & symbol) const { return m_strings + symbol.st_name; }
    void** slot(const ElfW(Rela) & relocation) const { return reinterpret_cast<void**>(m_base + relocation.r_offset); }

    /// The function `name` that this object defines, in its default version; nullptr when it defines none, or selects
    /// it at run time.
    void* definition(std::string_view name) const;
    /// The stub that other objects use as the address of a function that this executable does not define; nullptr:
    /// none.
    void* stub(std::string_view name) const;

private:
    template <typename T>
    const T* at(std::uintptr_t value) const;

    std::uintptr_t m_base;
    AddressRange m_extent;
    AddressRange m_relro;
    const ElfW(Sym) * m_symbols = nullptr;
    const char* m_strings = nullptr;
    const std::uint32_t* m_hash = nullptr;
    const std::uint16_t* m_versions = nullptr;
    std::span<const ElfW(Rela)> m_calls;
    std::span<const ElfW(Rela)> m_data;
};

}  // namespace heapprof
