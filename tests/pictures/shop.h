// The program most pictures are taken of: it loads orders, joins them with customers, and writes a report.
#pragma once

#include <filesystem>

#include "tests/pictures/picture_capture.h"

namespace heapprof::test {

/// The files of the program that are its own, below `folder`; older than the recording.
void writeShopSources(const std::filesystem::path& folder);

/// What it allocates and frees from its begin until `until`, at most kShopTime. With `hasNative` also native and mapped
/// memory.
constexpr Micros kShopTime{40'000'000};
void runShop(PictureCapture& capture, Micros until, bool hasNative);

}  // namespace heapprof::test
