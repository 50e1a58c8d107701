// Text recognition from the command line, as an image worker does it, for bench/ocr/compare.py. Not shipped.
//
//   ocr [LANGUAGE…]     reads lines with a path and answers each with one line of JSON:
//                       {ms, cpu_ms, text, confidence, lines, unjudged}, decoding included
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "vision/picture_reader.h"

namespace {

using namespace signalbox;
using Clock = std::chrono::steady_clock;

double processor_milliseconds() {
  return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

nlohmann::json answer(const std::string& path, vision::Recognizer& recognizer) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  const auto start = Clock::now();
  const double processor = processor_milliseconds();
  const evidence::ImageText read = vision::read_picture(bytes, "", {}, &recognizer, Clock::time_point::max());
  return {{"cpu_ms", processor_milliseconds() - processor},
          {"ms", std::chrono::duration<double, std::milli>(Clock::now() - start).count()},
          {"text", read.text},
          {"confidence", read.confidence},
          {"lines", read.lines.size()},
          {"unjudged", evidence::to_string(read.unjudged)}};
}

}  // namespace

int main(int argc, char** argv) {
  vision::RecognizerOptions options;
  if (argc > 1) options.languages.assign(argv + 1, argv + argc);
  const auto recognizer = vision::Recognizer::create(options);
  if (!recognizer) {
    std::cerr << "ocr: " << recognizer.error() << "\n";
    return 2;
  }
  for (std::string path; std::getline(std::cin, path);) std::cout << answer(path, **recognizer) << std::endl;
  return 0;
}
