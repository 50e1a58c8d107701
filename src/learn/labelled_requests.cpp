#include "learn/labelled_requests.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "learn/bounded_lines.h"
#include "learn/labelled_texts.h"

namespace signalbox::learn {
namespace {

using nlohmann::json;

std::expected<LabelledRequest, std::string> read_line(const std::string& line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::unexpected("is not a JSON object");
  const bool text = object.contains("text"), messages = object.contains("messages");
  if (text == messages) return std::unexpected("has neither \"text\" nor \"messages\", or both");
  if (text && !object.at("text").is_string()) return std::unexpected("\"text\" is not a text");
  if (messages && !object.at("messages").is_array()) return std::unexpected("\"messages\" is not a list");
  const auto signal = object.find("signal"), label = object.find("label");
  if (signal == object.end() || !signal->is_string()) {
    return std::unexpected("has no \"signal\", the name of one as type:name");
  }
  if (label == object.end() || !label->is_boolean()) return std::unexpected("has no \"label\" that is true or false");
  const char* const key = text ? "text" : "messages";
  return LabelledRequest{json{{key, object.at(key)}}.dump(), signal->get<std::string>(), label->get<bool>()};
}

}  // namespace

std::expected<std::vector<LabelledRequest>, std::string> read_labelled_requests(std::istream& in,
                                                                                const std::string& name) {
  std::vector<LabelledRequest> requests;
  BoundedLines lines(in, name, kMaxLineBytes);
  while (const auto line = lines.next()) {
    if (!*line) return std::unexpected(line->error());
    if ((*line)->find_first_not_of(" \t\r") == std::string::npos) continue;
    auto request = read_line(**line);
    if (!request) return std::unexpected(fmt::format("{}:{}: {}", name, lines.number(), request.error()));
    if (requests.size() == kMaxTexts)
      return std::unexpected(fmt::format("{}: has more than {} lines", name, kMaxTexts));
    request->line = lines.number();
    requests.push_back(std::move(*request));
  }
  if (requests.empty()) return std::unexpected(name + ": holds no labelled request");
  return requests;
}

std::expected<std::vector<LabelledRequest>, std::string> read_labelled_requests(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(file.string() + ": cannot be read");
  return read_labelled_requests(in, file.string());
}

}  // namespace signalbox::learn
