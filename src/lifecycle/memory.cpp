#include "lifecycle/memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

namespace signalbox::lifecycle {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// The number that stands in the file; "max" is none.
std::optional<std::uint64_t> number_in(const std::string& file) {
  std::ifstream in(file);
  std::string word;
  if (!(in >> word)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// "0::/system.slice/signalbox.service" -> the path; "" within a namespace of its own, or without cgroup v2.
std::string control_group(const std::string& root) {
  std::ifstream in(root + "/proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("0::")) return line.substr(3) == "/" ? "" : line.substr(3);
  }
  return "";
}

std::uint64_t group_limit(const std::string& root) {
  std::uint64_t limit = kNoLimit;
  std::string group = control_group(root);
  for (;;) {
    if (const auto here = number_in(root + "/sys/fs/cgroup" + group + "/memory.max")) limit = std::min(limit, *here);
    if (group.empty()) return limit;
    group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
  }
}

std::uint64_t machine_memory(const std::string& root) {
  std::ifstream in(root + "/proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kilobytes = 0;
    if (words >> name >> kilobytes && name == "MemTotal:") return kilobytes * 1024;
  }
  return 0;
}

}  // namespace

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  if (!(in >> total >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t memory_limit_bytes(const std::string& root) {
  const std::uint64_t group = group_limit(root), machine = machine_memory(root);
  if (machine == 0) return group == kNoLimit ? 0 : group;
  return std::min(group, machine);
}

}  // namespace signalbox::lifecycle
