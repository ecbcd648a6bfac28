// The programs that pictures are taken of, each under the name that the list of pictures calls it by.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "tests/pictures/picture_capture.h"

namespace heapprof::test {

/// Writes all captures, and the sources of "shop", into a folder. What still writes goes on until this is destroyed.
///
///   shop    a batch job of 40 s with phases, marks, collections, two threads; everything is recorded
///   server  the same code as a sampled service with native and mapped memory; it still runs
///   names   functions of 300 letters, deep paths, letters of many scripts, some from right to left
///   deep    a recursion of 400 calls
///   marks   thousands of marks, collections and phases
///   labels  an asyncio service of 20 s whose requests, tenants and tasks are labels
///   empty   nothing was allocated
///   killed  the program ended without a word, and a part of its log is damaged
///   long    a million events, so that reading takes a while
///   text    no capture at all
class RecordedPrograms {
public:
    explicit RecordedPrograms(const std::filesystem::path& folder);

    std::filesystem::path operator/(const std::string& name) const { return m_folder / name; }

private:
    void writeLong() const;
    void writeKilled() const;

    std::filesystem::path m_folder;
    std::vector<std::unique_ptr<PictureCapture>> m_running;
};

}  // namespace heapprof::test
