// Reads a JSON object with a "text" from each line and answers with a line of the spans that the validators find.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "pii/pii.h"

int main() {
  using nlohmann::json;
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::string text = json::parse(line).at("text");
    json spans = json::array();
    for (const auto& span : signalbox::pii::find(text, {}).spans) {
      spans.push_back({{"type", signalbox::pii::to_string(span.type)},
                       {"begin", span.begin},
                       {"end", span.end},
                       {"score", span.score},
                       {"validator", span.validator}});
    }
    std::cout << spans.dump() << '\n';
  }
  return 0;
}
