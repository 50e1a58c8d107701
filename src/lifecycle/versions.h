// Former versions of the configuration file, beside it: `.NAME.versions/20261122T191500.123Z.put.yaml`.
//
// A version's id is its time; the word after it says what replaced it. One thread at a time writes (the reload thread);
// any thread may list.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/config_file.h"

namespace signalbox::lifecycle {

struct Version {
  std::string id;         // "20261122T191500.123Z"
  std::string timestamp;  // "2026-11-22T19:15:00.123Z"
  std::string source;     // put | patch | rollback
  std::string filename;
};

class VersionStore {
 public:
  explicit VersionStore(const std::string& config_file);

  // Keeps these bytes, and no more than `most` versions.
  std::expected<Version, FileError> save(std::string_view bytes, std::string_view source,
                                         std::chrono::system_clock::time_point now, std::size_t most) const;
  std::vector<Version> list() const;  // newest first
  std::expected<std::string, FileError> read(std::string_view id, std::size_t max_bytes) const;

 private:
  std::string config_file_, folder_;
};

}  // namespace signalbox::lifecycle
