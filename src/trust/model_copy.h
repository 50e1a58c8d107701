// A copy of the tiny model of tests/golden that a test may break.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace signalbox::trust {

class ModelCopy {
 public:
  ModelCopy() {
    std::string name = (std::filesystem::temp_directory_path() / "model_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
    std::filesystem::copy(std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-bert", path,
                          std::filesystem::copy_options::recursive);
  }
  ~ModelCopy() { std::filesystem::remove_all(path); }
  ModelCopy(const ModelCopy&) = delete;
  ModelCopy& operator=(const ModelCopy&) = delete;

  // Replaces the first `from` in a file, which must be there.
  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::ifstream in(path / file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(file + " does not hold " + from);
    std::ofstream(path / file, std::ios::binary) << text.replace(at, from.size(), to);
  }
  // Turns one bit of a file's byte.
  void flip(const std::string& file, std::size_t at) const {
    std::fstream both(path / file, std::ios::in | std::ios::out | std::ios::binary);
    both.seekg(static_cast<std::streamoff>(at));
    const int byte = both.get();
    both.seekp(static_cast<std::streamoff>(at));
    both.put(static_cast<char>(byte ^ 0x40));
  }

  std::filesystem::path path;
};

}  // namespace signalbox::trust
