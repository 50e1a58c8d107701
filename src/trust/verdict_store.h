// Models that have proven themselves on this machine, remembered across starts: a proof takes encoder passes, of a
// large image tower seconds of them, and its outcome depends on the files, the build and the processor alone.
//
// A file for each proof in one folder, named by the hash of what was asked: the caller's words (the content of model
// and goldens) with this executable's digest and the numeric platform. Only what passed is kept; what failed is asked
// again. A folder that others may write, or another user's, is neither read nor written: who can write there could have
// any model believed. Losing the folder costs time, nothing else. Thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace signalbox::trust {

class VerdictStore {
 public:
  // Remembers nothing.
  VerdictStore() = default;
  // Made with mode 0700 when something is kept; "" remembers nothing.
  explicit VerdictStore(std::filesystem::path folder);

  // The detail that was kept with it, where `asked` passed before. `asked` is one line.
  std::optional<std::string> passed(const std::string& asked) const;
  // A failure to write is not an error: the next start asks again.
  void keep(const std::string& asked, const std::string& detail) const;

 private:
  std::string whole(const std::string& asked) const;
  std::filesystem::path file_of(const std::string& whole) const;

  std::filesystem::path folder_;
  std::string surroundings_;  // build and platform
};

}  // namespace signalbox::trust
