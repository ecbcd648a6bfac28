// The list of pictures.
#pragma once

#include <QSize>
#include <functional>
#include <string>
#include <vector>

#include "tests/pictures/stage.h"

namespace heapprof::test {

struct Scene {
    std::string name;     ///< of the picture's file, without theme and scale
    std::string program;  ///< see RecordedPrograms; empty: none is open
    QSize size;
    /// From the window as it is after opening; null: that is the picture.
    std::function<void(Stage&)> show;
    bool isAlsoSharp = false;  ///< at scale 2, too
    bool isPassing = false;    ///< a state that passes: photographed at once
};

/// Each is taken in light and dark at scale 1.
std::vector<Scene> scenes();

}  // namespace heapprof::test
