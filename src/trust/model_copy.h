// A copy of a tiny model of tests/golden that a test may break.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace signalbox::trust {

class ModelCopy {
 public:
  explicit ModelCopy(const std::string& golden = "tiny-bert") {
    std::string name = (std::filesystem::temp_directory_path() / "model_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
    std::filesystem::copy(std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden" / golden, path,
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
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(path / file, std::ios::binary) << text;
  }
  // Turns one bit of a file's byte.
  void flip(const std::string& file, std::size_t at) const {
    std::fstream both(path / file, std::ios::in | std::ios::out | std::ios::binary);
    both.seekg(static_cast<std::streamoff>(at));
    const int byte = both.get();
    both.seekp(static_cast<std::streamoff>(at));
    both.put(static_cast<char>(byte ^ 0x40));
  }

  // Makes a tensor's first float not a number.
  void spoil(const std::string& file, const std::string& tensor) const {
    std::fstream both(path / file, std::ios::in | std::ios::out | std::ios::binary);
    std::uint64_t length = 0;
    both.read(reinterpret_cast<char*>(&length), sizeof length);
    std::string header(length, '\0');
    both.read(header.data(), static_cast<std::streamsize>(length));
    const auto begin = nlohmann::json::parse(header).at(tensor).at("data_offsets").at(0).get<std::uint64_t>();
    both.seekp(static_cast<std::streamoff>(sizeof length + length + begin));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    both.write(reinterpret_cast<const char*>(&nan), sizeof nan);
  }

  std::filesystem::path path;
};

}  // namespace signalbox::trust
