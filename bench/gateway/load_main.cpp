// bench_load: sends one request over and over and prints what came of it as one JSON object.
//
//   bench_load --port P --body FILE [--path /v1/chat/completions] [--header 'Name: value']...
//              [--connections N] [--seconds S | --per-connection N] [--rate R] [--spin]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "load.h"

namespace signalbox::bench {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + name);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string request_text(const std::string& path, const std::vector<std::string>& headers, const std::string& body) {
  std::string out = fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n", path);
  for (const std::string& header : headers) out += header + "\r\n";
  return out + fmt::format("Content-Length: {}\r\n\r\n", body.size()) + body;
}

std::string to_json(Latencies& l) {
  return fmt::format(
      R"({{"count":{},"mean_us":{:.1f},"p50_us":{:.1f},"p90_us":{:.1f},"p99_us":{:.1f},"p999_us":{:.1f},"max_us":{:.1f}}})",
      l.count(), l.mean_us(), l.percentile_us(0.5), l.percentile_us(0.9), l.percentile_us(0.99), l.percentile_us(0.999),
      l.percentile_us(1));
}

int run(int argc, char** argv) {
  CLI::App app("Load generator of the gateway benchmark.");
  LoadOptions options;
  std::string body, path = "/v1/chat/completions";
  std::vector<std::string> headers;
  app.add_option("--port", options.port)->required();
  app.add_option("--body", body)->required();
  app.add_option("--path", path);
  app.add_option("--header", headers);
  app.add_option("--connections", options.connections);
  app.add_option("--seconds", options.seconds);
  app.add_option("--per-connection", options.per_connection);
  app.add_option("--rate", options.rate)->excludes("--per-connection");
  app.add_flag("--spin", options.spin);
  CLI11_PARSE(app, argc, argv);
  options.request = request_text(path, headers, read_file(body));
  LoadResult result = run_load(options);
  fmt::print(
      R"({{"requests":{},"not_200":{},"broken":{},"frames":{},"seconds":{:.3f},"latency":{},"first_byte":{},"frame":{}}})"
      "\n",
      result.requests, result.not_200, result.broken, result.frames, result.seconds, to_json(result.latency),
      to_json(result.first_byte), to_json(result.frame));
  return 0;
}

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return signalbox::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench_load: {}\n", e.what());
    return 1;
  }
}
