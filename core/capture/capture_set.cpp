#include "core/capture/capture_set.h"

#include "core/capture/run_members.h"

namespace heapprof {

CaptureSet CaptureSet::open(const std::filesystem::path& path, std::stop_token stop) {
    CaptureSet set;
    std::vector<std::shared_ptr<Capture>> captures{Capture::open(path)};
    for (const std::filesystem::path& filebase :
         possibleRelatives(captures.front()->filebase(), captures.front()->info()->metadata.elsewhere)) {
        if (stop.stop_requested()) break;
        try {
            captures.push_back(Capture::open(filebase));
        } catch (const FileError& error) {
            set.m_problems.emplace_back(error.what());
        }
    }
    std::vector<std::shared_ptr<const CaptureInfo>> infos;
    std::vector<const Metadata*> metadata;
    for (const auto& capture : captures) metadata.push_back(&infos.emplace_back(capture->info())->metadata);
    for (const RunMember& member : runMembers(metadata))
        set.m_members.push_back({captures[member.which], member.parent, member.start});
    return set;
}

}  // namespace heapprof
