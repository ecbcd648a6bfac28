#include "collector/elf/loaded_object.h"

#include <unistd.h>

#include <algorithm>

namespace heapprof {

// glibc relocates the pointers in the dynamic section; other loaders do not, nor are those of the vDSO.
template <typename T>
const T* LoadedObject::at(std::uintptr_t value) const {
    return reinterpret_cast<const T*>(value >= m_base ? value : m_base + value);
}

LoadedObject::LoadedObject(const dl_phdr_info& info) : m_base(info.dlpi_addr) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const ElfW(Dyn)* entry = nullptr;
    m_extent.begin = UINTPTR_MAX;
    for (const ElfW(Phdr) & segment : std::span(info.dlpi_phdr, info.dlpi_phnum)) {
        const std::uintptr_t begin = m_base + segment.p_vaddr;
        const std::uintptr_t end = begin + segment.p_memsz;
        if (segment.p_type == PT_LOAD)
            m_extent = {std::min(m_extent.begin, begin), std::max(m_extent.end, end)};
        else if (segment.p_type == PT_DYNAMIC)
            entry = reinterpret_cast<const ElfW(Dyn)*>(begin);
        else if (segment.p_type == PT_GNU_RELRO)
            m_relro = {begin & ~(page - 1), end & ~(page - 1)};
    }
    std::uintptr_t calls = 0, data = 0;
    std::size_t callBytes = 0, dataBytes = 0, baseOnly = 0;
    for (; entry && entry->d_tag != DT_NULL; ++entry) {
        const std::uintptr_t value = entry->d_un.d_ptr;
        switch (entry->d_tag) {
            case DT_SYMTAB:
                m_symbols = at<ElfW(Sym)>(value);
                break;
            case DT_STRTAB:
                m_strings = at<char>(value);
                break;
            case DT_GNU_HASH:
                m_hash = at<std::uint32_t>(value);
                break;
            case DT_VERSYM:
                m_versions = at<std::uint16_t>(value);
                break;
            case DT_JMPREL:
                calls = value;
                break;
            case DT_PLTRELSZ:
                callBytes = value;
                break;
            case DT_RELA:
                data = value;
                break;
            case DT_RELASZ:
                dataBytes = value;
                break;
            case DT_RELACOUNT:
                baseOnly = value;
                break;
            default:
                break;
        }
    }
    if (!m_symbols || !m_strings) return;
    if (calls) m_calls = {at<ElfW(Rela)>(calls), callBytes / sizeof(ElfW(Rela))};
    if (data) m_data = {at<ElfW(Rela)>(data), dataBytes / sizeof(ElfW(Rela))};
    m_data = m_data.subspan(std::min(baseOnly, m_data.size()));
}

/// The table of DT_GNU_HASH: https://flapenguin.me/elf-dt-gnu-hash.
void* LoadedObject::definition(std::string_view wanted) const {
    if (!m_hash || !m_symbols || !m_strings) return nullptr;
    const std::uint32_t bucketCount = m_hash[0], firstSymbol = m_hash[1], bloomWords = m_hash[2];
    if (bucketCount == 0) return nullptr;
    const std::uint32_t* const buckets = m_hash + 4 + bloomWords * (sizeof(ElfW(Addr)) / sizeof(std::uint32_t));
    const std::uint32_t* const chain = buckets + bucketCount;
    std::uint32_t hash = 5381;
    for (const char c : wanted) hash = hash * 33 + static_cast<unsigned char>(c);
    std::uint32_t index = buckets[hash % bucketCount];
    if (index < firstSymbol) return nullptr;
    for (;; ++index) {
        const std::uint32_t found = chain[index - firstSymbol];
        const ElfW(Sym)& symbol = m_symbols[index];
        constexpr std::uint16_t kOlderVersion = 0x8000;
        if ((found | 1) == (hash | 1) && symbol.st_shndx != SHN_UNDEF && symbol.st_value != 0 &&
            ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && !(m_versions && m_versions[index] & kOlderVersion) &&
            name(symbol) == wanted)
            return reinterpret_cast<void*>(m_base + symbol.st_value);
        if (found & 1) return nullptr;
    }
}

void* LoadedObject::stub(std::string_view wanted) const {
    for (const ElfW(Rela) & relocation : m_calls) {
        const ElfW(Sym)& called = symbol(relocation);
        if (called.st_shndx == SHN_UNDEF && called.st_value != 0 && name(called) == wanted)
            return reinterpret_cast<void*>(m_base + called.st_value);
    }
    return nullptr;
}

}  // namespace heapprof
