#include "collector/elf/got.h"

#include <elf.h>
#include <sys/mman.h>

#include <cstdint>
#include <string_view>

#include "collector/elf/loaded_object.h"
#include "collector/elf/loader_look.h"
#include "collector/elf/page_protections.h"
#include "collector/memory/mapped_array.h"

namespace heapprof::got {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kCallSlot = R_X86_64_JUMP_SLOT;
constexpr std::uint32_t kAddressSlot = R_X86_64_GLOB_DAT;
constexpr std::uint32_t kPointer = R_X86_64_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kCallSlot = R_AARCH64_JUMP_SLOT;
constexpr std::uint32_t kAddressSlot = R_AARCH64_GLOB_DAT;
constexpr std::uint32_t kPointer = R_AARCH64_ABS64;
#else
constexpr std::uint32_t kCallSlot = 0;
constexpr std::uint32_t kAddressSlot = 0;
constexpr std::uint32_t kPointer = 0;
#endif

/// A function of an allocator other than the C library; nullptr: there is none.
constinit const void* s_allocator = nullptr;

/// Calls `visit` for each loaded object in the order of loading.
template <typename Visit>
void forEachObject(Visit visit) {
    const LoaderLook look;
    if (!look) return;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            (*static_cast<Visit*>(data))(LoadedObject(*info));
            return 0;
        },
        &visit);
}

bool isOurs(const LoadedObject& object) { return object.extent().contains(&s_allocator); }

class InitialLetters {
public:
    explicit InitialLetters(std::span<const Target> targets) {
        for (const Target& target : targets) m_known[static_cast<unsigned char>(target.name[0])] = true;
    }
    bool mayStart(std::string_view name) const {
        return !name.empty() && m_known[static_cast<unsigned char>(name.front())];
    }

private:
    std::array<bool, 256> m_known{};
};

struct Slot {
    void** address;
    const Target* target;
    bool bindsLate;  // perhaps bound at the first call; until then it leads into its own object
    bool isPointer;  // the program may have stored another value
};

/// Goes through the slots of objects and changes those that lead to a target or to its hooks.
class Pass {
public:
    explicit Pass(std::span<const Target> targets) : m_targets(targets), m_letters(targets) {}

    void redirect(const LoadedObject& object, std::size_t hookSet) {
        if (isOurs(object) || object.extent().contains(s_allocator)) return;
        gather(object);
        for (std::size_t i = 0; i < m_count; ++i)
            if (isForeign(m_slots[i], object)) return;
        rewrite(object, [&](const Slot& slot) -> void* {
            const Target& target = *slot.target;
            const void* const now = read(slot);
            const bool leadsThere = now == target.original || target.isHook(now) || isUnbound(slot, object);
            return leadsThere && target.original ? target.hooks[hookSet] : nullptr;
        });
    }

    void restore(const LoadedObject& object) {
        gather(object);
        rewrite(object, [&](const Slot& slot) -> void* {
            return slot.target->isHook(read(slot)) ? slot.target->original : nullptr;
        });
    }

    std::size_t hooked(const LoadedObject& object) {
        gather(object);
        std::size_t found = 0;
        for (std::size_t i = 0; i < m_count; ++i) found += m_slots[i].target->isHook(read(m_slots[i]));
        return found;
    }

    bool metUnfinished() const { return m_metUnfinished; }

private:
    static void* read(const Slot& slot) { return __atomic_load_n(slot.address, __ATOMIC_RELAXED); }

    static bool isUnbound(const Slot& slot, const LoadedObject& object) {
        return slot.bindsLate && object.extent().contains(read(slot));
    }

    static bool isForeign(const Slot& slot, const LoadedObject& object) {
        const void* const now = read(slot);
        const Target& target = *slot.target;
        return !slot.isPointer && target.original && now != target.original && now != target.stub &&
               !target.isHook(now) && !isUnbound(slot, object);
    }

