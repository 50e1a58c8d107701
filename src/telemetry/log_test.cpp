#include "telemetry/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace signalbox::telemetry {
namespace {

using namespace std::chrono_literals;

struct Lines {
  std::vector<std::string> lines;
  JsonLogOptions options(Level level = Level::info) {
    JsonLogOptions out;
    out.level = level;
    out.sink = [this](std::string_view line) { lines.emplace_back(line); };
    return out;
  }
};

TEST(Log, LineGolden) {
  ManualClock clock;
  clock.set_system(std::chrono::system_clock::time_point{1767225600123ms});
  Lines out;
  make_json_logger(clock, out.options())
      ->log(Level::warn, "upstream_failed",
            {{"backend", "m1"}, {"status", 502}, {"seconds", 0.25}, {"retried", true}, {"quote", "a\"b\nc"}});
  ASSERT_EQ(out.lines.size(), 1u);
  EXPECT_EQ(out.lines[0], R"({"ts":"2026-01-01T00:00:00.123Z","level":"warn","event":"upstream_failed","backend":"m1",)"
                          R"("status":502,"seconds":0.25,"retried":true,"quote":"a\"b\nc"})");
}

TEST(Log, LevelsBelowAreNotWritten) {
  ManualClock clock;
  Lines out;
  auto logger = make_json_logger(clock, out.options(Level::warn));
  logger->log(Level::info, "quiet");
  logger->log(Level::error, "loud");
  logger.reset();
  ASSERT_EQ(out.lines.size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(out.lines[0])["event"], "loud");
}

TEST(Log, InvalidUtf8StaysValidJson) {
  ManualClock clock;
  Lines out;
  make_json_logger(clock, out.options())->log(Level::info, "odd", {{"path", "/\xff\xfe\x01"}});
  ASSERT_EQ(out.lines.size(), 1u);
  EXPECT_TRUE(nlohmann::json::accept(out.lines[0]));
}

TEST(Log, WhatNeedsAnEscapeIsFoundWhereverItStands) {
  ManualClock clock;
  for (const char odd : {'"', '\\', '\n', '\x7f', '\xff'}) {
    for (std::size_t size = 1; size <= 40; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string value(size, 'x');
        value[at] = odd;
        Lines out;
        make_json_logger(clock, out.options())->log(Level::info, "odd", {{"v", value}});
        const auto line = nlohmann::json::parse(out.lines.at(0));
        if (odd != '\xff') ASSERT_EQ(line["v"], value) << size << " " << at;
      }
    }
  }
}

TEST(Log, DestructorWritesWhatIsQueuedFromEveryThread) {
  RealClock clock;
  Lines out;
  auto logger = make_json_logger(clock, out.options());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) logger->log(Level::info, "n", {{"i", i}});
    });
  }
  for (auto& thread : threads) thread.join();
  logger.reset();
  EXPECT_EQ(out.lines.size(), 2000u);
  for (const std::string& line : out.lines) EXPECT_TRUE(nlohmann::json::accept(line));
}

// A pipe that nobody reads: the lines are lost, the process is not.
TEST(Log, StuckReaderDoesNotHoldTheDestructor) {
  RealClock clock;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  JsonLogOptions options;
  options.descriptor = ends[1];
  options.queue = 16;
  auto logger = make_json_logger(clock, options);
  const std::string long_value(1000, 'x');
  for (int i = 0; i < 1000; ++i) logger->log(Level::info, "n", {{"i", i}, {"v", long_value}});
  EXPECT_GT(logger->lost(), 800u);  // a pipe holds 64 KiB, the queue 16 lines
  logger.reset();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Log, LinesOfAFullDiskAreCounted) {
  RealClock clock;
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  JsonLogOptions options;
  options.descriptor = full;
  auto logger = make_json_logger(clock, options);
  for (int i = 0; i < 5; ++i) logger->log(Level::info, "n", {{"i", i}});
  for (int i = 0; i < 1000 && logger->lost() < 5; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(logger->lost(), 5u);
  logger.reset();
  ::close(full);
}

// The queue outlasts a reader that comes back, line by line.
TEST(Log, SlowReaderGetsWholeLines) {
  RealClock clock;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::string read;
  std::thread reader([&] {
    char buffer[333];
    for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
      read.append(buffer, static_cast<std::size_t>(n));
      std::this_thread::sleep_for(100us);
    }
  });
  JsonLogOptions options;
  options.descriptor = ends[1];
  auto logger = make_json_logger(clock, options);
  for (int i = 0; i < 30; ++i) logger->log(Level::info, "n", {{"i", i}, {"v", std::string(5000, 'x')}});
  EXPECT_EQ(logger->lost(), 0u);
  logger.reset();
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  std::istringstream lines(read);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(nlohmann::json::parse(line)["i"], count);
  EXPECT_EQ(count, 30);
}

TEST(Log, BracesInValuesAreNotFormatted) {
  ManualClock clock;
  Lines out;
  make_json_logger(clock, out.options())->log(Level::info, "e", {{"v", "{} {0} %v"}});
  ASSERT_EQ(out.lines.size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(out.lines[0])["v"], "{} {0} %v");
}

TEST(Log, FingerprintTellsLengthAndHashOnly) {
  EXPECT_EQ(content_fingerprint(""), "len=0 sha256=e3b0c44298fc1c14");
  EXPECT_EQ(content_fingerprint("abc"), "len=3 sha256=ba7816bf8f01cfea");
}

TEST(Clock, ManualMovesOnlyWhenTold) {
  ManualClock clock;
  auto start = clock.steady_now();
  EXPECT_EQ(clock.steady_now(), start);
  clock.advance(3s);
  EXPECT_EQ(clock.steady_now() - start, 3s);
  auto later = clock.steady_now();
  clock.set_system(std::chrono::system_clock::time_point{5s});  // the wall clock jumps, the steady one does not
  EXPECT_EQ(clock.steady_now(), later);
  EXPECT_EQ(clock.system_now().time_since_epoch(), 5s);
}

}  // namespace
}  // namespace signalbox::telemetry
