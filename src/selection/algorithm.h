// `algorithm` of a decision as written, and the table of algorithms.
//
// This build chooses by `static`; every other algorithm of VSR is known, its block is checked for typos, and the first
// candidate answers instead (a warning says so, and so does the selection reason of every decision made with it).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/describe.h"

namespace signalbox::selection {

struct AlgorithmSpec {
  std::string path;
  std::string type;
  std::optional<std::string> on_error;
};
void describe(config::Visitor& v, AlgorithmSpec& x);

// How the eval API reports an algorithm that needs more than one model call or state we do not have.
struct AlgorithmInfo {
  std::string_view name;
  bool supported = false;
  bool looper = false;     // calls several models: confidence, ratings, remom, fusion, workflows
  std::string_view shape;  // keys of its block
};
std::span<const AlgorithmInfo> algorithms();
const AlgorithmInfo* find_algorithm(std::string_view name);

}  // namespace signalbox::selection
