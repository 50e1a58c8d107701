#include "telemetry/log_writer.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

namespace signalbox::telemetry {
namespace {

std::string lost(std::uint64_t count) {
  return "lost " + std::to_string(count);
}

// A sink that holds the writer at its first batch until it is let go.
class Gate {
 public:
  std::size_t write(const LogWriter::Lines& batch) {
    if (lines.empty()) {
      reached.set_value();
      open.get_future().wait();
    }
    lines.insert(lines.end(), batch.begin(), batch.end());
    return 0;
  }
  std::promise<void> reached, open;
  std::vector<std::string> lines;  // read after the writer is gone
};

TEST(LogWriter, WritesInOrderAndAllOnDestruction) {
  std::vector<std::string> lines;
  {
    const auto take = [&](const LogWriter::Lines& batch) {
      lines.insert(lines.end(), batch.begin(), batch.end());
      return std::size_t{0};
    };
    LogWriter writer(10'000, take, lost);
    for (int i = 0; i < 5000; ++i) writer.add(std::to_string(i), i % 100 == 0);
  }
  ASSERT_EQ(lines.size(), 5000u);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i], std::to_string(i));
}

TEST(LogWriter, TheOldestGiveWayAndAreCounted) {
  Gate gate;
  {
    LogWriter writer(3, [&](const LogWriter::Lines& batch) { return gate.write(batch); }, lost);
    writer.add("first", true);
    gate.reached.get_future().wait();  // the writer is held with "first" in its hands
    for (int i = 0; i < 10; ++i) writer.add(std::to_string(i), false);
    gate.open.set_value();
  }
  EXPECT_EQ(gate.lines, (std::vector<std::string>{"first", "lost 7", "7", "8", "9"}));
}

TEST(LogWriter, ALineAfterSilenceIsWrittenWithoutAnother) {
  std::promise<std::string> written;
  const auto take = [&](const LogWriter::Lines& batch) {
    written.set_value(batch.front());
    return std::size_t{0};
  };
  LogWriter writer(10, take, lost);
  writer.add("alone", false);
  EXPECT_EQ(written.get_future().get(), "alone");
}

TEST(LogWriter, NothingIsWrittenWhenNothingCame) {
  bool wrote = false;
  {
    const auto take = [&](const LogWriter::Lines&) {
      wrote = true;
      return std::size_t{0};
    };
    LogWriter writer(10, take, lost);
  }
  EXPECT_FALSE(wrote);
}

}  // namespace
}  // namespace signalbox::telemetry
