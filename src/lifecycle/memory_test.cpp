#include "lifecycle/memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace signalbox::lifecycle {
namespace {

namespace fs = std::filesystem;

// A machine of files.
class Machine {
 public:
  Machine() {
    std::string pattern = (fs::temp_directory_path() / "signalbox-memory-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    root_ = pattern;
  }
  ~Machine() { fs::remove_all(root_); }
  Machine& file(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(root_ + name).parent_path());
    std::ofstream(root_ + name) << text;
    return *this;
  }
  std::uint64_t limit() const { return memory_limit_bytes(root_); }

 private:
  std::string root_;
};

TEST(Memory, ResidentBytesGrowWithWhatIsTouched) {
  const std::uint64_t before = resident_bytes();
  ASSERT_GT(before, 0u);
  std::vector<char> touched(64u << 20, 'x');
  EXPECT_GT(resident_bytes(), before + (32u << 20));
  EXPECT_EQ(touched.back(), 'x');
}

TEST(Memory, TheMachineIsTheLimitWithoutControlGroups) {
  Machine machine;
  EXPECT_EQ(machine.limit(), 0u);
  machine.file("/proc/meminfo", "MemFree: 1 kB\nMemTotal:    2048 kB\n");
  EXPECT_EQ(machine.limit(), 2048u * 1024);
}

TEST(Memory, AContainerSeesItsLimitAtTheRoot) {
  Machine machine;
  machine.file("/proc/meminfo", "MemTotal: 2048 kB\n").file("/proc/self/cgroup", "0::/\n");
  machine.file("/sys/fs/cgroup/memory.max", "1000000\n");
  EXPECT_EQ(machine.limit(), 1000000u);
}

TEST(Memory, TheSmallestLimitOnTheWayUpCounts) {
  Machine machine;
  machine.file("/proc/meminfo", "MemTotal: 2048 kB\n").file("/proc/self/cgroup", "1:cpu:/x\n0::/a.slice/b.service\n");
  machine.file("/sys/fs/cgroup/a.slice/b.service/memory.max", "max\n");
  machine.file("/sys/fs/cgroup/a.slice/memory.max", "500000\n");
  EXPECT_EQ(machine.limit(), 500000u);
}

}  // namespace
}  // namespace signalbox::lifecycle
