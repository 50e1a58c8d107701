#include "learn/labelled_texts.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "learn/bounded_lines.h"

namespace signalbox::learn {
namespace {

using nlohmann::json;

std::optional<std::string> label_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number_integer()) return value.dump();
  return std::nullopt;
}

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

std::expected<LabelledText, std::string> read_line(const std::string& line, const LabelledFields& fields) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::unexpected("is not a JSON object");
  const auto text = object.find(fields.text), label = object.find(fields.label);
  if (text == object.end()) return std::unexpected(fmt::format("has no \"{}\"", fields.text));
  if (label == object.end()) return std::unexpected(fmt::format("has no \"{}\"", fields.label));
  if (!text->is_string() || is_blank(text->get_ref<const std::string&>())) {
    return std::unexpected(fmt::format("\"{}\" is not a text, or an empty one", fields.text));
  }
  const std::optional<std::string> name = label_of(*label);
  if (!name || name->empty()) {
    return std::unexpected(fmt::format("\"{}\" is neither a text, a truth value nor a whole number", fields.label));
  }
  return LabelledText{text->get<std::string>(), *name};
}

}  // namespace

std::expected<std::vector<LabelledText>, std::string> read_labelled_texts(std::istream& in, const std::string& name,
                                                                          const LabelledFields& fields) {
  std::vector<LabelledText> texts;
  BoundedLines lines(in, name, kMaxLineBytes);
  while (const auto line = lines.next()) {
    if (!*line) return std::unexpected(line->error());
    if (is_blank(**line)) continue;
    auto text = read_line(**line, fields);
    if (!text) return std::unexpected(fmt::format("{}:{}: {}", name, lines.number(), text.error()));
    if (texts.size() == kMaxTexts) return std::unexpected(fmt::format("{}: has more than {} texts", name, kMaxTexts));
    texts.push_back(std::move(*text));
  }
  if (texts.empty()) return std::unexpected(name + ": holds no labelled text");
  return texts;
}

std::expected<std::vector<LabelledText>, std::string> read_labelled_texts(const std::filesystem::path& file,
                                                                          const LabelledFields& fields) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(file.string() + ": cannot be read");
  return read_labelled_texts(in, file.string(), fields);
}

}  // namespace signalbox::learn
