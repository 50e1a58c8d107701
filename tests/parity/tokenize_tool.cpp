// The tokenizer by itself, for comparing it with the reference and for timing it.
//
//   tokenize_tool FILE [--no-special] [--pair] [--max-length N] [--time SECONDS] < RECORDS > RESULTS
//
// A record is a 32-bit length and that many bytes (little endian, as everything here); --pair takes two at a time. A
// result is a 32-bit count and, for each token, its id, begin, end, type id and special mask (32 bits each). With
// --time nothing but one line is printed: "passes seconds tokens" of as many passes over all records as the time allows
// (one at least), in seconds of processor time, which other work on the machine does not lengthen.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizers/tokenizer.h"

namespace {

using signalbox::tokenizers::EncodeOptions;
using signalbox::tokenizers::Encoding;
using signalbox::tokenizers::Scratch;
using signalbox::tokenizers::Tokenizer;

struct Arguments {
  std::string file;
  EncodeOptions options;
  bool pair = false;
  double seconds = 0;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--no-special") {
      out.options.add_special_tokens = false;
    } else if (word == "--pair") {
      out.pair = true;
    } else if (word == "--max-length" && i + 1 < argc) {
      out.options.max_length = std::strtoul(argv[++i], nullptr, 10);
    } else if (word == "--time" && i + 1 < argc) {
      out.seconds = std::strtod(argv[++i], nullptr);
    } else {
      out.file = word;
    }
  }
  return out;
}

std::vector<std::string_view> read_records(std::string_view bytes) {
  std::vector<std::string_view> out;
  while (bytes.size() >= 4) {
    std::uint32_t size = 0;
    bytes.copy(reinterpret_cast<char*>(&size), 4);
    out.push_back(bytes.substr(4, size));
    bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 4 + std::size_t{size}));
  }
  return out;
}

void print(const Encoding& encoding, std::string& out) {
  const auto put = [&](std::size_t value) {
    const auto word = static_cast<std::uint32_t>(value);
    out.append(reinterpret_cast<const char*>(&word), 4);
  };
  put(encoding.size());
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    put(encoding.ids[i]);
    put(encoding.offsets[i].begin);
    put(encoding.offsets[i].end);
    put(encoding.type_ids[i]);
    put(encoding.special_mask[i]);
  }
}

// One pass over all records; calls visit(encoding) for each result.
template <typename Visit>
void pass(const Tokenizer& tokenizer, const Arguments& arguments, const std::vector<std::string_view>& records,
          Scratch& scratch, Visit visit) {
  Encoding encoding;
  const std::size_t step = arguments.pair ? 2 : 1;
  for (std::size_t i = 0; i + step <= records.size(); i += step) {
    if (arguments.pair) {
      tokenizer.encode_pair(records[i], records[i + 1], arguments.options, scratch, encoding);
    } else {
      tokenizer.encode(records[i], arguments.options, scratch, encoding);
    }
    visit(encoding);
  }
}

void measure(const Tokenizer& tokenizer, const Arguments& arguments, const std::vector<std::string_view>& records) {
  Scratch scratch;
  std::size_t tokens = 0;
  int passes = 0;
  const std::clock_t begin = std::clock();
  double spent = 0;
  do {
    pass(tokenizer, arguments, records, scratch, [&](const Encoding& encoding) { tokens += encoding.size(); });
    ++passes;
    spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  } while (spent < arguments.seconds);
  std::printf("%d %.6f %zu\n", passes, spent, tokens);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  const auto tokenizer = Tokenizer::from_file(arguments.file);
  if (!tokenizer) {
    std::cerr << tokenizer.error().path << ' ' << tokenizer.error().message << '\n';
    return 1;
  }
  const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
  const std::vector<std::string_view> records = read_records(bytes);
  if (arguments.seconds > 0) {
    measure(*tokenizer, arguments, records);
    return 0;
  }
  std::string out;
  Scratch scratch;
  pass(*tokenizer, arguments, records, scratch, [&](const Encoding& encoding) { print(encoding, out); });
  std::cout.write(out.data(), static_cast<std::streamsize>(out.size()));
  return 0;
}
