// Labelled examples as people keep them: one JSON object a line, {"text": ..., "label": ...}.
//
// Pure but for reading the file; any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <istream>
#include <string>
#include <vector>

namespace signalbox::learn {

struct LabelledText {
  std::string text, label;
};

struct LabelledFields {
  std::string text = "text", label = "label";
};

inline constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxTexts = 1'000'000;

// A label is a text, a truth value or a whole number; empty lines are skipped. The error is a sentence with the line's
// number. `name` is what messages call the file.
std::expected<std::vector<LabelledText>, std::string> read_labelled_texts(std::istream& in, const std::string& name,
                                                                          const LabelledFields& fields);
std::expected<std::vector<LabelledText>, std::string> read_labelled_texts(const std::filesystem::path& file,
                                                                          const LabelledFields& fields);

}  // namespace signalbox::learn
