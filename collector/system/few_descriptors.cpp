#include "collector/system/few_descriptors.h"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "collector/system/standard_error.h"

namespace heapprof {

void sayFewDescriptors() noexcept {
    std::array<char, 24> number;
    std::snprintf(number.data(), number.size(), "%ld", static_cast<long>(getpid()));
    standard_error::say({"process ", number.data(), " is not recorded: ", kFewDescriptors});
}

}  // namespace heapprof
