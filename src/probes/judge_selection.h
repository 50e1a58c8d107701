// How a response says that a model was, or will be, selected, against the algorithm that is expected.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::probes {

struct SelectionReport {
  std::string method, status, model;
  std::vector<std::string> recommended;
};

// One sentence per rule that does not hold.
std::vector<std::string> judge_selection(const SelectionReport& selection, std::string_view algorithm);

}  // namespace signalbox::probes
