// Labelled requests of signals, one JSON object a line: {"text" | "messages", "signal": "type:name", "label": true}.
//
// What `signalbox calibrate` reads. Pure but for reading the file; any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <istream>
#include <string>
#include <vector>

namespace signalbox::learn {

struct LabelledRequest {
  std::string body;    // an eval request: {"text": …} or {"messages": …}
  std::string signal;  // "embedding:billing"
  bool label = false;  // whether it should match
  std::size_t line = 0;
};

// The error is a sentence with the line's number. `name` is what messages call the file.
std::expected<std::vector<LabelledRequest>, std::string> read_labelled_requests(std::istream& in,
                                                                                const std::string& name);
std::expected<std::vector<LabelledRequest>, std::string> read_labelled_requests(const std::filesystem::path& file);

}  // namespace signalbox::learn