    void gather(const LoadedObject& object) {
        m_count = 0;
        for (const auto relocations : {object.callRelocations(), object.dataRelocations()}) {
            for (const ElfW(Rela) & relocation : relocations) {
                const auto type = static_cast<std::uint32_t>(ELF64_R_TYPE(relocation.r_info));
                if (type != kCallSlot && type != kAddressSlot && (type != kPointer || relocation.r_addend != 0))
                    continue;
                const ElfW(Sym)& symbol = object.symbol(relocation);
                const std::string_view name = object.name(symbol);
                if (!m_letters.mayStart(name)) continue;
                for (const Target& target : m_targets) {
                    if (name != target.name) continue;
                    void** const address = object.slot(relocation);
                    const bool aligned = reinterpret_cast<std::uintptr_t>(address) % alignof(void*) == 0;
                    if (aligned && m_slots.reserve(m_count + 1))
                        m_slots[m_count++] = {address, &target, type == kCallSlot && symbol.st_shndx == SHN_UNDEF,
                                              type == kPointer};
                    break;
                }
            }
        }
    }

    template <typename Change>
    void rewrite(const LoadedObject& object, Change change) {
        const AddressRange& relro = object.relro();
        bool opened = false, refused = false;
        for (std::size_t i = 0; i < m_count; ++i) {
            const Slot& slot = m_slots[i];
            void* const function = change(slot);
            if (!function || function == read(slot)) continue;
            if (relro.contains(slot.address)) {
                if (!opened && !refused) refused = !(opened = open(relro));
                if (refused) continue;
            }
            __atomic_store_n(slot.address, function, __ATOMIC_RELEASE);
        }
        if (opened) protect(relro, PROT_READ);
    }

    /// Makes the pages writable. Not those of an object that another thread is still relocating: its pages are
    /// writable, and the loader would crash if we protected them afterwards.
    bool open(const AddressRange& relro) {
        if (!m_protections.wasRead()) m_protections.read();
        if (m_protections.isReadOnly(relro)) return protect(relro, PROT_READ | PROT_WRITE);
        m_metUnfinished = true;
        return false;
    }

    static bool protect(const AddressRange& range, int protection) {
        return mprotect(reinterpret_cast<void*>(range.begin), range.end - range.begin, protection) == 0;
    }

    std::span<const Target> m_targets;
    InitialLetters m_letters;
    PageProtections m_protections;
    MappedArray<Slot> m_slots;  // of the current object
    std::size_t m_count = 0;
    bool m_metUnfinished = false;
};

}  // namespace

bool isSupported() { return kCallSlot != 0; }

void resolve(std::span<Target> targets) {
    bool isExecutable = true;
    AddressRange system;
    forEachObject([&](const LoadedObject& object) {
        for (Target& target : targets) {
            if (isExecutable) target.stub = object.stub(target.name);
            if (!target.original) target.original = object.definition(target.name);
        }
        isExecutable = false;
        // Only the C library defines this function.
        if (system.end == 0 && object.definition("__libc_start_main")) system = object.extent();
    });
    void* const first = targets.front().original;
    s_allocator = system.contains(first) ? nullptr : first;
}

bool redirect(std::span<const Target> targets, std::size_t hookSet) {
    Pass pass(targets);
    forEachObject([&](const LoadedObject& object) { pass.redirect(object, hookSet); });
    return !pass.metUnfinished();
}

void restore(std::span<const Target> targets) {
    Pass pass(targets);
    forEachObject([&](const LoadedObject& object) { pass.restore(object); });
}

std::size_t count(std::span<const Target> targets) {
    Pass pass(targets);
    std::size_t total = 0;
    forEachObject([&](const LoadedObject& object) { total += pass.hooked(object); });
    return total;
}

unsigned long long loads() {
    unsigned long long answer = 0;
    const LoaderLook look;
    if (!look) return answer;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            *static_cast<unsigned long long*>(data) = info->dlpi_adds;
            return 1;
        },
        &answer);
    return answer;
}

}  // namespace heapprof::got
