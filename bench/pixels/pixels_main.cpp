// Pictures to samples, for scripts that compare or time them. Not shipped.
//
//   pixels compare [KERNELS]     reads lines "WIDTH HEIGHT FILTER PATH" (tab-separated; 0 0 for the decoded size) and
//   answers
//                                each with "ok WIDTH HEIGHT" and the RGB samples, or "error FAULT DETAIL"
//   pixels time ROUNDS           reads the same lines and answers each with the fastest and the median milliseconds of
//                                decoding and of resizing
//   pixels kernels               the names of the kernels of this processor
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "imaging/resize.h"
#include "vision/decode.h"

namespace {

using namespace signalbox::imaging;
using namespace signalbox::vision;
using Clock = std::chrono::steady_clock;

// Larger than any request's: 12 megapixels and more are compared and timed.
constexpr Limits kLimits{.bytes = 256ULL * 1024 * 1024, .side = 16383, .pixels = 100'000'000};

struct Order {
  std::uint32_t width = 0, height = 0;
  Filter filter = Filter::bicubic;
  std::vector<std::uint8_t> bytes;
};

std::optional<Order> read_order(const std::string& line) {
  std::istringstream words(line);
  Order order;
  std::string filter, path;
  if (!(words >> order.width >> order.height >> filter) || !std::getline(words >> std::ws, path)) return std::nullopt;
  const auto known = filter_of(filter);
  std::ifstream in(path, std::ios::binary);
  if (!known || !in) return std::nullopt;
  order.filter = *known;
  order.bytes.assign(std::istreambuf_iterator<char>(in), {});
  return order;
}

const ResizeKernels* kernels_named(const std::string& name) {
  if (name.empty()) return &vector_resize_kernels();
  if (name == scalar_resize_kernels().name) return &scalar_resize_kernels();
  for (const ResizeKernels& kernels : all_vector_resize_kernels()) {
    if (kernels.name == name) return &kernels;
  }
  return nullptr;
}

void answer(const Order& order, const ResizeKernels& kernels) {
  auto pixels = decode(order.bytes, "", kLimits);
  if (!pixels) {
    std::cout << "error " << to_string(pixels.error().fault) << " " << pixels.error().detail << "\n" << std::flush;
    return;
  }
  if (order.width != 0) pixels = resize(*pixels, order.width, order.height, order.filter, kernels);
  std::cout << "ok " << pixels->width << " " << pixels->height << "\n";
  std::cout.write(reinterpret_cast<const char*>(pixels->rgb.data()), static_cast<std::streamsize>(pixels->rgb.size()));
  std::cout.flush();
}

template <class F>
double milliseconds(const F& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void print_times(const char* what, std::vector<double> times) {
  std::ranges::sort(times);
  std::cout << what << " " << times.front() << " " << times[times.size() / 2] << " ";
}

void measure(const Order& order, int rounds) {
  std::vector<double> decoding, resizing;
  for (int round = 0; round < rounds; ++round) {
    std::expected<Pixels, DecodeError> pixels;
    decoding.push_back(milliseconds([&] { pixels = decode(order.bytes, "", kLimits); }));
    if (!pixels) {
      std::cout << "error " << pixels.error().detail << "\n";
      return;
    }
    Pixels resized;
    resizing.push_back(milliseconds([&] { resized = resize(*pixels, order.width, order.height, order.filter); }));
  }
  print_times("decode", std::move(decoding));
  print_times("resize", std::move(resizing));
  std::cout << "\n" << std::flush;
}

int for_each_order(const auto& serve) {
  for (std::string line; std::getline(std::cin, line);) {
    const auto order = read_order(line);
    if (!order) {
      std::cerr << "pixels: cannot read this order, or its file: " << line << "\n";
      return 2;
    }
    serve(*order);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "", argument = argc > 2 ? argv[2] : "";
  std::ios::sync_with_stdio(false);
  if (command == "kernels") {
    for (const ResizeKernels& kernels : all_vector_resize_kernels()) std::cout << kernels.name << "\n";
    std::cout << scalar_resize_kernels().name << "\n";
    return 0;
  }
  const ResizeKernels* kernels = kernels_named(command == "compare" ? argument : "");
  const int rounds = std::atoi(argument.c_str());
  if (command == "compare" && kernels != nullptr)
    return for_each_order([&](const Order& order) { answer(order, *kernels); });
  if (command == "time" && rounds > 0) return for_each_order([&](const Order& order) { measure(order, rounds); });
  std::cerr << "usage: pixels compare [KERNELS] | time ROUNDS | kernels\n";
  return 2;
}
